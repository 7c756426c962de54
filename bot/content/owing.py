"""Who is told of what an editor made of their question: after a minute in which it can be undone, and once."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bot.content import telling
from bot.content.bodies import CASE
from bot.content.cards import card_of
from bot.content.editing import APPROVED
from bot.content.models import Asked, Draft, Ruling
from bot.push import notes
from bot.talk import ledger

ANSWER = "answer"
GRACE = timedelta(minutes=1)
"""So long after an act nobody is told of it, so that taking back a slip costs nobody a wrong word."""
WINDOW = timedelta(hours=48) - timedelta(minutes=5)
"""Customer-service messages are possible for 48 hours after a person wrote (WeChat docs); the rest is for sending."""


def listeners(
    session: Session, act: str, rows: Iterable[Asked], now: datetime
) -> dict[int, tuple[Asked, bool]]:
    """Follower → (their question, whether their window is open) for each who wished it, or is answered in person.

    Somebody who asked twice hears once, of their first question.
    """
    wanted = [row for row in rows if row.wish_at is not None or act == ANSWER]
    first = {row.follower_id: row for row in reversed(wanted) if row.follower_id is not None}
    heard = ledger.last_heard(session, first)
    return {each: (row, each in heard and now - heard[each] < WINDOW) for each, row in first.items()}


def in_grace(ruling: Ruling, now: datetime) -> bool:
    """Whether nobody can have been told of the act yet."""
    return now - ruling.at < GRACE


def anything_to_tell(session: Session, now: datetime) -> bool:
    """Whether somebody may be owed a word of an act that had its minute, or of a case that went live."""
    return session.scalar(_untold(now).limit(1)) is not None


def tell(session: Session, now: datetime) -> int:
    """Owe one message to each listener of the acts that had their minute; how many acts. Twice does nothing more."""
    rulings = session.scalars(_untold(now).with_for_update(of=Ruling)).all()
    for ruling in rulings:
        _owe(session, ruling, now)
        ruling.told = True
    return len(rulings)


def _untold(now: datetime) -> Select[Ruling]:
    live = Ruling.made_id.in_(select(Draft.id).where(Draft.state == APPROVED))
    due = Ruling.told.is_(False) & Ruling.undone_at.is_(None) & (Ruling.at <= now - GRACE)
    return select(Ruling).where(due, (Ruling.act != CASE) | live).order_by(Ruling.id)


def _owe(session: Session, ruling: Ruling, now: datetime) -> None:
    mine = (Asked.ruling_id == ruling.id) & Asked.follower_id.is_not(None)
    rows = session.scalars(select(Asked).where(mine).order_by(Asked.id)).all()
    card = card_of(session, ruling.type_code) if ruling.type_code else None
    owed = notes.owed(session, ruling.id)
    for follower_id, (row, open_now) in listeners(session, ruling.act, rows, now).items():
        if follower_id in owed:
            continue
        text = telling.words_of(ruling.act, ruling.words, row.text, card)
        origin = f"told:{ruling.id}:{follower_id}"
        notes.owe_or_hold(session, origin, (follower_id, open_now), text, now, ruling.id)
