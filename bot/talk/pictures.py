"""Pictures people sent that nobody has read yet: put down, claimed, finished. Reading one twice does no harm."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from bot.registry.models import Follower
from bot.talk.models import Inbound, Picture

MOST_WAITING = 9
"""Pictures of one person that wait; WeChat sends nine at once."""
MOST_TRIES = 3
CUT_OFF = timedelta(minutes=2)
"""A reading that began longer ago was cut off with its worker."""
KEPT = timedelta(days=3)
"""So long WeChat keeps what people send (WeChat docs, temporary media)."""


class Claimed(NamedTuple):
    """All a reader needs, copied out of the database so that no session stays open while it reads."""

    picture_id: int
    inbound_id: int
    follower_id: int
    openid: str
    media_id: str
    tries: int


def waiting(session: Session, follower_id: int) -> int:
    """How many pictures of a person wait to be read."""
    mine = select(func.count()).select_from(Picture).where(Picture.follower_id == follower_id)
    return session.scalar(mine) or 0


def put(session: Session, inbound_id: int, follower_id: int, media_id: str, now: datetime) -> None:
    """Put down that the picture of this message is to be read, once: a second time raises IntegrityError."""
    row = {"inbound_id": inbound_id, "follower_id": follower_id, "media_id": media_id, "tries": 0}
    session.execute(insert(Picture).values(row | {"sent_at": now, "due_at": now}))


def claim(session: Session, now: datetime) -> Claimed | None:
    """Take the next picture that is due; it is due again when its reader does not finish in time."""
    row = session.execute(
        select(Picture.id, Picture.inbound_id, Picture.follower_id, Follower.openid, Picture.media_id, Picture.tries)
        .join(Follower, Follower.id == Picture.follower_id)
        .where(Picture.due_at <= now)
        .order_by(Picture.id)
        .limit(1)
        .with_for_update(of=Picture, skip_locked=True)
    ).first()  # fmt: skip
    if row is None:
        return None
    taken = Claimed(*row)._replace(tries=row.tries + 1)
    mine = Picture.id == taken.picture_id
    session.execute(update(Picture).where(mine).values(tries=taken.tries, due_at=now + CUT_OFF))
    return taken


def postpone(session: Session, taken: Claimed, due_at: datetime) -> None:
    """WeChat was busy: read it later."""
    mine = (Picture.id == taken.picture_id) & (Picture.tries == taken.tries)
    session.execute(update(Picture).where(mine).values(due_at=due_at))


def finish(session: Session, taken: Claimed, outcome: str, text_masked: str | None, code: str | None) -> bool:
    """The picture is read and gone, its message says what became of it.

    False, and nothing is written, when the person was erased meanwhile or another reader was quicker.
    """
    mine = (Picture.id == taken.picture_id) & (Picture.tries == taken.tries)
    if not session.execute(delete(Picture).where(mine)).rowcount:  # type: ignore[attr-defined]
        return False
    values = {"outcome": outcome, "text": text_masked, "type_code": code}
    session.execute(update(Inbound).where(Inbound.id == taken.inbound_id).values(values))
    return True


def forget(session: Session, follower_id: int) -> None:
    """Nothing of a person who was erased is read any more."""
    session.execute(delete(Picture).where(Picture.follower_id == follower_id))


def purge(session: Session, now: datetime) -> None:
    """What WeChat no longer has cannot be read."""
    session.execute(delete(Picture).where(Picture.sent_at < now - KEPT))
