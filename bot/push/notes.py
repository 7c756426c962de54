"""Messages owed to one follower: put them down, claim them, record what became of each."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from bot.push.models import Note, State
from bot.registry.models import Follower

MAX_TRIES = 5
CUT_OFF = timedelta(minutes=10)


class Parcel(NamedTuple):
    """All a sender needs, copied out of the database so that no session stays open while we send."""

    note_id: int
    openid: str
    text: str
    tries: int


def owe(session: Session, origin: str, follower_id: int, text: str, now: datetime) -> None:
    """Put one message down. `origin` is unique: owing the same thing twice raises IntegrityError."""
    row = {"origin": origin, "follower_id": follower_id, "text": text, "state": State.QUEUED, "tries": 0}
    session.execute(insert(Note).values(row | {"due_at": now, "changed_at": now}))


def claim(session: Session, now: datetime, limit: int) -> list[Parcel]:
    """Mark up to `limit` due messages as being sent and return them, oldest first."""
    rows = session.execute(
        select(Note.id, Follower.openid, Note.text, Note.tries)
        .join(Follower, Follower.id == Note.follower_id)
        .where(Note.state == State.QUEUED, Note.due_at <= now)
        .order_by(Note.id)
        .limit(limit)
        .with_for_update(of=Note, skip_locked=True)
    )
    parcels = [Parcel(*row) for row in rows]
    taken = Note.id.in_([parcel.note_id for parcel in parcels])
    session.execute(update(Note).where(taken).values(state=State.SENDING, changed_at=now))
    return parcels


def record(session: Session, parcel: Parcel, state: State, now: datetime, code: int | None = None) -> None:
    """Write down what became of a claimed message; one that may be tried again waits longer each time."""
    tries = parcel.tries + 1
    if state is State.QUEUED and tries >= MAX_TRIES:
        state = State.FAILED
    values = {"state": state, "code": code, "tries": tries, "changed_at": now}
    due_at = now + timedelta(seconds=5 * 4**parcel.tries)
    session.execute(update(Note).where(Note.id == parcel.note_id).values(values | {"due_at": due_at}))


def due(session: Session, now: datetime) -> int:
    """How many messages wait to be sent."""
    waiting = select(Note.id).where(Note.state == State.QUEUED, Note.due_at <= now).limit(1000)
    return len(session.scalars(waiting).all())


def mark_unsure(session: Session, now: datetime) -> int:
    """A message still being sent after ten minutes was cut off: WeChat may or may not have it. A person decides."""
    stale = (Note.state == State.SENDING) & (Note.changed_at < now - CUT_OFF)
    values = {"state": State.UNSURE, "changed_at": now}
    return int(session.execute(update(Note).where(stale).values(values)).rowcount)  # type: ignore[attr-defined]


def forget(session: Session, follower_id: int) -> None:
    """Nothing is owed to a person who was erased."""
    session.execute(delete(Note).where(Note.follower_id == follower_id))
