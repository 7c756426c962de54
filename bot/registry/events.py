"""Writing registration events: the only way a person enters or leaves a unit."""

from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.registry.models import EventKind, FrozenDay, RegistrationEvent
from core.clock import county_date

DELTAS = {EventKind.JOINED: 1, EventKind.MOVED_IN: 1, EventKind.LEFT: -1, EventKind.MOVED_OUT: -1}


def open_day(session: Session, now: datetime) -> date:
    """The county day to which events written now belong: today, or the first day that is not frozen yet.

    A frozen day keeps its figures, so an event that comes late (or with a clock that was set back) counts
    on the day after it.
    """
    newest = session.scalar(select(func.max(FrozenDay.day)))
    today = county_date(now)
    return max(today, newest + timedelta(days=1)) if newest else today


def write(session: Session, person_no: int, now: datetime, *steps: tuple[EventKind, int]) -> None:
    """Append one event for each (kind, unit id), all at the same moment and on the same county day."""
    day = open_day(session, now)
    for kind, unit_id in steps:
        event = RegistrationEvent(
            at=now, day=day, unit_id=unit_id, person_no=person_no, kind=kind, delta=DELTAS[kind]
        )
        session.add(event)
    session.flush()
