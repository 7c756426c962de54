"""Ending a unit: merging it into another, closing it, today or on a later day; its people never fall out of a count."""

from datetime import date, datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from bot.registry import audit, promoters, unit_handover, unit_places
from bot.registry.events import open_day
from bot.registry.models import (
    Follower,
    Unit,
    UnitKind,
    UnitPlace,
)
from bot.registry.models_units import UnitMerger, UnitPlan
from bot.registry.unit_locks import edited, open_unit
from bot.registry.units import KIND_WORDS, NOBODY_IN, VERSION, touch
from core.errors import Conflict, NotFound, Refusal


def merge_units(
    session: Session, from_id: int, into_id: int, now: datetime, *, by: str = "", add_counts: bool = True
) -> UnitMerger:
    """Merge a unit into another, today: people and sub-units move there, the first closes, its codes lead there.

    Yesterday's figures stand, because every step is an event or a place of today. The name and the short names find
    the other unit from now on. With `add_counts` the head-counts that both have are added up from today on (`by`
    enters them). Raises Refusal and Conflict when it cannot be.
    """
    _hold_people(session, from_id)
    gone, heir = _held_pair(session, from_id, into_id)
    today = open_day(session, now)
    _must_fit(session, gone, heir, today)
    if add_counts:
        unit_handover.add_up_counts(session, gone, heir, (today, now, by))
    merger = UnitMerger(
        unit_id=gone.id,
        into_id=heir.id,
        day=today,
        people=unit_handover.move_people(session, gone, heir, now),
    )
    unit_handover.move_children(session, gone, heir, today)
    unit_handover.give_names(session, gone, heir)
    unit_handover.give_plans(session, gone, heir)
    promoters.hand_over(session, gone.id, heir.id)
    _end(session, gone, today)
    session.add(merger)
    edited(session, gone, heir)
    session.expire_all()
    return merger


def close_unit(
    session: Session, unit_id: int, on: date, now: datetime, *, into_id: int | None = None, by: str = ""
) -> None:
    """Close the unit on that day, today or later; with `into_id` it is merged into that unit then.

    Without one it must be empty: nobody may vanish from the county's number. A later day is a plan, which `settle`
    carries out; until then the unit works as before. A new plan replaces the old one. Raises Refusal, Conflict.
    """
    unit, today = open_unit(session, unit_id), open_day(session, now)
    if on < today:
        raise Refusal(f"过去的数字不改：只能从今天（{today}）或以后的一天起撤销。")
    if on > today:
        _plan(session, unit, on, into_id, (by, now))
    elif into_id is not None:
        merge_units(session, unit_id, into_id, now, by=by)
    else:
        _must_be_empty(session, unit)
        _end(session, unit, today)
        edited(session, unit)


def cancel_plan(session: Session, unit_id: int, now: datetime) -> None:
    """Take back a closing or merging that has not happened. Raises NotFound."""
    unit = open_unit(session, unit_id)
    plan = session.get(UnitPlan, unit_id)
    if plan is None:
        raise NotFound("没有待办的撤并，可能已经取消或办完。")
    session.delete(plan)
    edited(session, unit)


def settle(session: Session, now: datetime) -> int:
    """Let take effect whose day has come: today's parents, planned closings and mergers; how many units changed.

    A plan that cannot be carried out stays, with the reason, and is tried again at the next call.
    """
    today = open_day(session, now)
    changed = _settle_parents(session, today)
    due = select(UnitPlan).where(UnitPlan.day <= today).order_by(UnitPlan.day, UnitPlan.unit_id)
    for plan in session.scalars(due).all():
        changed += _carried_out(session, plan.unit_id, now)
    return changed


def _hold_people(session: Session, unit_id: int) -> None:
    """People first, then units: in the order in which somebody registering takes them, or the two would block."""
    people = select(Follower.id).where(Follower.unit_id == unit_id).order_by(Follower.id)
    session.execute(people.with_for_update()).all()


def _held_pair(session: Session, from_id: int, into_id: int) -> tuple[Unit, Unit]:
    if from_id == into_id:
        raise Refusal("不能把一个单位并到它自己。")
    held = {unit_id: open_unit(session, unit_id) for unit_id in sorted((from_id, into_id))}
    return held[from_id], held[into_id]


def _must_fit(session: Session, gone: Unit, heir: Unit, today: date) -> None:
    if gone.kind == UnitKind.COUNTY:
        raise Refusal("旗县不能并到别的单位。")
    if gone.demo != heir.demo:
        raise Refusal("演示单位和真实单位不能合并。")
    if heir.opened_on > today:
        raise Conflict(f"“{heir.name}”到 {heir.opened_on} 才设立。")
    if heir.kind in NOBODY_IN and _people(session, gone.id):
        raise Refusal(
            f"“{heir.name}”是{KIND_WORDS[heir.kind]}，自己没有人，不能接收登记在“{gone.name}”的人。"
        )
    if below := unit_places.below_from(session, heir.id, gone.id, today):
        then = "" if below == today else f"从 {below} 起"
        raise Refusal(f"“{heir.name}”{then}在“{gone.name}”下面。请先把它移到别的上级，再合并。")
    names = select(Unit.name).where(Unit.parent_id == heir.id, Unit.closed_on.is_(None), Unit.id != gone.id)
    twins = select(Unit.name).where(Unit.parent_id == gone.id, Unit.closed_on.is_(None), Unit.name.in_(names))
    if same := sorted(session.scalars(twins.limit(5))):
        raise Conflict(f"两边都有“{'”“'.join(same)}”。请先改名或先合并它们，再合并上级。")


def _people(session: Session, unit_id: int) -> int:
    return session.scalar(select(func.count()).select_from(Follower).where(Follower.unit_id == unit_id)) or 0


def _end(session: Session, unit: Unit, today: date) -> None:
    """From today on the unit is not there; what was planned for it falls away."""
    unit.closed_on = today
    session.execute(delete(UnitPlan).where(UnitPlan.unit_id == unit.id))
    session.execute(delete(UnitPlace).where(UnitPlace.unit_id == unit.id, UnitPlace.since > today))


def _must_be_empty(session: Session, unit: Unit) -> None:
    if people := _people(session, unit.id):
        raise Refusal(f"还有 {people} 人登记在“{unit.name}”。请指定并入哪个单位，他们会转到那里。")
    below = select(Unit.name).where(Unit.parent_id == unit.id, Unit.closed_on.is_(None))
    if name := session.scalar(below.limit(1)):
        raise Refusal(f"“{unit.name}”下面还有“{name}”等单位。请先移走或撤销它们，或指定并入哪个单位。")


def _plan(session: Session, unit: Unit, on: date, into_id: int | None, made: tuple[str, datetime]) -> None:
    if into_id is None:
        _must_be_empty(session, unit)
    else:
        gone, heir = _held_pair(session, unit.id, into_id)
        _must_fit(session, gone, heir, on)
        other = session.get(UnitPlan, into_id)
        if other is not None and other.day <= on:
            raise Conflict(f"“{heir.name}”已定于 {other.day} 撤销，请选别的单位。")
    plan = session.get(UnitPlan, unit.id) or UnitPlan(unit_id=unit.id)
    plan.day, plan.into_id, plan.trouble = on, into_id, ""
    plan.made_by, plan.made_at = made[0][:60], made[1]
    session.add(plan)
    edited(session, unit)


def _carried_out(session: Session, unit_id: int, now: datetime) -> int:
    plan = session.get_one(UnitPlan, unit_id)
    into_id, by, unit = plan.into_id, plan.made_by, session.get_one(Unit, unit_id)
    subject, after = (
        audit_subject(unit),
        {"撤销日期": open_day(session, now), "并入": _name(session, into_id)},
    )
    try:
        with session.begin_nested():
            close_unit(session, unit_id, open_day(session, now), now, into_id=into_id, by=by)
    except Refusal as refusal:
        session.get_one(UnitPlan, unit_id).trouble = refusal.message[:250]
        session.flush()
        return 0
    audit.note(session, by or "system", "unit.merge" if into_id else "unit.close", subject, now, None, after)
    return 1


def audit_subject(unit: Unit) -> str:
    """How the audit log names the unit; its end tells the unit whatever it is called."""
    return f"{unit.name[:60]}（{unit.code}）"


def _name(session: Session, unit_id: int | None) -> str | None:
    return session.scalar(select(Unit.name).where(Unit.id == unit_id)) if unit_id else None


def _settle_parents(session: Session, today: date) -> int:
    places = unit_places.all_places(session)
    units = session.execute(select(Unit.id, Unit.parent_id).where(Unit.closed_on.is_(None))).all()
    late = [
        {"id": unit_id, "parent_id": parent}
        for unit_id, parent_id in units
        if unit_id in places and (parent := unit_places.parent_on(places, unit_id, today)) != parent_id
    ]
    if late:
        session.execute(update(Unit), late)
        session.expire_all()
        touch(session, VERSION)
    return len(late)
