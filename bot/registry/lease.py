"""Doing a thing in one process only: a row says who may, until when."""

from datetime import datetime, timedelta

from sqlalchemy import insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.registry.models import Lease


def take(session: Session, name: str, holder: str, now: datetime, seconds: float) -> bool:
    """Take or renew the lease for `seconds`; False while another holder has it.

    One statement decides, so that of two processes trying at once one gets False, on every database.
    """
    until = now + timedelta(seconds=seconds)
    free = or_(Lease.holder == holder, Lease.until <= now)
    renewed = update(Lease).where(Lease.name == name, free).values(holder=holder, until=until)
    if session.execute(renewed.execution_options(synchronize_session=False)).rowcount:  # type: ignore[attr-defined]
        return True
    if session.scalar(select(Lease.name).where(Lease.name == name)) is not None:
        return False
    try:
        with session.begin_nested():
            session.execute(insert(Lease).values(name=name, holder=holder, until=until))
    except IntegrityError:  # another process was first
        return False
    return True


def drop(session: Session, name: str, holder: str, now: datetime) -> None:
    """Give the lease back early, so that the next process need not wait for its end."""
    mine = update(Lease).where(Lease.name == name, Lease.holder == holder).values(until=now)
    session.execute(mine.execution_options(synchronize_session=False))
