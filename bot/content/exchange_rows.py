"""Cases, phrases and ordinary talk from a table or JSON lines, checked by row and column."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.content.bodies import CASE
from bot.content.imports import read_rows as read_lines
from bot.content.library import ALIAS, ORDINARY, QUESTION, key_of
from bot.content.models import ScamType
from core.errors import Refusal, RowErrors
from core.sheets import Row, cell, has_column

KIND, TYPE, TITLED, TEXT, TAGS = HEADINGS = ("种类", "类型", "标题", "文字", "标签")
KINDS = {"案例": CASE, "线索词": ALIAS, "群众问法": QUESTION, "问法": QUESTION, "日常话": ORDINARY}
SAID = {CASE: "案例", ALIAS: "线索词", QUESTION: "群众问法", ORDINARY: "日常话"}
KEYS = {KIND: "整行", TYPE: "type", TITLED: "title", TEXT: "text、aliases 或 questions", TAGS: "tags"}
"""What the columns are called in JSON lines."""
Fault = tuple[int, str, str]


class Item(NamedTuple):
    """One checked row: a case, or a phrase whose `key` is its text folded. Ordinary talk has no code."""

    row: int
    kind: str
    code: str
    title: str
    text: str
    tags: tuple[str, ...]

    @property
    def key(self) -> str:
        return key_of(self.text)


def must_have_columns(rows: list[Row]) -> None:
    """Raises RowErrors naming each column of the template that the table lacks, Refusal when there is no row."""
    if not rows:
        raise Refusal("表里没有内容，请从第 2 行写起。")
    held = "、".join(name for name in rows[0][1] if name)[:80]
    told = f"没有这一列，现在的列名是：{held}。请照模板写列名。"
    missing = [(1, name, told) for name in (KIND, TYPE, TEXT) if not has_column(rows, (name,))]
    if missing:
        raise RowErrors(missing)


def rows_of_lines(session: Session, text: str) -> list[Row]:
    """JSON lines of `import-cases` as rows of the table; one line may give several.

    Raises RowErrors, and Refusal when there is nothing in any.
    """
    made: list[Row] = []
    lines, faults = read_lines(text, codes_of(session))
    if faults:
        raise RowErrors(faults)
    for line in lines:
        if line.text:
            tags = "、".join(line.tags)
            cells = {KIND: "案例", TYPE: line.code, TITLED: line.title, TEXT: line.text, TAGS: tags}
            made.append((line.number, cells))
        for kind, texts in (("线索词", line.aliases), ("群众问法", line.questions)):
            made += [(line.number, {KIND: kind, TYPE: line.code, TITLED: "", TEXT: each}) for each in texts]
    if not made:
        raise Refusal("文件里没有内容，请一行写一个案例或类型。")
    return made


def codes_of(session: Session) -> dict[str, str]:
    """The code of each type, by its name and by itself."""
    types = session.execute(select(ScamType.code, ScamType.name)).all()
    return {name: code for code, name in types} | {code: code for code, _ in types}


def item_of(number: int, cells: Mapping[str, str], codes: Mapping[str, str]) -> Item:
    """A row as it was meant; what it lacks or names wrongly is empty."""
    kind = KINDS.get(cell(cells, (KIND,)), "")
    code = codes.get(cell(cells, (TYPE,)), "") if kind != ORDINARY else ""
    tags = tuple(dict.fromkeys(cell(cells, (TAGS,)).replace("，", "、").replace(",", "、").split("、")))
    found = _unquoted(cell(cells, (TITLED,))), _unquoted(cell(cells, (TEXT,)))
    return Item(number, kind, code, *found, tuple(tag.strip() for tag in tags if tag.strip()))


def _unquoted(text: str) -> str:
    """Without the mark that a csv of ours puts before a text that a spreadsheet would compute."""
    return text[1:] if text.startswith(("'=", "'+", "'-", "'@")) else text
