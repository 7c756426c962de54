"""The library as a table or as JSON lines, in the shape in which it can be taken in again."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.content.cards import strings
from bot.content.exchange_rows import HEADINGS, SAID
from bot.content.library import ALIAS, QUESTION
from bot.content.models import Case, OrdinaryText, Phrase, ScamType
from core.sheets_out import Table


def table_of(session: Session, code: str = "") -> Table:
    """Every case, alias, question and ordinary message in use (of one type, with `code`), as `plan` reads it."""
    names = {row.code: row.name for row in session.execute(_types(code))}
    rows = [list(row) for row in _case_rows(session, names)] + _phrase_rows(session, names)
    if not code:
        plain = session.scalars(select(OrdinaryText.text).where(OrdinaryText.live).order_by(OrdinaryText.id))
        rows += [["日常话", "", "", text, ""] for text in plain]
    title = f"案例库：{names[code]}" if code in names else "案例库"
    return Table(title, HEADINGS, rows)


def _types(code: str) -> Any:
    wanted = select(ScamType.code, ScamType.name).order_by(ScamType.position, ScamType.code)
    return wanted.where(ScamType.code == code) if code else wanted


def _case_rows(session: Session, names: Mapping[str, str]) -> Iterable[tuple[str, str, str, str, str]]:
    rows = session.execute(
        select(Case.type_code, Case.title, Case.text, Case.tags)
        .where(Case.live)
        .order_by(Case.type_code, Case.id)
    )
    return [
        ("案例", names[row.type_code], row.title, row.text, "、".join(strings(row.tags)))
        for row in rows
        if row.type_code in names
    ]


def _phrase_rows(session: Session, names: Mapping[str, str]) -> list[list[str]]:
    rows = session.execute(
        select(Phrase.kind, Phrase.type_code, Phrase.text)
        .where(Phrase.live)
        .order_by(Phrase.kind, Phrase.type_code, Phrase.id)
    )
    return [
        [SAID[row.kind], names[row.type_code], "", row.text, ""] for row in rows if row.type_code in names
    ]


def lines_of(session: Session, code: str = "") -> str:
    """The same without ordinary talk as JSON lines that `import-cases` reads; a line a case, then a line a type."""
    codes = [row.code for row in session.execute(_types(code))]
    cases = session.execute(
        select(Case.type_code, Case.title, Case.text, Case.tags).where(Case.live).order_by(Case.id)
    ).all()
    phrases = session.execute(
        select(Phrase.kind, Phrase.type_code, Phrase.text).where(Phrase.live).order_by(Phrase.id)
    ).all()
    made: list[dict[str, Any]] = [
        {"type": row.type_code, "title": row.title, "text": row.text, "tags": list(strings(row.tags))}
        for row in cases
        if row.type_code in codes
    ]
    for one in codes:
        said = {
            kind: [row.text for row in phrases if (row.kind, row.type_code) == (kind, one)]
            for kind in (ALIAS, QUESTION)
        }
        if any(said.values()):
            made.append({"type": one, "aliases": said[ALIAS], "questions": said[QUESTION]})
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in made)
