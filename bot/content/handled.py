"""What editors did with the groups of the inbox, the latest first, each with the words it was about."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.content.models import Asked, Ruling, ScamType
from bot.content.rulings import in_words
from bot.push.fates import Fate, fates


class Handled(NamedTuple):
    """One act, in words, and the first question of its group, masked; "" for a picture, None when it was deleted."""

    ruling: Ruling
    said: str
    question: str | None
    fate: Fate = Fate()


def count(session: Session) -> int:
    """How many acts there are."""
    return session.scalar(select(func.count(Ruling.id))) or 0


def lately(session: Session, start: int = 0, limit: int = 8) -> list[Handled]:
    """The acts of the editors, the newest first, by the page."""
    named = select(Ruling, ScamType.name).outerjoin(ScamType, ScamType.code == Ruling.type_code)
    rows = session.execute(named.order_by(Ruling.id.desc()).offset(start).limit(limit)).all()
    asked = _questions(session, {ruling.group_no for ruling, _ in rows})
    told = fates(session, [ruling.id for ruling, _ in rows])
    return [
        Handled(ruling, in_words(ruling.act, name), asked.get(ruling.group_no), told.get(ruling.id, Fate()))
        for ruling, name in rows
    ]


def _questions(session: Session, numbers: Iterable[int]) -> dict[int, str]:
    """Group → its first question that is left."""
    here = Asked.group_no.in_(numbers) & Asked.follower_id.is_not(None)
    firsts = select(func.min(Asked.id)).where(here).group_by(Asked.group_no)
    rows = session.execute(select(Asked.group_no, Asked.text).where(Asked.id.in_(firsts)))
    return {group_no: text for group_no, text in rows if group_no is not None}
