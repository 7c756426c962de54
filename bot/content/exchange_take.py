"""A table taken over: its cases wait for a second person, its phrases act at once."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bot.content.bodies import CASE, dump
from bot.content.editing import REVIEW
from bot.content.exchange_plan import Plan, body_after
from bot.content.exchange_rows import Item
from bot.content.history import subject_of
from bot.content.library import ALIAS, ORDINARY, QUESTION, touch_library
from bot.content.models import Case, Draft, OrdinaryText, Phrase, QuickAct

_SLICE = 500  # rows in one statement


def carry_out(session: Session, wanted: Plan, batch: str, why: str, by: str, now: datetime) -> None:
    """Cases become drafts that wait for a second person, together under `batch`; phrases act at once, with undo."""
    common: dict[str, Any] = {
        "kind": CASE, "state": REVIEW, "author": by, "writers": json.dumps([by], ensure_ascii=False), "why": why[:200],
        "reviewer": "", "comment": "", "batch": batch, "version": 1, "made_at": now, "changed_at": now,
    }  # fmt: skip
    rows = [common | _new_draft(item) for item in wanted.new_cases]
    rows += [common | _changing_draft(row, item) for row, item in wanted.changed_cases]
    _insert(session, Draft, rows)
    for kind in (ALIAS, QUESTION, ORDINARY):
        _add(session, kind, [item for item in wanted.phrases if item.kind == kind], by, now)
    if wanted.phrases:
        touch_library(session)
    session.flush()


def _new_draft(item: Item) -> dict[str, Any]:
    body = {"title": item.title, "text": item.text, "tags": list(item.tags), "live": True}
    return {"subject": "", "type_code": item.code, "body": dump(body), "base": 0, "open_subject": None}


def _changing_draft(row: Case, item: Item) -> dict[str, Any]:
    subject = subject_of(CASE, row.id)
    told = {"subject": subject, "open_subject": subject, "base": row.version}
    return told | {"type_code": item.code, "body": dump(body_after(row, item))}


def _add(session: Session, kind: str, items: Sequence[Item], by: str, now: datetime) -> None:
    """Bring the rows into use, and note each as an act of this editor."""
    held = _rows_of(session, kind)
    for item in items:
        if (row := held.get((item.key, item.code))) is not None:
            row.live, row.text = True, item.text
    fresh = [item for item in items if (item.key, item.code) not in held]
    if kind == ORDINARY:
        rows = [{"text": item.text, "folded": item.key, "live": True, "at": now, "by": by} for item in fresh]
        _insert(session, OrdinaryText, rows)
    else:
        told = {"kind": kind, "live": True, "shipped": False}
        _insert(
            session, Phrase, [told | {"type_code": i.code, "text": i.text, "folded": i.key} for i in fresh]
        )
    session.flush()
    ids = {place: row.id for place, row in _rows_of(session, kind).items()} if items else {}
    act = {"at": now, "by": by, "act": "add", "kind": kind, "undone_by": "", "undone_at": None}
    noted = [
        act | {"item_id": ids[item.key, item.code], "text": item.text, "type_code": item.code}
        for item in items
    ]
    _insert(session, QuickAct, noted)


def _rows_of(session: Session, kind: str) -> dict[tuple[str, str], Any]:
    if kind == ORDINARY:
        return {(row.folded, ""): row for row in session.scalars(select(OrdinaryText))}
    rows = session.scalars(select(Phrase).where(Phrase.kind == kind))
    return {(row.folded, row.type_code): row for row in rows}


def _insert(session: Session, table: Any, rows: Sequence[dict[str, Any]]) -> None:
    for start in range(0, len(rows), _SLICE):
        session.execute(insert(table), list(rows[start : start + _SLICE]))
