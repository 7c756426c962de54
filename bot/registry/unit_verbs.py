"""Changing a unit: its name, kind, basis, short names, place, head-count. Dated; what was counted before stands.

Ending a unit (merging, closing, later days) is in unit_ends and is offered here as well.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.registry import unit_places
from bot.registry.events import open_day
from bot.registry.models import CountKind, Follower, HeadCount, Unit, UnitKind, UnitName
from bot.registry.models_units import FormerName, UnitBasis
from bot.registry.unit_ends import cancel_plan, close_unit, merge_units, settle
from bot.registry.unit_locks import edited, open_unit
from bot.registry.unit_places import cancel_move, move_unit
from bot.registry.units import KIND_WORDS, NOBODY_IN, checked_name
from core.clock import county_date
from core.errors import Refusal

__all__ = [
    "CountForm", "cancel_move", "cancel_plan", "close_unit", "merge_units", "move_unit", "rename_unit", "set_basis",
    "set_head_count", "set_kind", "set_short_names", "settle",
]  # fmt: skip
MOST_SHORT_NAMES = 20
LARGEST_COUNT = 9_999_999


def rename_unit(session: Session, unit_id: int, name: str, now: datetime, *, keep_old: bool = True) -> Unit:
    """Give the unit another name from today on; with `keep_old` the old one goes on finding it, as a short name.

    Raises Refusal for an empty or too long name, Conflict when a sibling bears it.
    """
    unit = open_unit(session, unit_id)
    name = checked_name(name)
    if name == unit.name:
        return unit
    unit_places.must_be_free(session, name, unit.parent_id, unit.id)
    session.add(FormerName(unit_id=unit.id, name=unit.name, until=open_day(session, now)))
    shorts = [short for short in _short_names(session, unit.id) if short != name]
    _store_short_names(session, unit.id, [*shorts, *([unit.name] if keep_old else [])])
    unit.name = name
    return edited(session, unit)


def set_kind(session: Session, unit_id: int, kind: UnitKind, now: datetime) -> Unit:
    """Change what sort of unit it is. Raises Refusal when people are registered with it and the new kind has none."""
    unit = open_unit(session, unit_id)
    if kind == unit.kind:
        return unit
    if kind in NOBODY_IN and session.scalar(select(Follower.id).where(Follower.unit_id == unit.id).limit(1)):
        raise Refusal(
            f"还有人登记在“{unit.name}”，不能改成{KIND_WORDS[kind]}：{KIND_WORDS[kind]}自己没有人。"
        )
    unit.kind = kind
    return edited(session, unit)


def set_basis(session: Session, unit_id: int, basis: CountKind, now: datetime) -> Unit:
    """Measure the unit's rate against another kind of head-count from today on; earlier days keep theirs."""
    unit = open_unit(session, unit_id)
    if basis == unit.basis:
        return unit
    today = open_day(session, now)
    known = {row.since: row for row in session.scalars(select(UnitBasis).where(UnitBasis.unit_id == unit.id))}
    if not known and unit.opened_on < today:
        session.add(UnitBasis(unit_id=unit.id, since=unit.opened_on, basis=unit.basis))
    if today in known:
        known[today].basis = basis
    else:
        session.add(UnitBasis(unit_id=unit.id, since=today, basis=basis))
    unit.basis = basis
    return edited(session, unit)


def set_short_names(session: Session, unit_id: int, names: Iterable[str], now: datetime) -> Unit:
    """Replace the short names by these; the unit's own name and repetitions are left out. Raises Refusal."""
    unit = open_unit(session, unit_id)
    wanted = [name for name in dict.fromkeys(map(checked_name, names)) if name != unit.name]
    if len(wanted) > MOST_SHORT_NAMES:
        raise Refusal(f"简称最多 {MOST_SHORT_NAMES} 个。")
    if set(wanted) == set(_short_names(session, unit.id)):
        return unit
    _store_short_names(session, unit.id, wanted)
    return edited(session, unit)


def _short_names(session: Session, unit_id: int) -> list[str]:
    held = select(UnitName.name).where(UnitName.unit_id == unit_id).order_by(UnitName.id)
    return list(session.scalars(held))


def _store_short_names(session: Session, unit_id: int, names: Iterable[str]) -> None:
    wanted = dict.fromkeys(names)
    for held in session.scalars(select(UnitName).where(UnitName.unit_id == unit_id)).all():
        if held.name in wanted:
            del wanted[held.name]
        else:
            session.delete(held)
    session.flush()  # a name that goes and one that comes may differ by what the database ignores
    session.add_all(UnitName(unit_id=unit_id, name=name) for name in wanted)


@dataclass(frozen=True, slots=True)
class CountForm:
    """A head-count to be entered. `reason` is needed when `since` is over: that changes figures already shown."""

    kind: CountKind
    since: date
    count: int
    source: str
    reason: str = ""


def set_head_count(session: Session, unit_id: int, form: CountForm, by: str, now: datetime) -> HeadCount:
    """Add a head-count that holds from its day on; rows are added, never changed. `by` is the login of who enters it.

    A day before today needs a reason: a past figure never changes silently. The same again adds nothing.
    Raises Refusal.
    """
    unit = open_unit(session, unit_id)
    source, reason, today = form.source.strip()[:120], form.reason.strip()[:200], county_date(now)
    _must_be_sound(unit, form.since, form.count, source)
    if form.since < today and not reason:
        raise Refusal(f"从 {form.since} 起的人数会改动已经公布过的登记率，请写明更正的原因。")
    held = select(HeadCount).where(HeadCount.unit_id == unit.id, HeadCount.kind == form.kind)
    newest = held.where(HeadCount.since == form.since).order_by(HeadCount.id.desc()).limit(1)
    last = session.scalars(newest).one_or_none()
    if last is not None and (last.count, last.source) == (form.count, source):
        return last
    entry = HeadCount(
        unit_id=unit.id, kind=form.kind, since=form.since, count=form.count, source=source, entered_at=now,
        entered_by=by[:60], reason=reason if form.since < today else "",
    )  # fmt: skip
    session.add(entry)
    edited(session, unit)
    return entry


def _must_be_sound(unit: Unit, since: date, count: int, source: str) -> None:
    if not 0 <= count <= LARGEST_COUNT:
        raise Refusal(f"应登记人数应在 0 到 {LARGEST_COUNT:,} 之间。")
    if not source:
        raise Refusal("请写明人数的来源，例如“2025 年统计年鉴”。")
    if since < unit.opened_on:
        raise Refusal(f"“{unit.name}”是 {unit.opened_on} 设立的，人数不能早于这一天。")
