"""The audit log: who did what to which thing, with the values before and after. Entries are only ever added."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, TypedDict, Unpack

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from bot.registry.models import AuditEntry, Staff

_OPENID = re.compile(r"(?<![A-Za-z0-9_-])o[A-Za-z0-9_-]{27}(?![A-Za-z0-9_-])")
_NUMBER = re.compile(r"(?<!\d)(?:\d{11}|\d{15,})(?!\d)")
"""Phones, identity cards, bank cards. Twelve digits are the statistics office's code of a village."""
Values = Mapping[str, Any]


def note(
    session: Session,
    actor: str,
    action: str,
    subject: str,
    now: datetime,
    before: Values | None = None,
    after: Values | None = None,
) -> None:
    """Write down what `actor` (a login, or "system") did. What looks like an openid or a phone is replaced."""
    entry = AuditEntry(
        at=now, actor=actor[:60], action=action[:40], subject=_clean(subject)[:120], before=_json(before),
        after=_json(after),
    )  # fmt: skip
    session.add(entry)
    session.flush()


def _json(values: Values | None) -> str:
    return _clean(json.dumps(values, ensure_ascii=False, default=_plain)) if values is not None else ""


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _clean(text: str) -> str:
    return _NUMBER.sub("#", _OPENID.sub("follower", text))


class Wanted(TypedDict, total=False):
    """Which entries: of this action, by this login, about exactly this subject; `about` = a part of the subject,
    `since` (inclusive) and `until` (exclusive) = when. "" and None ask for nothing."""

    action: str
    actor: str
    subject: str
    about: str
    since: datetime | None
    until: datetime | None


def entries(
    session: Session, *, before_id: int | None = None, limit: int = 50, **wanted: Unpack[Wanted]
) -> list[AuditEntry]:
    """Newest first; the next page begins before the last entry's id (`before_id`)."""
    asked = select(AuditEntry).where(*_conditions(wanted)).order_by(AuditEntry.id.desc()).limit(limit)
    if before_id is not None:
        asked = asked.where(AuditEntry.id < before_id)
    return list(session.scalars(asked))


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    exact = (("action", AuditEntry.action), ("actor", AuditEntry.actor), ("subject", AuditEntry.subject))
    found = [column == wanted.get(name) for name, column in exact if wanted.get(name)]
    if about := wanted.get("about"):
        found.append(AuditEntry.subject.contains(about, autoescape=True))
    if since := wanted.get("since"):
        found.append(AuditEntry.at >= since)
    if until := wanted.get("until"):
        found.append(AuditEntry.at < until)
    return found


def names_of(session: Session, logins: Iterable[str]) -> dict[str, str]:
    """What the people of these logins are called."""
    rows = session.execute(select(Staff.login, Staff.name).where(Staff.login.in_(set(logins))))
    return {row.login: row.name for row in rows}
