"""People registered with each unit at the end of a county day: frozen days, and the events after them."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import func, insert, literal, select, union_all
from sqlalchemy.orm import Session

from bot.registry.models import DailyCount, FrozenDay, RegistrationEvent
from core.clock import county_date
from core.errors import Refusal

CHUNK = 5000
ONE_DAY = timedelta(days=1)
Change = tuple[int, int, int]  # unit id, sum of deltas, last event


def registered_here(session: Session, day: date) -> dict[int, int]:
    """People registered with each unit itself at the end of the county day; a unit with nobody is absent.

    Counted from the newest frozen day on or before `day` and the events after it.
    """
    return counts_on(session, [day])[day]


def counts_on(session: Session, days: Iterable[date]) -> dict[date, dict[int, int]]:
    """`registered_here` of several county days; three statements, whatever their number (a dozen at most)."""
    ordered = sorted(set(days))
    starts = starts_of(session, ordered)
    held = _frozen_counts_of(session, {start.day for start in starts if start.frozen})
    steps = _steps(session, [(start.day, day) for start, day in zip(starts, ordered, strict=True)])
    counted: dict[date, dict[int, int]] = {}
    counts: dict[int, int] = {}
    for n, (start, day) in enumerate(zip(starts, ordered, strict=True)):
        counts = dict(held[start.day]) if start.frozen else dict(counts)
        for unit_id, change in steps[n].items():
            counts[unit_id] = counts.get(unit_id, 0) + change
        counted[day] = {unit_id: count for unit_id, count in counts.items() if count}
    return counted


class Start(NamedTuple):
    """Where the counting of a day begins: at the end of `day`, from frozen counts or from those of the day before."""

    day: date
    frozen: bool


def starts_of(session: Session, ordered: list[date]) -> list[Start]:
    """For each of the days in order: its newest frozen day, unless an earlier one of the days is newer."""
    if not ordered:
        return []
    newest = (
        select(literal(n), func.max(FrozenDay.day)).where(FrozenDay.day <= day)
        for n, day in enumerate(ordered)
    )
    frozen = dict(session.execute(union_all(*newest)).all())
    starts, before = [], date.min
    for n, _day in enumerate(ordered):
        found = frozen[n]
        starts.append(Start(found, True) if found and found >= before else Start(before, False))
        before = ordered[n]
    return starts


def _frozen_counts_of(session: Session, days: set[date]) -> dict[date, dict[int, int]]:
    counts: dict[date, dict[int, int]] = {day: {} for day in days}
    held = select(DailyCount.day, DailyCount.unit_id, DailyCount.registered_here)
    for day, unit_id, count in session.execute(held.where(DailyCount.day.in_(days))).all() if days else ():
        counts[day][unit_id] = count
    return counts


def _steps(session: Session, spans: list[tuple[date, date]]) -> list[dict[int, int]]:
    """How each unit's count changed after the first day of each span, up to the end of its last day."""
    event = RegistrationEvent
    wanted = [
        select(literal(n), event.unit_id, func.sum(event.delta))
        .where(event.day > after, event.day <= until)
        .group_by(event.unit_id)
        for n, (after, until) in enumerate(spans)
        if after < until
    ]
    steps: list[dict[int, int]] = [{} for _ in spans]
    for n, unit_id, change in session.execute(union_all(*wanted)).all() if wanted else ():
        steps[n][unit_id] = int(change)
    return steps


def _frozen_counts(session: Session, day: date) -> dict[int, int]:
    held = select(DailyCount.unit_id, DailyCount.registered_here).where(DailyCount.day == day)
    return dict(session.execute(held).all())


def freeze(session: Session, day: date, now: datetime) -> int:
    """Freeze the counts of `day` and of every day since the newest frozen one; how many days that was.

    A frozen day is left alone. Raises Refusal while `day` is not over in the county.
    """
    if day >= county_date(now):
        raise Refusal(f"{day} 还没有过完，不能封存。")
    newest = session.get(FrozenDay, session.scalar(select(func.max(FrozenDay.day))) or date.min)
    if newest is not None and newest.day >= day:
        return 0
    first = newest.day + ONE_DAY if newest else _first_event_day(session, day)
    days = [first + ONE_DAY * n for n in range((day - first).days + 1)]
    changes = _changes(session, first, day)
    last = newest.last_event if newest else 0
    counts = _frozen_counts(session, newest.day) if newest else {}
    _keep_days(session, days, counts, changes, (last, now))
    return len(days)


def _first_event_day(session: Session, day: date) -> date:
    first = session.scalar(select(func.min(RegistrationEvent.day)))
    return min(first, day) if first else day


def _changes(session: Session, first: date, last: date) -> dict[date, list[Change]]:
    event = RegistrationEvent
    rows = session.execute(
        select(event.day, event.unit_id, func.sum(event.delta), func.max(event.id))
        .where(event.day >= first, event.day <= last)
        .group_by(event.day, event.unit_id)
        .order_by(event.day)
    ).all()
    return {
        day: [(unit, int(delta), top) for _, unit, delta, top in same_day]
        for day, same_day in groupby(rows, key=lambda row: row[0])
    }


def _keep_days(
    session: Session,
    days: list[date],
    counts: dict[int, int],
    changes: dict[date, list[Change]],
    mark: tuple[int, datetime],
) -> None:
    last, now = mark
    frozen, rows = [], []
    for day in days:
        for unit_id, delta, top in changes.get(day, []):
            counts[unit_id] = counts.get(unit_id, 0) + delta
            last = max(last, top)
        frozen.append({"day": day, "last_event": last, "frozen_at": now})
        held = ((unit_id, count) for unit_id, count in counts.items() if count)
        rows += [{"day": day, "unit_id": unit_id, "registered_here": count} for unit_id, count in held]
    session.execute(insert(FrozenDay.__table__), frozen)  # type: ignore[arg-type]
    for chunk in _chunks(rows):
        session.execute(insert(DailyCount.__table__), chunk)  # type: ignore[arg-type]
    session.expire_all()


def _chunks(rows: list[dict[str, object]]) -> Iterator[list[dict[str, object]]]:
    return (rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK))
