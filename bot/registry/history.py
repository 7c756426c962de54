"""The county's structure as it stood on any day: units, their places and their head-counts, read once."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bot.registry.models import CountKind, HeadCount, Unit, UnitKind, UnitPlace
from bot.registry.models_units import UnitBasis
from bot.registry.units import PlacedUnit

Dated = dict[int, list[tuple[date, Any]]]
"""What holds of each unit from which day on, earliest first."""


class Head(NamedTuple):
    """A head-count as entered: valid from county day `since` on, `source` says who counted."""

    since: date
    people: int
    source: str


class Known(NamedTuple):
    """A unit's facts that do not depend on the day, and the days between which it is open."""

    id: int
    code: str
    name: str
    kind: UnitKind
    basis: CountKind
    opened_on: date
    closed_on: date | None


class DayTree:
    """Who stood under whom on one day. A unit whose parent is not open that day is a top unit."""

    def __init__(self, units: Iterable[PlacedUnit]) -> None:
        self.units = {unit.id: unit for unit in units}
        self._under: dict[int | None, frozenset[int]] = {}
        self.children: dict[int | None, list[int]] = defaultdict(list)
        for unit in self.units.values():
            self.children[unit.parent_id if unit.parent_id in self.units else None].append(unit.id)

    def id_of(self, code: str) -> int | None:
        """The unit that has this code, if it is open that day."""
        return next((unit.id for unit in self.units.values() if unit.code == code), None)

    def order(self, top: int | None = None) -> list[tuple[PlacedUnit, int]]:
        """Each unit before its children, siblings by code, with its depth; from `top` down, or from all tops."""
        waiting = [(top, 0)] if top is not None else [(key, 0) for key in reversed(self.children[None])]
        order, seen = [], set()
        while waiting:
            key, level = waiting.pop()
            if key in seen:  # a broken, circular tree ends as well
                continue
            seen.add(key)
            order.append((self.units[key], level))
            waiting.extend((child, level + 1) for child in reversed(self.children.get(key, [])))
        return order

    def under(self, top: int | None) -> frozenset[int]:
        """The unit and everything below it; everything for None, nothing for a unit that is not open."""
        if top is not None and top not in self.units:
            return frozenset()
        if top not in self._under:
            self._under[top] = frozenset(unit.id for unit, _ in self.order(top))
        return self._under[top]


class History:
    """All that is known of the structure, for every day. Trees are made once for each stretch without a change."""

    def __init__(
        self, units: list[Known], places: Dated, bases: Dated, heads: dict[tuple[int, str], list[Head]]
    ) -> None:
        self.units, self.heads, self._places, self._bases = units, heads, places, bases
        days = {since for dated in (places, bases) for steps in dated.values() for since, _ in steps}
        days |= {unit.opened_on for unit in units} | {unit.closed_on for unit in units if unit.closed_on}
        self.turns = sorted(days)
        """The days on which the tree is another than the day before."""
        self._trees: dict[int, DayTree] = {}

    def tree(self, day: date) -> DayTree:
        stretch = bisect_right(self.turns, day)
        if stretch not in self._trees:
            self._trees[stretch] = DayTree(self._placed(day))
        return self._trees[stretch]

    def _placed(self, day: date) -> Iterable[PlacedUnit]:
        for key, code, name, kind, basis, opened_on, closed_on in self.units:
            if opened_on <= day and (closed_on is None or closed_on > day):
                parent = _holding(self._places.get(key, ()), day, None)
                yield PlacedUnit(
                    key, code, name, kind, parent, CountKind(_holding(self._bases.get(key, ()), day, basis))
                )

    def head(self, unit_id: int, kind: CountKind, day: date) -> Head | None:
        """The unit's own head-count of that kind which is valid that day."""
        found = None
        for head in self.heads.get((unit_id, kind), ()):
            if head.since > day:
                break
            found = head
        return found


def _holding(steps: Iterable[tuple[date, Any]], day: date, usual: Any) -> Any:
    """What holds on the day: the last of the steps that begins on it or before."""
    found = usual
    for since, value in steps:
        if since > day:
            break
        found = value
    return found


def history(session: Session) -> History:
    """Read the structure with all its past; four statements, whatever its size."""
    columns = Unit.id, Unit.code, Unit.name, Unit.kind, Unit.basis, Unit.opened_on, Unit.closed_on
    units = [
        Known(key, code, name, UnitKind(kind), CountKind(basis), opened, closed)
        for key, code, name, kind, basis, opened, closed in session.execute(select(*columns)).all()
    ]
    places = _dated(session, select(UnitPlace.unit_id, UnitPlace.since, UnitPlace.parent_id))
    bases = _dated(session, select(UnitBasis.unit_id, UnitBasis.since, UnitBasis.basis))
    heads: dict[tuple[int, str], list[Head]] = defaultdict(list)
    rows = select(HeadCount.unit_id, HeadCount.kind, HeadCount.since, HeadCount.count, HeadCount.source)
    ordered = rows.order_by(HeadCount.since, HeadCount.id)
    for unit_id, kind, since, people, source in session.execute(ordered).all():
        heads[unit_id, kind].append(Head(since, people, source))
    return History(sorted(units, key=lambda unit: unit.code), places, bases, heads)


def _dated(session: Session, rows: Select[int, date, Any]) -> Dated:
    """What the rows (unit, since, value) say, by unit in the order of the days."""
    dated: Dated = defaultdict(list)
    for unit_id, since, value in session.execute(rows.order_by("since")).all():
        dated[unit_id].append((since, value))
    return dated
