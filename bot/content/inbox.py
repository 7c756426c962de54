"""The editors' inbox: what residents asked in vain, one row for each group of like questions, most people first."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session, aliased

from bot.content.asked import OPEN
from bot.content.models import Asked

WHYS = {"unknown": "没认出来", "useless": "说没用", "picture": "图片没读出"}
WISHED = "wish"
FILTERS = {**WHYS, WISHED: "有人想知道答复"}
LONGEST_SEARCH = 50
_ENDS = "。！？!?；;\n，、,： "
"""Where a text may be cut without cutting a word."""


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


def _place(asked: Any) -> ColumnElement[int]:
    return func.coalesce(asked.group_no, asked.id)


PLACE = _place(Asked)
"""A question that was not compared yet is a group of its own, under the number it would have as the first of one."""
_PEOPLE: ColumnElement[int] = func.count(Asked.follower_id.distinct())
_LAST: ColumnElement[datetime] = func.max(Asked.at)
_RANK = (_PEOPLE.desc(), _LAST.desc(), PLACE)


def _open(asked: Any) -> ColumnElement[bool]:
    return and_(asked.state == OPEN, asked.follower_id.is_not(None))


def _waiting(why: str = "", q: str = "") -> ColumnElement[bool]:
    """What waits: all of each group that holds a question put there for `why` (`FILTERS`) and with `q` in its words."""
    if not (why or q):
        return _open(Asked)
    one = aliased(Asked)
    such = select(_place(one)).where(_open(one))
    if why:
        such = such.where(one.wish_at.is_not(None) if why == WISHED else one.why == why)
    if q:
        such = such.where(one.text.contains(q, autoescape=True))
    return _open(Asked) & PLACE.in_(such)


def count_groups(session: Session, why: str = "", q: str = "") -> int:
    """How many groups wait; `why` limits them to one reason (`FILTERS`), `q` to those with these words."""
    return session.scalar(select(func.count(PLACE.distinct())).where(_waiting(why, q))) or 0


def groups(session: Session, why: str = "", start: int = 0, limit: int = 20, q: str = "") -> list[Group]:
    """The groups that wait, ranked by people, then the latest first; a group's place does not hang on its size alone."""
    return _read(session, _waiting(why, q), start, limit)


def group(session: Session, number: int) -> Group | None:
    """The group of that number, or the one that holds the question of that number, while it waits."""
    return next(iter(_read(session, _open(Asked) & _named(number), 0, 1)), None)


def ruled(session: Session, ruling_id: int) -> Group | None:
    """The questions an act stands on, as the group they were; None when it does not stand or nobody is left."""
    return next(
        iter(_read(session, Asked.follower_id.is_not(None) & (Asked.ruling_id == ruling_id), 0, 1)), None
    )


def place_of(session: Session, number: int) -> tuple[int, int] | None:
    """(the group's number, how many groups stand before it), or None when it does not wait."""
    found = group(session, number)
    if found is None:
        return None
    ranked = session.scalars(select(PLACE).where(_waiting()).group_by(PLACE).order_by(*_RANK)).all()
    return found.number, ranked.index(found.number)


def _named(number: int) -> ColumnElement[bool]:
    other = aliased(Asked)
    return PLACE.in_(select(_place(other)).where((other.id == number) | (other.group_no == number)))


def _read(session: Session, which: ColumnElement[bool], start: int, limit: int) -> list[Group]:
    wishing = case((Asked.wish_at.is_not(None), Asked.follower_id))
    rows = session.execute(
        select(
            PLACE.label("number"), _PEOPLE, func.count().label("times"), func.min(Asked.at).label("first_at"), _LAST,
            func.count(wishing.distinct()).label("wishes"), func.max(Asked.type_code).label("type_code"),
        )
        .where(which)
        .group_by(PLACE)
        .order_by(*_RANK)
        .offset(start)
        .limit(limit)
    ).all()  # fmt: skip
    said = _said(session, which, [row.number for row in rows])
    return [_group(row, said[row.number]) for row in rows]


def _said(
    session: Session, which: ColumnElement[bool], numbers: list[int]
) -> dict[int, list[tuple[str, str]]]:
    """Group → (text, why) of its questions, the first first."""
    found: dict[int, list[tuple[str, str]]] = {number: [] for number in numbers}
    wanted = select(PLACE.label("number"), Asked.text, Asked.why).where(which, PLACE.in_(numbers))
    for row in session.execute(wanted.order_by(Asked.id)):
        found[row.number].append((row.text, row.why))
    return found


def _group(row: Sequence[Any], said: list[tuple[str, str]]) -> Group:
    texts = list(dict.fromkeys(text for text, _ in said))
    whys = tuple(dict.fromkeys(why for _, why in said))
    number, people, times, first_at, last_at, wishes, type_code = row
    others = tuple(texts[1:4])
    return Group(number, texts[0], people, times, first_at, last_at, wishes, whys, type_code, others)


def beginning(text: str, most: int) -> str:
    """At most `most` characters of a text, to the end of a sentence or a clause where one ends in the second half."""
    if len(text) <= most:
        return text
    end = max(text.rfind(mark, most // 2, most) for mark in _ENDS)
    return text[: end + 1 if end > 0 else most].rstrip()
