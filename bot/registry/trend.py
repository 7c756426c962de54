"""How the number of registered people moved: the banner's total at the end of each of the last weeks."""

from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.registry.models import DailyCount, FrozenDay, RegistrationEvent

WEEK = timedelta(days=7)


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
