"""How figures moved: a unit's people and rate at the end of each of many days; the banner's totals by week."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.registry.app_reports import told_on
from bot.registry.history import DayTree, History, history
from bot.registry.models import CountKind, DailyCount, FrozenDay, RegistrationEvent
from bot.registry.rates import Book, Programme, head_counts
from bot.registry.shares import Span, earlier, share
from bot.registry.sums import sums_on

WEEK = timedelta(days=7)
STEPS = {Span.WEEK: 53, Span.MONTH: 13, Span.QUARTER: 5}
"""Points of a year."""


class Point(NamedTuple):
    """A unit at the end of a county day; None where it is not known: not open yet, nobody reported, no head-count."""

    day: date
    people: int | None
    head_count: int | None
    rate: float | None
    reporters: int | None = None
    """As `UnitRate.reporters`: two points with different ones do not compare."""


def days_of(until: date, span: Span, points: int) -> list[date]:
    """`until` and the days whole spans before it, the oldest first."""
    return [earlier(until, span, back) for back in range(points - 1, -1, -1)]


def series(
    session: Session,
    days: Sequence[date],
    unit_id: int | None,
    kind: CountKind | None = None,
    programme: Programme = Programme.REGISTERED,
) -> list[Point]:
    """A unit with everything below it that day (None = the whole county) at the end of each day, in their order.

    Each day is measured by its own tree and its own head-counts. A dozen statements, whatever the number of days.
    """
    past = history(session)
    if programme is Programme.APP:
        told = _reported(session, past, days, unit_id)
        return [_point(past, day, unit_id, kind, *told[day]) for day in days]
    people = _registered(session, past, days, unit_id)
    return [_point(past, day, unit_id, kind, people[day]) for day in days]


def _point(
    past: History, day: date, unit_id: int | None, kind: CountKind | None, people: int | None,
    reporters: int | None = None,
) -> Point:  # fmt: skip
    heads = _head_count(past, day, unit_id, kind)
    return Point(day, people, heads, None if people is None else share(people, heads), reporters)


def _tops(tree: DayTree, unit_id: int | None) -> list[int]:
    if unit_id is None:
        return tree.children[None]
    return [unit_id] if unit_id in tree.units else []


def _head_count(past: History, day: date, unit_id: int | None, kind: CountKind | None) -> int | None:
    """The unit's head-count; of several top units the sum, where every one has it."""
    tree = past.tree(day)
    counts = []
    for top in _tops(tree, unit_id):
        own = past.head(top, kind or tree.units[top].basis, day)  # saves adding up what is below
        counts.append(own.people if own else head_counts(past, day, tree.order(top), kind)[top].people)
    return sum(count or 0 for count in counts) if counts and None not in counts else None


def _registered(
    session: Session, past: History, days: Iterable[date], unit_id: int | None
) -> dict[date, int | None]:
    """Units that belong to the whole all the time are added up in the database, the others one by one."""
    members = {day: past.tree(day).under(unit_id) for day in days}
    sets = set(members.values()) - {frozenset()}
    always = frozenset.intersection(*sets) if sets else frozenset()
    sometimes = frozenset().union(*sets) - always
    whole = sums_on(session, members, always, each=False)
    single = sums_on(session, members, sometimes, each=True)
    return {
        day: whole[day].get(0, 0) + sum(count for unit, count in single[day].items() if unit in held) if held else None
        for day, held in members.items()
    }  # fmt: skip


def _reported(
    session: Session, past: History, days: Iterable[date], unit_id: int | None
) -> dict[date, tuple[int | None, int | None]]:
    """People, and how many reported where not all did."""
    book = Book(past, {}, told_on(session, days), Programme.APP)
    found: dict[date, tuple[int | None, int | None]] = {}
    for day in days:
        tree = past.tree(day)
        counted = book.counted(day, tree.order(unit_id)) if unit_id in tree.units or unit_id is None else {}
        tops = [counted[top] for top in _tops(tree, unit_id)]
        known = any(top.known for top in tops)
        parts = [(1, 1) if top.told else top.covered for top in tops]
        done, wanted = sum(each for each, _ in parts), sum(each for _, each in parts)
        found[day] = sum(top.total for top in tops) if known else None, None if done == wanted else done
    return found


def weekly_totals(session: Session, until: date, weeks: int) -> list[tuple[date, int]]:
    """Registered people of the whole banner at the end of `until` and of that weekday in the weeks before.

    `weeks` pairs (county day, people), oldest first. Three statements, whatever the number of weeks: what
    was frozen before the first of the days, and the events since (none is ever written into a frozen day).
    """
    days = [until - WEEK * back for back in range(weeks)][::-1]
    base_day, total = _frozen_total(session, days[0])
    changes = _changes(session, base_day, until)
    totals = []
    for day in days:
        total += sum(changes.pop(at) for at in list(changes) if at <= day)
        totals.append((day, total))
    return totals


def _frozen_total(session: Session, latest: date) -> tuple[date, int]:
    """The newest frozen day up to `latest` and its total; the beginning of time and 0 when there is none."""
    day = session.scalar(select(func.max(FrozenDay.day)).where(FrozenDay.day <= latest))
    if day is None:
        return date.min, 0
    people = select(func.sum(DailyCount.registered_here)).where(DailyCount.day == day)
    return day, int(session.scalar(people) or 0)


def _changes(session: Session, after: date, until: date) -> dict[date, int]:
    """The sum of the events of each day after `after`, up to and including `until`; quiet days are absent."""
    rows = session.execute(
        select(RegistrationEvent.day, func.sum(RegistrationEvent.delta))
        .where(RegistrationEvent.day > after, RegistrationEvent.day <= until)
        .group_by(RegistrationEvent.day)
    )
    return {day: int(change) for day, change in rows}
