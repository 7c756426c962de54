"""Writing a checked unit table: units, names, bases, places, head-counts, each in as few statements as can be."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from bot.registry.import_checks import County
from bot.registry.import_lines import Line
from bot.registry.models import HeadCount, Unit, UnitName, UnitPlace
from bot.registry.models_units import FormerName, UnitBasis
from bot.registry.units import usual_basis

NO_SOURCE = "单位表导入（未写来源）"


def add(session: Session, county: County, lines: list[Line]) -> None:
    """New units, without a place as yet."""
    rows = [
        {
            "code": line.code, "name": line.name, "kind": line.kind, "parent_id": None, "version": 1, "demo": False,
            "basis": line.basis or usual_basis(line.kind), "opened_on": line.since or county.today,
        }
        for line in lines
    ]  # fmt: skip
    if rows:
        session.execute(insert(Unit), rows)


def change(session: Session, county: County, lines: list[Line]) -> None:
    """The units' own rows, with their former names and bases; every one of them moves its version."""
    names: list[dict[str, Any]] = []
    bases: list[dict[str, Any]] = []
    ids = [county.by_code[line.code].id for line in lines]
    for start in range(0, len(ids), 500):  # who registers just now holds a share of the row
        part = select(Unit).where(Unit.id.in_(ids[start : start + 500])).order_by(Unit.id)
        session.scalars(
            part.with_for_update(key_share=True), execution_options={"populate_existing": True}
        ).all()
    for line in lines:
        unit = session.get_one(Unit, county.by_code[line.code].id)
        if line.name and line.name != unit.name:
            names.append({"unit_id": unit.id, "name": unit.name, "until": county.today})
            unit.name = line.name
        if line.basis and line.basis != unit.basis:
            bases.append({"unit_id": unit.id, "since": unit.opened_on, "basis": unit.basis})
            unit.basis = line.basis
        unit.kind = line.kind or unit.kind
        unit.version += 1
    session.flush()
    if names:
        session.execute(insert(FormerName), names)
    _date_bases(session, county.today, bases)


def _date_bases(session: Session, today: date, before: list[dict[str, Any]]) -> None:
    """The old basis from the unit's first day on where none was dated yet, the new one from today on."""
    if not before:
        return
    ids = [row["unit_id"] for row in before]
    session.execute(delete(UnitBasis).where(UnitBasis.unit_id.in_(ids), UnitBasis.since == today))
    dated = set(session.scalars(select(UnitBasis.unit_id).where(UnitBasis.unit_id.in_(ids))))
    first = [row for row in before if row["unit_id"] not in dated and row["since"] < today]
    units = session.scalars(select(Unit).where(Unit.id.in_(ids)))
    new = [{"unit_id": unit.id, "since": today, "basis": unit.basis} for unit in units]
    session.execute(insert(UnitBasis), [*first, *new])


def place(session: Session, county: County, lines: list[Line], by_code: Mapping[str, int]) -> None:
    """Where new units stand, and where known ones move to; today's parent follows only when the day has come."""
    places, parents = [], []
    for line in lines:
        unit_id, parent_id = by_code[line.code], by_code.get(line.parent)
        known = county.by_code.get(line.code)
        if known is not None and (parent_id is None or parent_id == known.parent_id):
            continue
        since = line.since or county.today
        if known is not None:  # a second move on the same day replaces the first
            held = (UnitPlace.unit_id == unit_id) & (UnitPlace.since == since)
            session.execute(delete(UnitPlace).where(held))
        places.append({"unit_id": unit_id, "since": since, "parent_id": parent_id})
        if parent_id is not None and (known is None or since <= county.today):
            parents.append({"id": unit_id, "parent_id": parent_id})
    if places:
        session.execute(insert(UnitPlace), places)
    if parents:
        session.execute(update(Unit), parents)


def add_names(session: Session, county: County, lines: list[Line], by_code: Mapping[str, int]) -> None:
    """The new short names, and the old name of whoever is renamed."""
    fresh = []
    for line in lines:
        held = county.by_code.get(line.code)
        names = dict.fromkeys(county.new_names(line))
        if held and line.name and line.name != held.name and held.name not in county.shorts.get(held.id, []):
            names[held.name] = None
        fresh += [{"unit_id": by_code[line.code], "name": name} for name in names]
    if fresh:
        session.execute(insert(UnitName), fresh)


def add_counts(
    session: Session,
    county: County,
    lines: list[Line],
    by_code: Mapping[str, int],
    made: tuple[datetime, str],
) -> None:
    """The head-counts that differ from what holds on their day. `made`: when, and by whose login."""
    now, by = made
    fresh = [
        {
            "unit_id": by_code[line.code], "kind": county.basis_of(line), "since": line.since or county.today,
            "count": line.count, "source": line.source or NO_SOURCE, "entered_at": now, "entered_by": by[:60],
            "reason": line.reason if line.since and line.since < county.today else "",
        }
        for line in lines
        if county.new_count(line)
    ]  # fmt: skip
    if fresh:
        session.execute(insert(HeadCount), fresh)
