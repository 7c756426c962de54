"""Where a person stands in a short conversation: one row, replaced at each step, over after 30 minutes of silence."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from bot.talk.models import Dialogue

SILENCE = timedelta(minutes=30)
KEPT = timedelta(days=1)  # so that an answer that comes too late is told so


class Moved(Exception):
    """The dialogue went on while this answer was being made; it must be made again."""


@dataclass(frozen=True, slots=True)
class Step:
    """The next thing we wait for; an empty name ends the dialogue."""

    name: str
    data: dict[str, Any] = field(default_factory=dict)


OVER = Step("")


def advance(session: Session, follower_id: int, step: Step, seen_version: int, now: datetime) -> None:
    """Put the dialogue at `step`. Raises Moved (or IntegrityError) when it is no longer where it was seen."""
    if not seen_version:
        if step != OVER:
            row = {"follower_id": follower_id, "version": 1} | _values(step, now)
            session.execute(insert(Dialogue).values(row))
        return
    here = (Dialogue.follower_id == follower_id) & (Dialogue.version == seen_version)
    change = delete(Dialogue).where(here)
    if step != OVER:
        change = update(Dialogue).where(here).values(_values(step, now) | {"version": seen_version + 1})  # type: ignore[assignment]
    if session.execute(change).rowcount != 1:  # type: ignore[attr-defined]
        raise Moved


def purge(session: Session, now: datetime) -> None:
    """Delete dialogues that ended a day ago and were never taken up: their data may hold a name."""
    session.execute(delete(Dialogue).where(Dialogue.until < now - KEPT))


def _values(step: Step, now: datetime) -> dict[str, Any]:
    data = json.dumps(step.data, ensure_ascii=False)
    return {"step": step.name, "data": data, "until": now + SILENCE}
