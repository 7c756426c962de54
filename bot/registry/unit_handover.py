"""What a unit that is merged leaves to its heir: people, sub-units, names, plans, head-counts."""

from datetime import date, datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from bot.registry import unit_places
from bot.registry.events import DELTAS, open_day
from bot.registry.models import (
    CountKind,
    EventKind,
    Follower,
    HeadCount,
    RegistrationEvent,
    Unit,
    UnitName,
    UnitPlace,
)
from bot.registry.models_units import UnitPlan

CHUNK = 5000
STEPS = (EventKind.MOVED_OUT, EventKind.MOVED_IN)


def move_people(session: Session, gone: Unit, heir: Unit, now: datetime) -> int:
    """Write everybody's way over as events of today; how many they are."""
    people = select(Follower.id, Follower.person_no).where(Follower.unit_id == gone.id).order_by(Follower.id)
    rows = session.execute(people.with_for_update()).all()
    day = open_day(session, now)
    ways = [
        {"at": now, "day": day, "unit_id": unit.id, "person_no": row.person_no, "kind": kind, "delta": DELTAS[kind]}
        for row in rows
        for kind, unit in zip(STEPS, (gone, heir), strict=True)
    ]  # fmt: skip
    for start in range(0, len(ways), CHUNK):
        session.execute(insert(RegistrationEvent), ways[start : start + CHUNK])
    moved = update(Follower).where(Follower.unit_id == gone.id).values(unit_id=heir.id)
    session.execute(moved, execution_options={"synchronize_session": False})
    return len(rows)


def move_children(session: Session, gone: Unit, heir: Unit, today: date) -> None:
    """Today's sub-units stand under the heir from today on; those that were to come later come there."""
    children = select(Unit).where(Unit.parent_id == gone.id, Unit.closed_on.is_(None)).order_by(Unit.id)
    for child in session.scalars(children.with_for_update()).all():
        unit_places.place(session, child, heir.id, today, today)
        child.version += 1
    later = update(UnitPlace).where(UnitPlace.parent_id == gone.id, UnitPlace.since > today)
    session.execute(later.values(parent_id=heir.id), execution_options={"synchronize_session": False})


def give_names(session: Session, gone: Unit, heir: Unit) -> None:
    """The name and the short names find the heir from now on."""
    held = select(UnitName.unit_id, UnitName.name).where(UnitName.unit_id.in_((gone.id, heir.id)))
    rows = session.execute(held.order_by(UnitName.id)).all()
    known = {heir.name, *(row.name for row in rows if row.unit_id == heir.id)}
    names = [gone.name, *(row.name for row in rows if row.unit_id == gone.id)]
    session.add_all(
        UnitName(unit_id=heir.id, name=name) for name in dict.fromkeys(names) if name not in known
    )


def give_plans(session: Session, gone: Unit, heir: Unit) -> None:
    """What was to be merged into the unit goes on to its heir; the heir itself would go into itself, and stays."""
    session.execute(delete(UnitPlan).where(UnitPlan.unit_id == heir.id, UnitPlan.into_id == gone.id))
    session.execute(update(UnitPlan).where(UnitPlan.into_id == gone.id).values(into_id=heir.id))


def add_up_counts(session: Session, gone: Unit, heir: Unit, at: tuple[date, datetime, str]) -> None:
    """The head-counts that both have are added up from today on."""
    today, now, by = at
    own, other = _counts(session, heir.id, today), _counts(session, gone.id, today)
    for kind in own.keys() & other.keys():
        said = f"合并：{own[kind]:,} ＋ “{gone.name}” {other[kind]:,}"
        session.add(HeadCount(
            unit_id=heir.id, kind=kind, since=today, count=own[kind] + other[kind], source=said[:120],
            entered_at=now, entered_by=by[:60],
        ))  # fmt: skip


def _counts(session: Session, unit_id: int, day: date) -> dict[CountKind, int]:
    rows = select(HeadCount.kind, HeadCount.count).where(HeadCount.unit_id == unit_id, HeadCount.since <= day)
    return {
        CountKind(kind): count
        for kind, count in session.execute(rows.order_by(HeadCount.since, HeadCount.id))
    }
