"""What is to be said of one unit: for the audit log before and after a change, and for its page."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from bot.registry import audit
from bot.registry.models import AuditEntry, CountKind, HeadCount, Unit, UnitKind, UnitName, UnitPlace
from bot.registry.models_units import FormerName, UnitBasis, UnitMerger, UnitPlan
from bot.registry.unit_ends import audit_subject
from bot.registry.unit_locks import locked_unit
from bot.registry.units import COUNT_WORDS, KIND_WORDS

MOST_STEPS = 64
"""Of the way up; a sound tree has six."""


class Step(NamedTuple):
    """A unit on the way down from the top."""

    id: int
    code: str
    name: str


class Placed(NamedTuple):
    """From `since` on under `parent` ("" = at the top)."""

    since: date
    parent_id: int | None
    parent: str


@dataclass(frozen=True, slots=True)
class Story:
    """Everything that was and will be of one unit, newest first."""

    names: list[FormerName]
    places: list[Placed]
    bases: list[UnitBasis]
    head_counts: list[HeadCount]
    merged_in: list[tuple[Unit, UnitMerger]]
    merged_into: tuple[Unit, UnitMerger] | None
    plan: UnitPlan | None
    plan_into: Unit | None


def way_down(session: Session, unit_id: int) -> list[Step]:
    """From the top to the unit itself, today; of a closed unit the way it had at last. Empty when there is none."""
    way = select(Unit.id, Unit.parent_id, Unit.code, Unit.name).where(Unit.id == unit_id).cte(recursive=True)
    above = aliased(Unit)
    step = select(above.id, above.parent_id, above.code, above.name).where(above.id == way.c.parent_id)
    known = {row.id: row for row in session.execute(select(way.union(step))).all()}
    steps: list[Step] = []
    at = known.pop(unit_id, None)
    while at is not None and len(steps) < MOST_STEPS:
        steps.append(Step(at.id, at.code, at.name))
        at = known.pop(at.parent_id, None)
    return steps[::-1]


def facts(session: Session, unit: Unit, day: date) -> dict[str, Any]:
    """The unit in the office's words, as the audit log keeps it."""
    told: dict[str, Any] = {
        "名称": unit.name,
        "类别": KIND_WORDS[UnitKind(unit.kind)],
        "上级": _named(session, unit.parent_id),
        "人数口径": COUNT_WORDS[CountKind(unit.basis)],
        "简称": sorted(session.scalars(select(UnitName.name).where(UnitName.unit_id == unit.id))),
        "撤销日期": unit.closed_on,
    }
    told |= {f"{each.since} 起移到": each.parent for each in _places(session, unit.id) if each.since > day}
    rows = select(HeadCount).where(HeadCount.unit_id == unit.id).order_by(HeadCount.since, HeadCount.id)
    for row in session.scalars(rows):
        told[f"{COUNT_WORDS[CountKind(row.kind)]}（{row.since} 起）"] = f"{row.count:,}，{row.source}"
    plan = session.get(UnitPlan, unit.id)
    if plan is not None:
        told["定于"] = f"{plan.day} " + (f"并入{_named(session, plan.into_id)}" if plan.into_id else "撤销")
    return told


def _named(session: Session, unit_id: int | None) -> str:
    row = session.execute(select(Unit.name, Unit.code).where(Unit.id == unit_id)).one_or_none()
    return f"{row.name}（{row.code}）" if row else ""


class Act(NamedTuple):
    """Who does what in the office, and when."""

    by: str
    action: str
    now: datetime
    today: date


@contextmanager
def noted(session: Session, unit_id: int, act: Act, version: int | None = None) -> Iterator[Unit]:
    """Hold the unit while the block changes it, and write what changed into the audit log, before → after.

    Raises NotFound, and Stale when the unit is not in the `version` the form was loaded with.
    """
    unit = locked_unit(session, unit_id, version)
    subject, before = audit_subject(unit), facts(session, unit, act.today)
    yield unit
    session.flush()
    after = facts(session, session.get_one(Unit, unit_id), act.today)
    changed = [key for key in before | after if before.get(key) != after.get(key)]
    if changed:
        old, new = ({key: told.get(key) for key in changed} for told in (before, after))
        audit.note(session, act.by, act.action, subject, act.now, old, new)


def notes_of(session: Session, unit: Unit, after_id: int = 0, limit: int = 20) -> list[AuditEntry]:
    """The newest entries of the audit log about the unit, whatever it was called, written after entry `after_id`."""
    of_it = AuditEntry.subject.endswith(f"（{unit.code}）", autoescape=True)
    wanted = select(AuditEntry).where(of_it, AuditEntry.id > after_id).order_by(AuditEntry.id.desc())
    return list(session.scalars(wanted.limit(limit)))


def story(session: Session, unit_id: int) -> Story:
    """What was and will be of the unit. Eight statements."""
    of_unit = {"unit_id": unit_id}
    merger, plan = session.get(UnitMerger, unit_id), session.get(UnitPlan, unit_id)
    came = select(Unit, UnitMerger).join(UnitMerger, UnitMerger.unit_id == Unit.id)
    names = select(FormerName).filter_by(**of_unit).order_by(FormerName.until.desc(), FormerName.id.desc())
    bases = select(UnitBasis).filter_by(**of_unit).order_by(UnitBasis.since.desc())
    counts = select(HeadCount).filter_by(**of_unit).order_by(HeadCount.since.desc(), HeadCount.id.desc())
    return Story(
        list(session.scalars(names)),
        _places(session, unit_id),
        list(session.scalars(bases)),
        list(session.scalars(counts)),
        [
            (row[0], row[1])
            for row in session.execute(came.where(UnitMerger.into_id == unit_id).order_by(UnitMerger.day))
        ],
        (session.get_one(Unit, merger.into_id), merger) if merger else None,
        plan,
        session.get(Unit, plan.into_id) if plan and plan.into_id else None,
    )


def _places(session: Session, unit_id: int) -> list[Placed]:
    rows = select(UnitPlace.since, UnitPlace.parent_id, Unit.name).outerjoin(
        Unit, Unit.id == UnitPlace.parent_id
    )
    wanted = rows.where(UnitPlace.unit_id == unit_id).order_by(UnitPlace.since.desc())
    return [Placed(since, parent_id, name or "") for since, parent_id, name in session.execute(wanted)]
