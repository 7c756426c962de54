"""People of a set of units at the end of each of many days, added up in the database."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.registry.counts import Start, starts_of
from bot.registry.models import DailyCount, RegistrationEvent

Sums = dict[int, int]
"""By unit id, or all under 0 when nobody asked for the single units."""


def sums_on(session: Session, days: Iterable[date], ids: Collection[int], *, each: bool) -> dict[date, Sums]:
    """People registered with these units themselves, at the end of each county day; by unit when `each`.

    Three statements, whatever the number of days and units.
    """
    ordered = sorted(set(days))
    if not ids or not ordered:
        return {day: {} for day in ordered}
    starts = starts_of(session, ordered)
    held = _frozen(session, {start.day for start in starts if start.frozen}, ids, each=each)
    changes = iter(_changes(session, _spans(starts, ordered), ids, each=each))
    change = next(changes, None)
    sums: dict[date, Sums] = {}
    running: Sums = {}
    for start, day in zip(starts, ordered, strict=True):
        running = dict(held.get(start.day, {})) if start.frozen else dict(running)
        while change is not None and change[0] <= day:
            if change[0] > start.day:
                running[change[1]] = running.get(change[1], 0) + change[2]
            change = next(changes, None)
        sums[day] = running
    return sums


def of_units(column: InstrumentedAttribute[int], ids: Collection[int]) -> ColumnElement[bool]:
    """The column is one of so many ids that they would be too many parameters."""
    return column.in_(bindparam("ids", sorted(ids), expanding=True, literal_execute=True))


def _frozen(session: Session, days: set[date], ids: Collection[int], *, each: bool) -> dict[date, Sums]:
    by: tuple[Any, ...] = (DailyCount.day, DailyCount.unit_id) if each else (DailyCount.day,)
    held = select(*by, func.sum(DailyCount.registered_here)).where(DailyCount.day.in_(days))
    sums: dict[date, Sums] = {}
    for day, *key, count in session.execute(
        held.where(of_units(DailyCount.unit_id, ids)).group_by(*by)
    ).all():
        sums.setdefault(day, {})[key[0] if key else 0] = int(count)
    return sums


def _spans(starts: list[Start], days: list[date]) -> list[tuple[date, date]]:
    """The stretches (after, until) whose events are to be read, joined where one follows the other."""
    spans: list[tuple[date, date]] = []
    for start, day in zip(starts, days, strict=True):
        if start.day == day:
            continue
        if spans and spans[-1][1] == start.day:
            spans[-1] = spans[-1][0], day
        else:
            spans.append((start.day, day))
    return spans


def _changes(
    session: Session, spans: list[tuple[date, date]], ids: Collection[int], *, each: bool
) -> list[tuple[date, int, int]]:
    """(day, unit or 0, change), in the order of the days."""
    event = RegistrationEvent
    if not spans:
        return []
    by: tuple[Any, ...] = (event.day, event.unit_id) if each else (event.day,)
    within = or_(*(and_(event.day > after, event.day <= until) for after, until in spans))
    rows = select(*by, func.sum(event.delta)).where(within, of_units(event.unit_id, ids)).group_by(*by)
    return [
        (day, key[0] if key else 0, int(change))
        for day, *key, change in session.execute(rows.order_by(event.day)).all()
    ]
