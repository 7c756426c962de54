"""When each timed job was last begun, so that a restart or a jump of the clock misses none and doubles none."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.registry.models import JobRun


def last_runs(session: Session) -> dict[str, datetime]:
    """Job name → moment it was last begun."""
    return {row.name: row.last_at for row in session.scalars(select(JobRun))}


def ran(session: Session, names: list[str], now: datetime) -> None:
    """Note that the jobs begin now."""
    for name in names:
        run = session.get(JobRun, name) or JobRun(name=name)
        run.last_at = now
        session.add(run)
