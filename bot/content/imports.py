"""Cases, aliases and questions from a file: every row is checked first, then all of it goes in, or nothing."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bot.content.body_rules import TITLE
from bot.content.library import ALIAS, QUESTION, key_of, touch_library
from bot.content.line_faults import UNREADABLE, WHOLE, Fault, line_faults, parsed
from bot.content.models import Case, Phrase, ScamType
from bot.registry.models import AuditEntry
from core.errors import RowErrors


class ImportResult(NamedTuple):
    """Rows added; what the library had already is not counted."""

    cases: int
    aliases: int
    questions: int


class Row(NamedTuple):
    """One checked line: a case (title and text, or neither) with its tags, and phrases, for the type `code`."""

    code: str
    title: str
    text: str
    aliases: tuple[str, ...]
    questions: tuple[str, ...]
    tags: tuple[str, ...]
    number: int
    """Of the line, from 1."""


def import_cases(session: Session, text: str, now: datetime) -> ImportResult:
    """Add JSON lines {"type","title","text","tags":[],"aliases":[],"questions":[]}; `type` is a type's code or its name.

    A title the type uses already for another text gets a number. Raises RowErrors, and then nothing is kept.
    """
    rows, faults = read_rows(text, _codes(session))
    if faults:
        raise RowErrors(faults)
    cases = _add_cases(session, rows)
    aliases = _add_phrases(session, ALIAS, ((row.code, phrase) for row in rows for phrase in row.aliases))
    questions = _add_phrases(
        session, QUESTION, ((row.code, phrase) for row in rows for phrase in row.questions)
    )
    result = ImportResult(cases, aliases, questions)
    if any(result):
        touch_library(session)
        after = json.dumps(result._asdict())
        entry = {"actor": "import-cases", "action": "library.import", "subject": "library", "after": after}
        session.add(AuditEntry(at=now, **entry))
        session.flush()
    return result


def read_rows(text: str, codes: dict[str, str]) -> tuple[list[Row], list[Fault]]:
    """The good lines of a file, and every fault of the others. `codes` maps a code or name to its code."""
    if text.lstrip().startswith("["):
        return [], [(1, WHOLE, f"整个文件是一个 JSON 数组，{UNREADABLE}")]
    rows: list[Row] = []
    faults: list[Fault] = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            found = parsed(number, line, faults)
            bad = line_faults(number, found, codes) if found is not None else []
            faults += bad
            if found is not None and not bad:
                rows.append(_row(number, found, codes))
    return rows, faults


def _row(number: int, found: dict[str, Any], codes: dict[str, str]) -> Row:
    aliases, questions, tags = (tuple(found.get(column) or ()) for column in ("aliases", "questions", "tags"))
    title, text = ((found.get(column) or "").strip() for column in ("title", "text"))
    return Row(codes[found["type"]], title, text, aliases, questions, tags, number)


def _codes(session: Session) -> dict[str, str]:
    types = session.execute(select(ScamType.code, ScamType.name)).all()
    return {name: code for code, name in types} | {code: code for code, _ in types}


def _add_cases(session: Session, rows: list[Row]) -> int:
    held = {
        (code, title): text
        for code, title, text in session.execute(select(Case.type_code, Case.title, Case.text))
    }
    known = {(code, text) for (code, _), text in held.items()}
    added = []
    for row in rows:
        if row.text and (row.code, row.text) not in known:
            title = _free_title(row, held)
            held[row.code, title] = row.text
            known.add((row.code, row.text))
            added.append(
                {
                    "type_code": row.code,
                    "title": title,
                    "text": row.text,
                    "tags": json.dumps(row.tags, ensure_ascii=False),
                }
            )
    if added:
        session.execute(
            insert(Case),
            [case | {"live": True, "shipped": "", "first_title": "", "version": 1} for case in added],
        )
    return len(added)


def _dumped(tags: tuple[str, ...]) -> str:
    return json.dumps(tags, ensure_ascii=False)


def _free_title(row: Row, held: dict[tuple[str, str], str]) -> str:
    number, title = 1, row.title
    while (row.code, title) in held:
        number += 1
        mark = f"（{number}）"
        title = row.title[: TITLE - len(mark)] + mark
    return title


def _add_phrases(session: Session, kind: str, phrases: Iterable[tuple[str, str]]) -> int:
    rows = session.scalars(select(Phrase).where(Phrase.kind == kind))
    held = {(row.type_code, row.folded): row for row in rows}
    added: dict[tuple[str, str], dict[str, object]] = {}
    revived = 0
    for code, text in phrases:
        key = (code, key_of(text))
        if key in held:
            revived += not held[key].live
            held[key].live = True
        else:
            added.setdefault(key, {"type_code": code, "kind": kind, "text": text.strip(), "folded": key[1]})
    if added:
        session.execute(insert(Phrase), [row | {"live": True, "shipped": False} for row in added.values()])
    return len(added) + revived
