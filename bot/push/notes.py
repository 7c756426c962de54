"""Messages owed to one follower: put them down, claim them, record what became of each."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from bot.push.models import Note, State
from bot.registry.models import Follower
from core.errors import TryAgain

SEND_NOTES = "send_notes"
"""The worker's task that sends what is due."""
MAX_TRIES = 5
SHOWN_AT_ONCE = 3  # messages that wait, in one reply
CUT_OFF = timedelta(minutes=10)


class Parcel(NamedTuple):
    """All a sender needs, copied out of the database so that no session stays open while we send."""

    note_id: int
    openid: str
    text: str
    tries: int


def owe(session: Session, origin: str, follower_id: int, text: str, now: datetime) -> None:
    """Put one message down, to be sent now or never. `origin` is unique: owing the same thing twice raises IntegrityError."""
    row = {"origin": origin, "follower_id": follower_id, "text": text, "state": State.QUEUED, "tries": 0}
    session.execute(insert(Note).values(row | {"due_at": now, "changed_at": now}))


def owe_or_hold(
    session: Session, origin: str, to: tuple[int, bool], text: str, now: datetime, ruling_id: int | None
) -> None:
    """Put down a message that keeps: `to` is the follower and whether their window is open.

    Where it is closed, or is found closed when we send, the message waits for the next reply the person gets.
    Owing the same thing twice raises IntegrityError.
    """
    follower_id, in_window = to
    state = State.QUEUED if in_window else State.WAITING
    row = {
        "origin": origin,
        "follower_id": follower_id,
        "text": text,
        "state": state,
        "tries": 0,
        "waits": True,
    }
    session.execute(insert(Note).values(row | {"due_at": now, "changed_at": now, "ruling_id": ruling_id}))
    if not in_window:
        _count_waiting(session, follower_id, 1)


def waiting_for(session: Session, follower_id: int) -> list[tuple[int, str]]:
    """(id, text) of what waits for the person's next reply, oldest first, a few at a time."""
    mine = (Note.follower_id == follower_id) & (Note.state == State.WAITING)
    rows = session.execute(select(Note.id, Note.text).where(mine).order_by(Note.id).limit(SHOWN_AT_ONCE))
    return [(note_id, text) for note_id, text in rows]


def shown(session: Session, follower_id: int, note_ids: list[int], now: datetime) -> None:
    """These went out with a reply. Raises TryAgain when one of them was shown or withdrawn meanwhile."""
    waiting = Note.id.in_(note_ids) & (Note.state == State.WAITING)
    done = session.execute(update(Note).where(waiting).values(state=State.SENT, changed_at=now))
    if done.rowcount != len(note_ids):  # type: ignore[attr-defined]
        raise TryAgain
    _count_waiting(session, follower_id, -len(note_ids))


def withdraw(session: Session, ruling_id: int) -> int:
    """Take back what nobody has read yet of an act that was undone; how many messages."""
    unread = (Note.ruling_id == ruling_id) & Note.state.in_((State.WAITING, State.QUEUED))
    rows = session.execute(
        select(Note.id, Note.follower_id, Note.state).where(unread).with_for_update()
    ).all()
    session.execute(delete(Note).where(Note.id.in_([row.id for row in rows])))
    for row in rows:
        if row.state == State.WAITING:
            _count_waiting(session, row.follower_id, -1)
    return len(rows)


def owed(session: Session, ruling_id: int) -> set[int]:
    """The followers to whom a message of an editor's act was owed, whatever became of it."""
    return set(session.scalars(select(Note.follower_id).where(Note.ruling_id == ruling_id)))


def _count_waiting(session: Session, follower_id: int, change: int) -> None:
    """The person's own row says how many wait, so that a message costs no look at this table."""
    session.execute(
        update(Follower).where(Follower.id == follower_id).values(waiting=Follower.waiting + change),
        execution_options={"synchronize_session": False},
    )


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
    if state is State.WAITING and not _wait(session, parcel, now, code):
        state = State.FAILED
    if state is State.WAITING:
        return
    if state is State.QUEUED and tries >= MAX_TRIES:
        state = State.FAILED
    values = {"state": state, "code": code, "tries": tries, "changed_at": now}
    due_at = now + timedelta(seconds=5 * 4**parcel.tries)
    session.execute(update(Note).where(Note.id == parcel.note_id).values(values | {"due_at": due_at}))


def _wait(session: Session, parcel: Parcel, now: datetime, code: int | None) -> bool:
    """The window is closed: keep the message for the next reply where it is worth that."""
    keeps = (Note.id == parcel.note_id) & Note.waits.is_(True) & (Note.state == State.SENDING)
    values = {"state": State.WAITING, "code": code, "changed_at": now}
    if not session.execute(update(Note).where(keeps).values(values)).rowcount:  # type: ignore[attr-defined]
        return False
    follower_id = session.scalar(select(Note.follower_id).where(Note.id == parcel.note_id))
    _count_waiting(session, follower_id or 0, 1)
    return True


def due(session: Session, now: datetime) -> int:
    """How many messages wait to be sent."""
    waiting = select(Note.id).where(Note.state == State.QUEUED, Note.due_at <= now).limit(1000)
    return len(session.scalars(waiting).all())


def mark_unsure(session: Session, now: datetime) -> int:
    """A message still being sent after ten minutes was cut off: WeChat may or may not have it. A person decides."""
    stale = (Note.state == State.SENDING) & (Note.changed_at < now - CUT_OFF)
    values = {"state": State.UNSURE, "changed_at": now}
    return int(session.execute(update(Note).where(stale).values(values)).rowcount)  # type: ignore[attr-defined]


def purge(session: Session, now: datetime, keep_days: int) -> int:
    """Delete messages that are older than the texts they speak of may be, also those nobody came back for; how many.

    What is in doubt stays until a person has decided.
    """
    old = (Note.changed_at < now - timedelta(days=keep_days)) & Note.state.in_(
        (State.SENT, State.FAILED, State.WAITING)
    )
    waited = (
        select(Note.follower_id, func.count())
        .where(old, Note.state == State.WAITING)
        .group_by(Note.follower_id)
    )
    for follower_id, number in session.execute(waited).all():
        _count_waiting(session, follower_id, -number)
    return int(session.execute(delete(Note).where(old)).rowcount)  # type: ignore[attr-defined]


def forget(session: Session, follower_id: int) -> None:
    """Nothing is owed to a person who was erased."""
    session.execute(delete(Note).where(Note.follower_id == follower_id))
