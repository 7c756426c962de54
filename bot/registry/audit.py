"""The audit log: who did what to which thing, with the values before and after. Entries are only ever added."""

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.registry.models import AuditEntry

_OPENID = re.compile(r"(?<![A-Za-z0-9_-])o[A-Za-z0-9_-]{27}(?![A-Za-z0-9_-])")
_NUMBER = re.compile(r"(?<!\d)\d{11,}(?!\d)")
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


def entries(
    session: Session,
    *,
    action: str = "",
    actor: str = "",
    subject: str = "",
    before_id: int | None = None,
    limit: int = 50,
) -> list[AuditEntry]:
    """Newest first; the next page begins before the last entry's id (`before_id`)."""
    wanted = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
    for column, value in (
        (AuditEntry.action, action),
        (AuditEntry.actor, actor),
        (AuditEntry.subject, subject),
    ):
        if value:
            wanted = wanted.where(column == value)
    if before_id is not None:
        wanted = wanted.where(AuditEntry.id < before_id)
    return list(session.scalars(wanted))
