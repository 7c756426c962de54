"""Rates: what is counted on a day, rolled up that day's tree, over its head-counts."""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy.orm import Session

from bot.registry.app_reports import Told, told_on
from bot.registry.counts import counts_on, freeze, registered_here
from bot.registry.history import DayTree, Head, History, history
from bot.registry.models import CountKind, UnitKind
from bot.registry.shares import share
from bot.registry.units import PlacedUnit
from bot.registry.verify import verify
from core.errors import NotFound

__all__ = ["Book", "Programme", "UnitRate", "freeze", "open_book", "rate_rows", "registered_here", "verify"]
Order = list[tuple[PlacedUnit, int]]


class Programme(StrEnum):
    """What is counted: our own registrations, or the other programme's totals as units report them."""

    REGISTERED = "registered"
    APP = "app"


class UnitRate(NamedTuple):
    """One unit on one day. `level` is 0 for the top row; `rate` a fraction, None without a head-count.

    `registered` counts the unit and everything below it; in the programme APP it is the unit's own report, else
    the sum of what is reported below, and 0 with `known` False when nobody reported.
    """

    code: str
    name: str
    parent: str | None
    kind: UnitKind
    level: int
    registered_here: int
    registered: int
    head_count: int | None
    rate: float | None
    unit_id: int = 0
    known: bool = True
    head: Head | None = None
    """The unit's own head-count row; None where the head-count is the sum of those below."""
    head_kind: CountKind = CountKind.RESIDENTS
    gaps: int = 0
    """Units below whose head-count is missing in that sum: the rate is then too high."""
    told: Told | None = None
    """The unit's own report (programme APP)."""
    covered: tuple[int, int] = (0, 0)
    """Of the units below that should report, how many did (programme APP, without an own report)."""

    @property
    def reporters(self) -> int | None:
        """How many reported where not all did, None where the figure is whole: two sums compare only where this is equal."""
        return None if self.told or self.covered[0] == self.covered[1] else self.covered[0]


class Counted(NamedTuple):
    """People of a unit on a day: of itself, with everything below, and how that is known."""

    here: int
    total: int
    known: bool = True
    told: Told | None = None
    covered: tuple[int, int] = (0, 0)


class Heads(NamedTuple):
    """The head-count of a unit; `gaps` counts the units below that should have one and do not."""

    people: int | None
    own: Head | None = None
    gaps: int = 0


PLACES = frozenset({CountKind.RESIDENTS, CountKind.ADULTS})


class Book:
    """What it takes to tell the rates of some days, read at once."""

    def __init__(
        self,
        past: History,
        here: Mapping[date, Mapping[int, int]],
        told: Mapping[date, Mapping[int, Told]],
        programme: Programme,
    ) -> None:
        self.past, self.programme = past, programme
        self._here, self._told = here, told

    def rows(self, day: date, *, kind: CountKind | None = None, parent: str | None = None) -> list[UnitRate]:
        """As `rate_rows`, for one of the days the book was opened for."""
        tree = self.past.tree(day)
        top = None if parent is None else tree.id_of(parent)
        if parent is not None and top is None:
            raise NotFound(f"这一天没有编号为 {parent} 的单位。")
        order = tree.order(top)
        counted = self.counted(day, order)
        heads = head_counts(self.past, day, order, kind)
        return [
            _row(tree, unit, level, counted[unit.id], heads[unit.id], kind or unit.basis)
            for unit, level in order
        ]

    def counted(self, day: date, order: Order) -> dict[int, Counted]:
        """The people of each unit of `order`, which names parents before their children."""
        if self.programme is Programme.APP:
            return _reported(self._told[day], order)
        return _rolled_up(self._here[day], order)


def open_book(session: Session, days: Iterable[date], programme: Programme = Programme.REGISTERED) -> Book:
    """Read what the rates of these county days need, a dozen at most; seven statements, whatever their number."""
    days = list(days)
    if programme is Programme.APP:
        return Book(history(session), {}, told_on(session, days), programme)
    return Book(history(session), counts_on(session, days), {}, programme)


def rate_rows(
    session: Session, day: date, *, kind: CountKind | None = None, parent: str | None = None
) -> list[UnitRate]:
    """Every unit open on that county day in tree order, or the unit with code `parent` and all below it.

    The head-count is the unit's own latest row valid that day of the asked kind (its `basis` when none is
    asked), else the sum over its children where any has one. Raises NotFound for an unknown `parent`.
    """
    return open_book(session, [day]).rows(day, kind=kind, parent=parent)


def _row(
    tree: DayTree, unit: PlacedUnit, level: int, counted: Counted, heads: Heads, kind: CountKind
) -> UnitRate:
    above = tree.units.get(unit.parent_id or 0)
    rate = share(counted.total, heads.people) if counted.known else None
    return UnitRate(
        unit.code, unit.name, above and above.code, unit.kind, level, counted.here, counted.total, heads.people,
        rate, unit.id, counted.known, heads.own, kind, heads.gaps, counted.told, counted.covered,
    )  # fmt: skip


def _rolled_up(here: Mapping[int, int], order: Order) -> dict[int, Counted]:
    total = {unit.id: here.get(unit.id, 0) for unit, _ in order}
    for unit, _ in reversed(order):
        if unit.parent_id in total:
            total[unit.parent_id] += total[unit.id]
    return {unit.id: Counted(here.get(unit.id, 0), total[unit.id]) for unit, _ in order}


def _reported(told: Mapping[int, Told], order: Order) -> dict[int, Counted]:
    """A unit's own report, else the sum of what its children have."""
    found: dict[int, Counted] = {}
    below: dict[int | None, list[Counted]] = {}
    for unit, _ in reversed(order):
        own = told.get(unit.id)
        found[unit.id] = Counted(own.total, own.total, True, own) if own else _summed(below.get(unit.id))
        if (
            own or unit.kind != UnitKind.GROUP or unit.id in below
        ):  # an empty group has nobody to report for it
            below.setdefault(unit.parent_id, []).append(found[unit.id])
    return found


def _summed(children: list[Counted] | None) -> Counted:
    if not children:
        return Counted(0, 0, False, None, (0, 1))
    parts = [(1, 1) if child.told else child.covered for child in children]
    covered = sum(done for done, _ in parts), sum(wanted for _, wanted in parts)
    return Counted(0, sum(child.total for child in children), covered[0] > 0, None, covered)


def head_counts(past: History, day: date, order: Order, kind: CountKind | None) -> dict[int, Heads]:
    """The head-count of each unit of `order`, of the asked kind or each unit's basis."""
    wanted = {kind} if kind else {unit.basis for unit, _ in order}
    by_kind = {each: _heads_of(past, day, order, each) for each in wanted}
    return {unit.id: by_kind[kind or unit.basis][unit.id] for unit, _ in order}


def _heads_of(past: History, day: date, order: Order, kind: CountKind) -> dict[int, Heads]:
    """The unit's own head-count of one kind, else its children's sum."""
    known: dict[int, Heads] = {}
    below: dict[int | None, list[Heads]] = {}
    for unit, _ in reversed(order):
        own, children = past.head(unit.id, kind, day), below.get(unit.id, [])
        if own is not None:
            known[unit.id] = Heads(own.people, own)
        elif any(child.people is not None for child in children):
            known[unit.id] = Heads(
                sum(child.people or 0 for child in children), None, sum(child.gaps for child in children)
            )
        else:
            known[unit.id] = Heads(None, None, int(_should_have(unit, kind)))
        below.setdefault(unit.parent_id, []).append(known[unit.id])
    return known


def _should_have(unit: PlacedUnit, kind: CountKind) -> bool:
    """Whether a head-count of this kind is wanted of the unit: a bank has staff, not residents."""
    if unit.kind == UnitKind.GROUP:
        return False
    return unit.basis == kind or {unit.basis, kind} <= PLACES
