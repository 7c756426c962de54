"""Small builders with sensible defaults. A test states only what it is about."""

import secrets
from datetime import UTC, date, datetime
from itertools import count

from bot.registry.models import CountKind, Follower, HeadCount, Unit, UnitKind, UnitPlace

_number = count(1)
EARLY = datetime(2026, 1, 1, tzinfo=UTC)
DAY_ONE = date(2026, 1, 1)


def keep(session, thing):
    session.add(thing)
    session.flush()
    return thing


def unit(
    session,
    name="城关镇",
    *,
    parent=None,
    head_count=None,
    code=None,
    kind=UnitKind.TOWN,
    basis=CountKind.RESIDENTS,
):
    """A unit open since day one, with its place and, where given, its head-count."""
    made = keep(session, Unit(
        name=name, parent_id=parent and parent.id, code=code or f"U{next(_number)}", kind=kind, basis=basis,
        opened_on=DAY_ONE,
    ))  # fmt: skip
    keep(session, UnitPlace(unit_id=made.id, since=DAY_ONE, parent_id=made.parent_id))
    if head_count is not None:
        keep(session, HeadCount(
            unit_id=made.id, kind=basis, since=DAY_ONE, count=head_count, source="测试", entered_at=EARLY,
        ))  # fmt: skip
    return made


def openid():
    return f"o{next(_number):027d}"


def follower(session, **fields):
    """A follower who has not registered."""
    given = {"openid": openid(), "person_no": secrets.randbits(62), "followed_at": EARLY} | fields
    return keep(session, Follower(**given))
