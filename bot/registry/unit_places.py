"""Where units stand from which day on: moving one, and what a tree must never become."""

from collections import defaultdict
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.registry.events import open_day
from bot.registry.models import Unit, UnitKind, UnitPlace
from bot.registry.models_units import UnitPlan
from bot.registry.unit_locks import edited, open_unit
from core.errors import Conflict, NotFound, Refusal

Places = dict[int, list[tuple[date, int | None]]]
"""For each unit its parents by the day from which they hold, earliest first."""


def move_unit(session: Session, unit_id: int, parent_id: int | None, since: date, now: datetime) -> Unit:
    """Put the unit, with all below it, under another parent from a day on; today or later (None: to the top).

    A later day takes effect by itself (`settle` moves today's parent along). A second move for the same day replaces
    the first. Raises Refusal for a day that is over and for a circle, Conflict when nothing would change, when a
    sibling bears the name, or when the parent is or will be closed.
    """
    unit, today = open_unit(session, unit_id), open_day(session, now)
    if since < today:
        raise Refusal(f"过去的数字不改：只能从今天（{today}）或以后的一天起移动。")
    if unit.kind == UnitKind.COUNTY:
        raise Refusal("旗县是最上级，不能移动。")
    places = all_places(session)
    if parent_on(places, unit.id, since) == parent_id:
        raise Conflict(f"“{unit.name}”在这一天本来就在那个上级下面。")
    _must_take(session, parent_id, since)
    _must_not_circle(places, unit, parent_id, since)
    must_be_free(session, unit.name, parent_id, unit.id)
    place(session, unit, parent_id, since, today)
    return edited(session, unit)


def cancel_move(session: Session, unit_id: int, since: date, now: datetime) -> Unit:
    """Take back a move that has not taken effect. Raises NotFound, Refusal once its day has come."""
    unit = open_unit(session, unit_id)
    if since <= open_day(session, now):
        raise Refusal("这次移动已经生效，不能取消；需要时请再移动一次。")
    planned = select(UnitPlace).where(UnitPlace.unit_id == unit.id, UnitPlace.since == since)
    held = session.scalar(planned)
    if held is None:
        raise NotFound("没有这次移动，可能已经取消。")
    session.delete(held)
    session.flush()
    places = all_places(session)
    for day in {day for days in places.values() for day, _ in days if day >= since}:
        _must_lead_up(places, unit, day)
    return edited(session, unit)


def place(session: Session, unit: Unit, parent_id: int | None, since: date, today: date) -> None:
    """Write the place down; a row of the same day is replaced, and today's parent moves along."""
    same = select(UnitPlace).where(UnitPlace.unit_id == unit.id, UnitPlace.since == since)
    if (held := session.scalar(same)) is not None:
        held.parent_id = parent_id
    else:
        session.add(UnitPlace(unit_id=unit.id, since=since, parent_id=parent_id))
    if since <= today:
        unit.parent_id = parent_id
    session.flush()


def all_places(session: Session) -> Places:
    """Every unit's places."""
    places: Places = defaultdict(list)
    rows = select(UnitPlace.unit_id, UnitPlace.since, UnitPlace.parent_id).order_by(UnitPlace.since)
    for unit_id, since, parent_id in session.execute(rows):
        places[unit_id].append((since, parent_id))
    return places


def parent_on(places: Places, unit_id: int, day: date) -> int | None:
    """The parent the unit has on that day; None at the top and before its first day."""
    return next((parent for since, parent in reversed(places.get(unit_id, [])) if since <= day), None)


def must_be_free(session: Session, name: str, parent_id: int | None, unit_id: int) -> None:
    """Raise Conflict when another open unit under that parent bears the name today."""
    beside = Unit.parent_id.is_(None) if parent_id is None else Unit.parent_id == parent_id
    twin = select(Unit.code).where(beside, Unit.name == name, Unit.closed_on.is_(None), Unit.id != unit_id)
    if code := session.scalar(twin.limit(1)):
        raise Conflict(f"同一上级下已有“{name}”（编号 {code}）。")


def _must_take(session: Session, parent_id: int | None, since: date) -> None:
    """The parent is there on that day, and will not be closed before."""
    if parent_id is None:
        return
    parent = open_unit(session, parent_id)
    if parent.opened_on > since:
        raise Conflict(f"“{parent.name}”到 {parent.opened_on} 才设立。")
    plan = session.get(UnitPlan, parent_id)
    if plan is not None and plan.day <= since:
        raise Conflict(f"“{parent.name}”已定于 {plan.day} 撤销，请选别的上级。")


def _must_not_circle(places: Places, unit: Unit, parent_id: int | None, since: date) -> None:
    """On no day from then on may the way up from the unit lead back to it."""
    moved = [each for each in places.get(unit.id, []) if each[0] != since] + [(since, parent_id)]
    later: Places = {**places, unit.id: sorted(moved, key=lambda each: each[0])}
    for day in {since, *(day for days in places.values() for day, _ in days if day > since)}:
        _must_lead_up(later, unit, day)


def _must_lead_up(places: Places, unit: Unit, day: date) -> None:
    at, seen = parent_on(places, unit.id, day), set[int]()
    while at is not None and at not in seen:
        if at == unit.id:
            raise Refusal(f"不能移到自己或自己的下级下面（{day} 起上级关系会绕成一圈）。")
        seen.add(at)
        at = parent_on(places, at, day)


def below_from(session: Session, unit_id: int, above_id: int, day: date) -> date | None:
    """The first day, from `day` on, on which the way up from the unit passes `above_id`; None when it never will."""
    places = all_places(session)
    later = {since for held in places.values() for since, _ in held if since > day}
    return next((each for each in sorted({day, *later}) if _passes(places, unit_id, above_id, each)), None)


def _passes(places: Places, unit_id: int, above_id: int, day: date) -> bool:
    at, seen = parent_on(places, unit_id, day), set[int]()
    while at is not None and at != above_id and at not in seen:
        seen.add(at)
        at = parent_on(places, at, day)
    return at == above_id
