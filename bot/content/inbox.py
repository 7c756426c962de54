"""The editors' inbox: what residents asked in vain, one row for each group of like questions, most people first."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from bot.content.asked import OPEN
from bot.content.models import Asked, Ruling

WHYS = {"unknown": "没认出来", "useless": "说没用", "picture": "图片没读出"}


class Group(NamedTuple):
    """Like questions that wait. `text` is the first of them, masked; `wishes` = how many want to be told."""

    number: int
    text: str
    people: int
    times: int
    first_at: datetime
    last_at: datetime
    wishes: int
    whys: tuple[str, ...]
    type_code: str | None
    """The type whose card did not help."""
    variants: tuple[str, ...]
    """A few other spellings."""


PLACE = func.coalesce(Asked.group_no, Asked.id)
"""A question that was not compared yet is a group of its own, under the number it would have as the first of one."""


def _waiting(why: str) -> ColumnElement[bool]:
    waits = (Asked.state == OPEN) & Asked.follower_id.is_not(None)
    return waits & (Asked.why == why) if why else waits


def count_groups(session: Session, why: str = "") -> int:
    """How many groups wait; `why` limits them to one reason (`WHYS`)."""
    return session.scalar(select(func.count(PLACE.distinct())).where(_waiting(why))) or 0


def groups(session: Session, why: str = "", start: int = 0, limit: int = 20) -> list[Group]:
    """The groups that wait, ranked by people, then the latest first; a group's place does not hang on its size alone."""
    people, last = (
        func.count(Asked.follower_id.distinct()).label("people"),
        func.max(Asked.at).label("last_at"),
    )
    wishing = case((Asked.wish_at.is_not(None), Asked.follower_id))
    rows = session.execute(
        select(
            PLACE.label("number"), people, func.count().label("times"), func.min(Asked.at).label("first_at"), last,
            func.count(wishing.distinct()).label("wishes"), func.max(Asked.type_code).label("type_code"),
        )
        .where(_waiting(why))
        .group_by(PLACE)
        .order_by(people.desc(), last.desc(), PLACE)
        .offset(start)
        .limit(limit)
    ).all()  # fmt: skip
    said = _said(session, [row.number for row in rows])
    return [_group(row, said[row.number]) for row in rows]


def _said(session: Session, numbers: list[int]) -> dict[int, list[tuple[str, str]]]:
    """Group → (text, why) of its questions, the first first."""
    found: dict[int, list[tuple[str, str]]] = {number: [] for number in numbers}
    wanted = select(PLACE.label("number"), Asked.text, Asked.why).where(_waiting(""), PLACE.in_(numbers))
    for row in session.execute(wanted.order_by(Asked.id)):
        found[row.number].append((row.text, row.why))
    return found


def _group(row: Sequence[Any], said: list[tuple[str, str]]) -> Group:
    texts = list(dict.fromkeys(text for text, _ in said))
    whys = tuple(dict.fromkeys(why for _, why in said))
    number, people, times, first_at, last_at, wishes, type_code = row
    others = tuple(texts[1:4])
    return Group(number, texts[0], people, times, first_at, last_at, wishes, whys, type_code, others)


def lately(session: Session, limit: int = 8) -> list[Ruling]:
    """The last acts of the editors, the newest first."""
    return list(session.scalars(select(Ruling).order_by(Ruling.id.desc()).limit(limit)))
