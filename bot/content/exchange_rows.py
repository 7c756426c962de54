"""Cases, phrases and ordinary talk from a table or JSON lines, checked by row and column."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.content.bodies import CASE
from bot.content.body_rules import SHORTEST_STORY, STORY, TITLE, unfit
from bot.content.imports import read_rows as read_lines
from bot.content.library import ALIAS, ORDINARY, QUESTION, key_of
from bot.content.models import ScamType
from bot.content.phrases import LONGEST, can_serve
from core.errors import Refusal, RowErrors
from core.sheets import Row, cell, has_column

KIND, TYPE, TITLED, TEXT, TAGS = HEADINGS = ("种类", "类型", "标题", "文字", "标签")
KINDS = {"案例": CASE, "线索词": ALIAS, "群众问法": QUESTION, "问法": QUESTION, "日常话": ORDINARY}
SAID = {CASE: "案例", ALIAS: "线索词", QUESTION: "群众问法", ORDINARY: "日常话"}
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


def read_items(session: Session, rows: list[Row]) -> list[Item]:
    """The rows of a table, checked.

    Raises RowErrors naming every row and column that cannot be taken, Refusal when there is no row.
    """
    if not rows:
        raise Refusal("表里没有内容，请从第 2 行写起。")
    missing = [
        (1, name, "没有这一列，请用模板。") for name in (KIND, TYPE, TEXT) if not has_column(rows, (name,))
    ]
    if missing:
        raise RowErrors(missing)
    codes = _codes(session)
    items = [_item(number, cells, codes) for number, cells in rows]
    faults = [fault for number, cells in rows for fault in row_faults(number, cells, codes)]
    faults += _twice(items)
    if faults:
        raise RowErrors(sorted(faults))
    return items


def rows_of_lines(session: Session, text: str) -> list[Row]:
    """JSON lines of `import-cases` as rows of the table; one line may give several.

    Raises RowErrors, and Refusal when there is nothing in any.
    """
    made: list[Row] = []
    for line in read_lines(text, _codes(session)):
        if line.text:
            cells = {
                KIND: "案例",
                TYPE: line.code,
                TITLED: line.title,
                TEXT: line.text,
                TAGS: "、".join(line.tags),
            }
            made.append((line.number, cells))
        for kind, texts in (("线索词", line.aliases), ("群众问法", line.questions)):
            made += [(line.number, {KIND: kind, TYPE: line.code, TITLED: "", TEXT: each}) for each in texts]
    if not made:
        raise Refusal("文件里没有内容，请一行写一个案例或类型。")
    return made


def _codes(session: Session) -> dict[str, str]:
    types = session.execute(select(ScamType.code, ScamType.name)).all()
    return {name: code for code, name in types} | {code: code for code, _ in types}


def _item(number: int, cells: Mapping[str, str], codes: Mapping[str, str]) -> Item:
    kind = KINDS.get(cell(cells, (KIND,)), "")
    code = codes.get(cell(cells, (TYPE,)), "") if kind != ORDINARY else ""
    tags = tuple(dict.fromkeys(cell(cells, (TAGS,)).replace("，", "、").replace(",", "、").split("、")))
    found = _unquoted(cell(cells, (TITLED,))), _unquoted(cell(cells, (TEXT,)))
    return Item(number, kind, code, *found, tuple(tag.strip() for tag in tags if tag.strip()))


def _unquoted(text: str) -> str:
    """Without the mark that a csv of ours puts before a text that a spreadsheet would compute."""
    return text[1:] if text.startswith(("'=", "'+", "'-", "'@")) else text


def row_faults(number: int, cells: Mapping[str, str], codes: Mapping[str, str]) -> list[Fault]:
    """What is wrong with one row, by column. `codes` maps a type's code or name to its code."""
    item = _item(number, cells, codes)
    if not item.kind:
        return [(number, KIND, "请写案例、线索词、群众问法或日常话")]
    faults = [(number, TYPE, "没有这个类型")] if item.kind != ORDINARY and not item.code else []
    return faults + (_case_faults(item) if item.kind == CASE else _phrase_faults(item))


def _case_faults(item: Item) -> list[Fault]:
    faults = [(item.row, TITLED, f"请写 1 到 {TITLE} 个字")] if not 0 < len(item.title) <= TITLE else []
    if not SHORTEST_STORY <= len(item.text) <= STORY:
        faults.append((item.row, TEXT, f"案例请写 {SHORTEST_STORY} 到 {STORY} 个字"))
    unfits = ((TITLED, unfit(item.title)), (TEXT, unfit(item.text)))
    return faults + [(item.row, column, told) for column, told in unfits if told]


def _phrase_faults(item: Item) -> list[Fault]:
    if not can_serve(item.key):
        return [(item.row, TEXT, "太短，或只有数字符号")]
    return [(item.row, TEXT, f"最多 {LONGEST} 个字")] if len(item.text) > LONGEST else []


def _twice(items: Sequence[Item]) -> list[Fault]:
    """Cases of one type with one title, and messages that are ordinary talk in one row and a type's words in another."""
    faults, titles, claims = [], dict[tuple[str, str], int](), dict[str, Item]()
    for item in items:
        if item.kind == CASE:
            first = titles.setdefault((item.code, item.title), item.row)
            if first != item.row:
                faults.append((item.row, TITLED, f"和第 {first} 行的标题相同"))
        elif item.kind:
            other = claims.setdefault(item.key, item)
            if (other.kind == ORDINARY) != (item.kind == ORDINARY):
                faults.append((item.row, TEXT, f"第 {other.row} 行把它写成了{SAID[other.kind]}"))
    return faults
