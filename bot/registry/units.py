"""Units: adding them, where they stood on a day, and the number that moves with every edit."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from bot.registry.models import CountKind, HeadCount, Unit, UnitKind, UnitName, UnitPlace, Version
from bot.registry.models_units import UnitBasis
from core.clock import county_date
from core.errors import Conflict, NotFound, Refusal

VERSION = "units"
ARROW = " › "
NOBODY_IN = frozenset({UnitKind.GROUP, UnitKind.COUNTY})
"""Kinds a person cannot register with."""
KIND_WORDS = {
    UnitKind.COUNTY: "旗县",
    UnitKind.TOWN: "苏木镇/乡镇",
    UnitKind.PARK: "园区",
    UnitKind.VILLAGE: "嘎查村/社区",
    UnitKind.GRID: "网格",
    UnitKind.AGENCY: "机关",
    UnitKind.COMPANY: "企业",
    UnitKind.SCHOOL: "学校",
    UnitKind.BANK: "银行",
    UnitKind.OPERATOR: "运营商",
    UnitKind.GROUP: "归口",
}
COUNT_WORDS = {
    CountKind.RESIDENTS: "常住人口",
    CountKind.ADULTS: "16–60岁",
    CountKind.STAFF: "在册职工",
    CountKind.PARENTS: "学生家长",
}
LONGEST_NAME = 60
LONGEST_CODE = 32
CODE = re.compile(rf"[^\s（）()]{{1,{LONGEST_CODE}}}")
BY_RESIDENTS = frozenset({UnitKind.COUNTY, UnitKind.TOWN, UnitKind.PARK, UnitKind.VILLAGE, UnitKind.GRID})
TOWN_LEVEL = frozenset({UnitKind.TOWN, UnitKind.PARK})
"""What a county compares with each other: towns, and parks that stand beside them."""


class PlacedUnit(NamedTuple):
    """A unit with the parent it has on the day that was asked for."""

    id: int
    code: str
    name: str
    kind: UnitKind
    parent_id: int | None
    basis: CountKind


@dataclass(frozen=True, slots=True)
class UnitForm:
    """A unit to be added. `parent` is the parent's code; `since` the first county day (today when absent).

    `by` is the login of who adds it.
    """

    code: str
    name: str
    kind: UnitKind
    parent: str | None = None
    basis: CountKind | None = None
    short_names: tuple[str, ...] = ()
    head_count: int | None = None
    source: str = ""
    since: date | None = None
    by: str = ""


def usual_basis(kind: UnitKind | None) -> CountKind:
    """The head-count a unit of this kind is measured against when nobody chose one."""
    return CountKind.RESIDENTS if kind in BY_RESIDENTS else CountKind.STAFF


def is_open(day: date) -> ColumnElement[bool]:
    """Open on that county day: opened on or before it, and closing on a later day or never."""
    return and_(Unit.opened_on <= day, or_(Unit.closed_on.is_(None), Unit.closed_on > day))


def checked_name(name: str) -> str:
    """The name with its spaces in order. Raises Refusal."""
    name = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    if not name:
        raise Refusal("单位名称不能为空。")
    if len(name) > LONGEST_NAME:
        raise Refusal(f"单位名称和简称最长 {LONGEST_NAME} 个字。")
    return name


def by_code(session: Session, code: str) -> Unit:
    """The unit with this code, open or closed. Raises NotFound."""
    unit = session.scalar(select(Unit).where(Unit.code == code))
    if unit is None:
        raise NotFound(f"没有编号为 {code} 的单位。")
    return unit


def unit_tree(session: Session, day: date) -> dict[int, PlacedUnit]:
    """Every unit open on that county day by id, with that day's parent and basis, in the order of their codes."""
    columns = Unit.id, Unit.code, Unit.name, Unit.kind, Unit.basis
    rows = session.execute(select(*columns).where(is_open(day)).order_by(Unit.code)).all()
    places = select(UnitPlace.unit_id, UnitPlace.parent_id).where(UnitPlace.since <= day)
    parents = dict(session.execute(places.order_by(UnitPlace.since)).all())
    bases = _bases(session, day)
    return {
        key: PlacedUnit(key, code, name, UnitKind(kind), parents.get(key), CountKind(bases.get(key, basis)))
        for key, code, name, kind, basis in rows
    }


def _bases(session: Session, day: date) -> dict[int, CountKind]:
    """The basis on that day of the units whose basis ever changed."""
    rows = select(UnitBasis.unit_id, UnitBasis.basis).where(UnitBasis.since <= day)
    return dict(session.execute(rows.order_by(UnitBasis.since)).all())


def unit_path(session: Session, unit_id: int) -> str:
    """Today's way down to the unit, such as 乌兰镇 › 东风嘎查, without the county itself."""
    way = select(Unit.id, Unit.parent_id, Unit.name, Unit.kind).where(Unit.id == unit_id).cte(recursive=True)
    above = aliased(Unit)
    step = select(above.id, above.parent_id, above.name, above.kind).where(above.id == way.c.parent_id)
    # UNION, not UNION ALL: it ends even on a broken, circular tree.
    rows = session.execute(select(way.union(step))).all()
    known = {row.id: row for row in rows}
    names: list[str] = []
    at = known.pop(unit_id, None)
    while at is not None:
        if at.kind != UnitKind.COUNTY or not names:
            names.append(at.name)
        at = known.pop(at.parent_id, None)
    return ARROW.join(reversed(names))


def add_unit(session: Session, form: UnitForm, now: datetime) -> Unit:
    """Add a unit with its place, short names and head-count. Raises Conflict, NotFound or Refusal."""
    since = form.since or county_date(now)
    parent_id = _parent_id(session, form, since)
    _must_be_new(session, form, parent_id)
    unit = Unit(
        code=form.code, name=checked_name(form.name), kind=form.kind, parent_id=parent_id,
        basis=form.basis or usual_basis(form.kind), opened_on=since,
    )  # fmt: skip
    session.add(unit)
    session.flush()
    session.add(UnitPlace(unit_id=unit.id, since=since, parent_id=parent_id))
    session.add_all(
        UnitName(unit_id=unit.id, name=name) for name in dict.fromkeys(map(checked_name, form.short_names))
    )
    if form.head_count is not None:
        session.add(HeadCount(
            unit_id=unit.id, kind=unit.basis, since=since, count=form.head_count, source=form.source,
            entered_at=now, entered_by=form.by[:60],
        ))  # fmt: skip
    session.flush()
    touch(session, VERSION)
    return unit


def _parent_id(session: Session, form: UnitForm, since: date) -> int | None:
    if form.parent is None:
        return None
    # A share lock: whoever closes or merges the parent waits until the new unit stands under it.
    found = session.scalar(select(Unit).where(Unit.code == form.parent).with_for_update(read=True))
    if found is None:
        raise NotFound(f"没有编号为 {form.parent} 的上级单位。")
    if found.closed_on is not None:
        raise Conflict(f"上级“{found.name}”已于 {found.closed_on} 撤销。")
    if found.opened_on > since:  # till then the new unit would be a top unit, counted beside the county
        raise Conflict(f"上级“{found.name}”到 {found.opened_on} 才设立，下级不能比它早。")
    return found.id


def _must_be_new(session: Session, form: UnitForm, parent_id: int | None) -> None:
    if not CODE.fullmatch(form.code):
        raise Refusal(f"单位的编号是 1 到 {LONGEST_CODE} 个字符，里面没有空格和括号。")
    if form.head_count is not None and form.head_count < 0:
        raise Refusal("应登记人数不能是负数。")
    if session.scalar(select(Unit.id).where(Unit.code == form.code)) is not None:
        raise Conflict(f"编号 {form.code} 已被别的单位使用。")
    beside = Unit.parent_id.is_(None) if parent_id is None else Unit.parent_id == parent_id
    twin = select(Unit.id).where(beside, Unit.name == form.name, Unit.closed_on.is_(None))
    if session.scalar(twin) is not None:
        raise Conflict(f"同一上级下已有“{form.name}”。")


def units_version(session: Session) -> int:
    """Moves with every edit of a unit; 0 before the first."""
    return session.scalar(select(Version.number).where(Version.name == VERSION)) or 0


def touch(session: Session, name: str) -> int:
    """Move the version row `name` by one and hold it until the transaction ends; 1 the first time."""
    if not _moved(session, name):
        try:
            with session.begin_nested():
                session.execute(insert(Version).values(name=name, number=1))
        except IntegrityError:  # another process made the row between our two statements
            _moved(session, name)
    return session.scalars(select(Version.number).where(Version.name == name)).one()


def _moved(session: Session, name: str) -> bool:
    step = update(Version).where(Version.name == name).values(number=Version.number + 1)
    return bool(session.execute(step).rowcount)  # type: ignore[attr-defined]
