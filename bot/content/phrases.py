"""Aliases and resident questions: one spelling, one row, in use at the very next message."""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.content.library import ALIAS, QUESTION, key_of, touch_library
from bot.content.models import Phrase, ScamType
from core.db import LARGEST_ID
from core.errors import Conflict, NotFound, Refusal

KINDS = {ALIAS: "线索词", QUESTION: "群众问法"}
LONGEST = 200
SENDER = re.compile(r"106\d{5,9}")
"""The numbers that operators' and offices' short messages come from."""


def add_phrase(session: Session, type_code: str, kind: str, text: str) -> Phrase:
    """Add an alias or a question to a type and move the version; it acts at the next message.

    Raises Refusal for words that cannot serve, NotFound for an unknown type, Conflict when the type has it already.
    """
    plain, folded = text.strip(), key_of(text)
    _check(session, type_code, kind, plain, folded)
    here = (Phrase.kind == kind) & (Phrase.folded == folded)
    row = session.scalar(select(Phrase).where(here, Phrase.type_code == type_code))
    if row is not None and row.live:
        raise Conflict(f"这个类型已经有{KINDS[kind]}“{row.text}”了。")
    row = row or Phrase(type_code=type_code, kind=kind, folded=folded)
    row.text, row.live, row.shipped = plain, True, False
    session.add(row)
    touch_library(session)
    session.flush()
    return row


def can_serve(key: str) -> bool:
    """Whether a folded text can be looked for: two characters; of digits alone a hotline's five or six, or a 106 sender's."""
    return len(key) > 1 and not (key.isdigit() and len(key) not in (5, 6) and not SENDER.fullmatch(key))


def _check(session: Session, type_code: str, kind: str, plain: str, folded: str) -> None:
    if kind not in KINDS:
        raise Refusal("只能添加线索词或群众问法。")
    if not can_serve(folded):
        raise Refusal("至少写两个字，不能只有数字或符号（96110 这样的号码可以）。")
    if len(plain) > LONGEST:
        raise Refusal(f"太长了，请控制在 {LONGEST} 字以内。")
    if session.get(ScamType, type_code) is None:
        raise NotFound("没有这个诈骗类型。")


def retire_phrase(session: Session, phrase_id: int) -> Phrase:
    """Take an alias or a question out of use and move the version; loading the library again leaves it out."""
    row = session.get(Phrase, phrase_id) if phrase_id <= LARGEST_ID else None
    if row is None or not row.live:
        raise NotFound("这一条已经不在用了。")
    row.live, row.shipped = False, False
    touch_library(session)
    session.flush()
    return row
