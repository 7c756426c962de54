"""为什么变了: what changed a unit's people and rate between two days, in parts that add up exactly."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.registry.counts import counts_on
from bot.registry.history import DayTree, History, history
from bot.registry.models import CountKind, EventKind, RegistrationEvent
from bot.registry.rates import Programme, UnitRate, open_book
from bot.registry.shares import ONE_DAY, PLACES, added_up
from bot.registry.sums import of_units
from bot.registry.unit_heads import HeadChange, head_changes
from core.errors import NotFound

WORDS = {
    "joined": "新登记",
    "left": "退出（取消关注或注销）",
    "moved_in": "从别的单位转来",
    "moved_out": "转到别的单位",
    "units_in": "划入的单位带来",
    "units_out": "划出的单位带走",
    "closed": "随撤销的单位减少",
}
"""The parts of a change, in the order in which they are shown."""
ALONE = (EventKind.JOINED, EventKind.LEFT)


class Part(NamedTuple):
    """One reason: how many people more or fewer, and what it did to the rate in hundredths of a point."""

    name: str
    people: int
    points: int | None


class UnitMove(NamedTuple):
    """A unit that came under the unit asked about (+) or went from it (−) on a day, with its people."""

    code: str
    name: str
    day: date
    people: int


@dataclass(frozen=True)
class Why:
    """A unit at the end of two days and everything that lies between.

    `parts` add up to `after.registered − before.registered`; their points and `head_points` add up to the
    difference of the two rates as they are shown. `within` counts moves between units below: they change nothing.
    """

    before: UnitRate
    after: UnitRate
    parts: list[Part]
    within: int
    unit_moves: list[UnitMove]
    heads: list[HeadChange]
    head_points: int | None


class _Turn(NamedTuple):
    """A day on which other units belong than the day before: those that came, went, and were closed."""

    day: date
    came: frozenset[int]
    went: frozenset[int]
    closed: frozenset[int]


def why(session: Session, unit_id: int, start: date, end: date, kind: CountKind | None = None) -> Why:
    """Explain the change of a unit, with everything below it, from the end of day `start` to the end of day `end`.

    People: every event counts on its day if its unit belonged that day (or was closed that day, so that a merge
    within is a move within); a unit that comes or goes brings or takes the people it had the evening before; who
    is still in a closed unit goes with it. A person's move counts only where one of its two units does not belong.
    Rate P/D: the people's parts are each multiplied with the mean of 1/D before and after, the head-count's part is
    the change of 1/D multiplied with the mean of P before and after; the sum is exactly the change of P/D.
    Raises NotFound when the unit is not open on one of the days.
    """
    past = history(session)
    if any(unit_id not in past.tree(day).units for day in (start, end)):
        raise NotFound("这一段时间的开头或结尾还没有这个单位，或已经撤销。请换一段时间。")
    kind = kind or past.tree(end).units[unit_id].basis  # one measure for both days
    before, after = _ends(session, past, unit_id, (start, end), kind)
    turns = list(_turns(past, unit_id, start, end))
    people, moves = _of_units(session, past, turns)
    steps, within = _of_events(session, _Scope(past, unit_id, start, end, turns))
    for name, number in steps.items():
        people[name] += number
    parts, head_points = _with_points(people, before, after)
    heads = head_changes(past, unit_id, (start, end), kind)
    return Why(before, after, parts, within, moves, heads, head_points)


def _ends(
    session: Session, past: History, unit_id: int, days: tuple[date, date], kind: CountKind
) -> list[UnitRate]:
    book = open_book(session, days, Programme.REGISTERED)
    code = past.tree(days[0]).units[unit_id].code
    return [book.rows(day, kind=kind, parent=code)[0] for day in days]


def _turns(past: History, unit_id: int, start: date, end: date) -> Iterable[_Turn]:
    held = past.tree(start).under(unit_id)
    for day in past.turns:
        if start < day <= end:
            tree = past.tree(day)
            now = tree.under(unit_id)
            if now != held:
                went = held - now
                closed = frozenset(unit for unit in went if unit not in tree.units)
                yield _Turn(day, now - held, went - closed, closed)
            held = now


def _of_units(session: Session, past: History, turns: list[_Turn]) -> tuple[Counter[str], list[UnitMove]]:
    """People that came and went with whole units, and those units."""
    evenings = {turn.day - ONE_DAY for turn in turns} | {turn.day for turn in turns if turn.closed}
    counts = counts_on(session, evenings)
    names = {unit.id: unit for unit in past.units}
    people: Counter[str] = Counter()
    moves: list[UnitMove] = []
    for turn in turns:
        evening = counts[turn.day - ONE_DAY]
        gone = counts.get(turn.day, {})
        for name, sign, units, held in (
            ("units_in", 1, turn.came, evening), ("units_out", -1, turn.went, evening), ("closed", -1, turn.closed, gone),
        ):  # fmt: skip
            for unit in sorted(units):
                change = sign * held.get(unit, 0)
                people[name] += change
                moves.append(UnitMove(names[unit].code, names[unit].name, turn.day, change))
    return people, moves


class _Scope:
    """Which units' events count on which day."""

    def __init__(self, past: History, unit_id: int, start: date, end: date, turns: list[_Turn]) -> None:
        self.start, self.end = start, end
        self._past, self._unit_id = past, unit_id
        self._closing = {turn.day: turn.closed for turn in turns}
        self._of_tree: dict[DayTree, frozenset[int]] = {}
        sets = [self.on(start), *(self.on(turn.day) for turn in turns)]
        self.always = frozenset.intersection(*sets)
        self.ever = frozenset().union(*sets)  # who is closed belonged before

    def on(self, day: date) -> frozenset[int]:
        tree = self._past.tree(day)
        if tree not in self._of_tree:
            self._of_tree[tree] = tree.under(self._unit_id)
        return self._of_tree[tree]

    def counts(self, unit: int, day: date) -> bool:
        return unit in self.on(day) or unit in self._closing.get(day, ())


def _of_events(session: Session, scope: _Scope) -> tuple[Counter[str], int]:
    """People who joined, left and moved by themselves, and how many of the moves stayed within."""
    people: Counter[str] = Counter()
    for kind, change in _alone(session, scope):
        people[kind] += change
    steps: Counter[tuple[int, datetime, str]] = Counter(_moved(session, scope))
    within = 0
    for (person, at, kind), number in steps.items():
        came = kind == EventKind.MOVED_IN
        other = EventKind.MOVED_OUT if came else EventKind.MOVED_IN
        both = min(number, steps.get((person, at, other), 0))
        people[kind] += (number - both) * (1 if came else -1)
        within += both if came else 0
    return people, within


def _alone(session: Session, scope: _Scope) -> Iterable[tuple[str, int]]:
    """Joining and leaving; units that belong all the time are added up in the database."""
    event = RegistrationEvent
    inside = event.day > scope.start, event.day <= scope.end, event.kind.in_(ALONE)
    total = func.sum(event.delta)
    if scope.always:
        rows = select(event.kind, total).where(*inside, of_units(event.unit_id, scope.always))
        yield from ((kind, int(change)) for kind, change in session.execute(rows.group_by(event.kind)).all())
    if sometimes := scope.ever - scope.always:
        by = event.day, event.unit_id, event.kind
        found = select(*by, total).where(*inside, of_units(event.unit_id, sometimes)).group_by(*by)
        for day, unit, kind, change in session.execute(found).all():
            if scope.counts(unit, day):
                yield kind, int(change)


def _moved(session: Session, scope: _Scope) -> Iterable[tuple[int, datetime, str]]:
    """Each step of each person's move that counts; the two steps of a move have the same moment."""
    event = RegistrationEvent
    inside = event.day > scope.start, event.day <= scope.end, event.kind.not_in(ALONE)
    rows = select(event.day, event.unit_id, event.person_no, event.at, event.kind)
    found = session.execute(rows.where(*inside, of_units(event.unit_id, scope.ever)))
    for day, unit, person, at, kind in found.all():
        if scope.counts(unit, day):
            yield person, at, kind


def _with_points(people: Counter[str], before: UnitRate, after: UnitRate) -> tuple[list[Part], int | None]:
    named = [(name, people[name]) for name in WORDS]
    if not before.head_count or not after.head_count or before.rate is None or after.rate is None:
        return [Part(name, number, None) for name, number in named], None
    old, new = Fraction(1, before.head_count), Fraction(1, after.head_count)
    exact = [number * (old + new) / 2 * PLACES for _, number in named]
    exact.append((new - old) * (before.registered + after.registered) / 2 * PLACES)
    whole = added_up(exact, round(after.rate * PLACES) - round(before.rate * PLACES))
    return [Part(name, number, points) for (name, number), points in zip(named, whole, strict=False)], whole[
        -1
    ]
