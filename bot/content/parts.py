"""Long lists are read by the page."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session


class Part(NamedTuple):
    """Some rows of a long list, and how many there are in all."""

    rows: Sequence[Any]
    total: int


def part(session: Session, wanted: Select[Any], start: int, size: int) -> Part:
    """At most `size` rows from `start` on, or the last ones there are."""
    total = session.scalar(select(func.count()).select_from(wanted.order_by(None).subquery())) or 0
    start = min(start, max(0, (total - 1) // size * size))
    return Part(list(session.scalars(wanted.offset(start).limit(size))), total)
