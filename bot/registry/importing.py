"""Importing units and kept registration lists from an office's table: all or nothing, every fault named."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from bot.registry import import_people
from bot.registry.models import CountKind, HeadCount, Unit, UnitKind, UnitName, UnitPlace
from bot.registry.sheets import Row, cell, has_column, read_date, read_rows
from bot.registry.units import COUNT_WORDS, KIND_WORDS, VERSION, touch, usual_basis
from core.clock import county_date
from core.errors import RowErrors

__all__ = ["ImportResult", "import_registrations", "import_units", "read_rows"]
import_registrations = import_people.import_registrations

HEADINGS = {
    "code": ("编号", "单位编号", "代码", "code"),
    "name": ("名称", "单位名称", "单位", "name"),
    "kind": ("类型", "单位类型", "kind", "type"),
    "parent": ("上级编号", "上级", "上级单位编号", "parent"),
    "short": ("简称", "别名", "short names", "short_names", "aliases"),
    "basis": ("人数口径", "口径", "basis"),
    "count": ("应登记人数", "人数", "count", "head_count"),
    "source": ("人数来源", "来源", "source"),
    "since": ("起始日期", "日期", "since"),
}
MORE_KINDS = {
    "旗": "county", "县": "county", "市": "county", "区": "county", "镇": "town", "乡": "town", "乡镇": "town",
    "苏木": "town", "苏木镇/乡镇": "town", "苏木乡镇": "town", "街道": "town", "园区": "town", "嘎查": "village",
    "村": "village", "社区": "village", "嘎查村/社区": "village", "村社区": "village", "事业单位": "agency",
    "医院": "agency", "公司": "company", "分组": "group", "归类": "group",
}  # fmt: skip
KINDS = {word: kind for kind, word in KIND_WORDS.items()} | {w: UnitKind(k) for w, k in MORE_KINDS.items()}
KINDS |= {kind.value: kind for kind in UnitKind}
BASES = {word: kind for kind, word in COUNT_WORDS.items()} | {kind.value: kind for kind in CountKind}
BASES |= {"16-60岁": CountKind.ADULTS, "16–60": CountKind.ADULTS, "16-60": CountKind.ADULTS}
BASES |= {"常住": CountKind.RESIDENTS, "职工": CountKind.STAFF, "家长": CountKind.PARENTS}
_BETWEEN = re.compile(r"[、;；,，]")
Fault = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import changed."""

    units_added: int
    units_changed: int
    head_counts_added: int


@dataclass(slots=True)
class _Line:
    """One row of the file, understood. None and () = the cell is empty, which leaves a known unit as it is."""

    row: int
    code: str
    name: str
    kind: UnitKind | None
    parent: str
    short: tuple[str, ...]
    basis: CountKind | None
    count: int | None
    source: str
    since: date | None


@dataclass(slots=True)
class _County:
    """The units as they stand, and the faults found so far."""

    today: date
    by_code: dict[str, Unit]
    code_of: dict[int, str]
    faults: list[Fault] = field(default_factory=list)

    def fault(self, row: int, column: str, sentence: str) -> None:
        self.faults.append((row, HEADINGS[column][0], sentence))


def import_units(session: Session, rows: list[Row], now: datetime) -> ImportResult:
    """Add and change units from a table; the columns are those of HEADINGS, by Chinese or English name.

    A known code changes that unit, where its cell is not empty; parents may come later in the file. A parent
    changes from today or a later day on, because past figures stand. Raises RowErrors naming every fault.
    """
    units = session.scalars(select(Unit)).all()
    county = _County(county_date(now), {u.code: u for u in units}, {u.id: u.code for u in units})
    _needed_columns(rows)
    lines = [_understood(county, number, cells) for number, cells in rows]
    _check_codes(county, lines)
    _check_tree(county, lines)
    if county.faults:
        raise RowErrors(sorted(county.faults))
    added = _add(session, county, [line for line in lines if line.code not in county.by_code])
    changed = _change(session, county, [line for line in lines if line.code in county.by_code])
    by_code = dict(session.execute(select(Unit.code, Unit.id)).all())
    _place_new(session, county, lines, by_code)
    changed |= _add_names(session, lines, by_code)
    counts = _add_counts(session, county, lines, by_code, now)
    if added or changed or counts:
        touch(session, VERSION)
    session.expire_all()
    return ImportResult(
        added, len(changed - {line.code for line in lines if line.code not in county.by_code}), counts
    )


def _needed_columns(rows: list[Row]) -> None:
    if not rows:
        raise RowErrors([(2, HEADINGS["code"][0], "文件里没有单位。")])
    if not has_column(rows, HEADINGS["code"]):
        raise RowErrors([(1, HEADINGS["code"][0], "缺少这一列。第一行应是列名。")])


def _understood(county: _County, row: int, cells: Mapping[str, str]) -> _Line:
    def text(column: str) -> str:
        return cell(cells, HEADINGS[column])

    kind, basis = KINDS.get(text("kind").lower()), BASES.get(text("basis").lower())
    if not text("kind") and text("code") not in county.by_code:
        county.fault(row, "kind", "不能为空。")
    elif text("kind") and kind is None:
        county.fault(row, "kind", f"不认识“{text('kind')}”。可以填：{'、'.join(KIND_WORDS.values())}。")
    if text("basis") and basis is None:
        county.fault(row, "basis", f"不认识“{text('basis')}”。可以填：{'、'.join(COUNT_WORDS.values())}。")
    since = read_date(text("since"))
    if text("since") and since is None:
        county.fault(row, "since", f"“{text('since')}”不是日期，应写成 2026-03-01。")
    short = tuple(dict.fromkeys(part.strip() for part in _BETWEEN.split(text("short")) if part.strip()))
    count = _count(county, row, text("count"))
    return _Line(
        row,
        text("code"),
        text("name"),
        kind,
        text("parent"),
        short,
        basis,
        count,
        text("source")[:120],
        since,
    )


def _count(county: _County, row: int, text: str) -> int | None:
    if not text:
        return None
    digits = text.replace(",", "").replace("，", "")
    if not re.fullmatch(r"-?\d{1,9}", digits, re.ASCII):
        county.fault(row, "count", f"“{text}”不是整数。")
        return None
    if int(digits) < 0:
        county.fault(row, "count", "人数不能是负数。")
    return int(digits)


def _check_codes(county: _County, lines: list[_Line]) -> None:
    first: dict[str, int] = {}
    for line in lines:
        known = line.code in county.by_code
        if not line.code:
            county.fault(line.row, "code", "不能为空。")
        elif len(line.code) > 32:
            county.fault(line.row, "code", "最长 32 个字符。")
        elif line.code in first:
            county.fault(line.row, "code", f"编号 {line.code} 与第 {first[line.code]} 行重复。")
        first.setdefault(line.code, line.row)
        if not line.name and not known:
            county.fault(line.row, "name", "不能为空。")
        if len(line.name) > 120 or any(len(name) > 120 for name in line.short):
            county.fault(line.row, "name", "名称和简称最长 120 个字。")
        if (
            line.kind is None
            and not known
            and not any(f[0] == line.row and f[1] == "类型" for f in county.faults[-4:])
        ):
            county.fault(line.row, "kind", "不能为空。")


def _check_tree(county: _County, lines: list[_Line]) -> None:
    parents = {unit.code: county.code_of.get(unit.parent_id or 0, "") for unit in county.by_code.values()}
    before = dict(parents)
    parents |= {
        line.code: line.parent for line in lines if line.code and (line.parent or line.code not in parents)
    }
    for line in lines:
        if line.parent and line.parent not in parents:
            county.fault(line.row, "parent", f"没有编号为 {line.parent} 的上级单位。")
        elif line.parent and line.parent != before.get(line.code, line.parent) and _too_early(county, line):
            county.fault(line.row, "since", "上级变更只能从今天或以后起：过去的数字不改。")
        if line.code and _in_circle(parents, line.code):
            county.fault(line.row, "parent", "上级关系绕成了一圈。")
    _check_siblings(county, lines, parents)


def _too_early(county: _County, line: _Line) -> bool:
    return line.since is not None and line.since < county.today


def _in_circle(parents: Mapping[str, str], code: str) -> bool:
    at, steps = parents.get(code, ""), 0
    while at and at != code and steps <= 64:
        at, steps = parents.get(at, ""), steps + 1
    return at == code


def _check_siblings(county: _County, lines: list[_Line], parents: Mapping[str, str]) -> None:
    names = {unit.code: unit.name for unit in county.by_code.values() if unit.closed_on is None}
    names |= {line.code: line.name for line in lines if line.name}
    beside: dict[tuple[str, str], list[str]] = {}
    for code, name in names.items():
        beside.setdefault((parents.get(code, ""), name), []).append(code)
    for line in lines:
        others = [c for c in beside.get((parents.get(line.code, ""), line.name), []) if c != line.code]
        if line.name and others:
            county.fault(line.row, "name", f"同一上级下已有“{line.name}”（编号 {others[0]}）。")


def _add(session: Session, county: _County, lines: list[_Line]) -> int:
    rows = [
        {
            "code": line.code, "name": line.name, "kind": line.kind, "parent_id": None, "version": 1, "demo": False,
            "basis": line.basis or usual_basis(line.kind or UnitKind.AGENCY), "opened_on": line.since or county.today,
        }
        for line in lines
    ]  # fmt: skip
    if rows:
        session.execute(insert(Unit), rows)
    return len(rows)


def _change(session: Session, county: _County, lines: list[_Line]) -> set[str]:
    changed = set()
    for line in lines:
        unit = county.by_code[line.code]
        wanted = {
            "name": line.name or unit.name,
            "kind": line.kind or unit.kind,
            "basis": line.basis or unit.basis,
        }
        if wanted != {"name": unit.name, "kind": unit.kind, "basis": unit.basis}:
            unit.name, unit.kind, unit.basis = (
                line.name or unit.name,
                line.kind or unit.kind,
                line.basis or unit.basis,
            )
            unit.version += 1
            changed.add(line.code)
        if line.parent and line.parent != county.code_of.get(unit.parent_id or 0):
            unit.version += 0 if line.code in changed else 1
            changed.add(line.code)
    session.flush()
    return changed


def _place_new(session: Session, county: _County, lines: list[_Line], by_code: Mapping[str, int]) -> None:
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


def _add_names(session: Session, lines: list[_Line], by_code: Mapping[str, int]) -> set[str]:
    held = set(session.execute(select(UnitName.unit_id, UnitName.name)).all())
    wanted = [(line.code, by_code[line.code], name) for line in lines for name in line.short]
    fresh = [(code, unit_id, name) for code, unit_id, name in wanted if (unit_id, name) not in held]
    if fresh:
        session.execute(insert(UnitName), [{"unit_id": unit_id, "name": name} for _, unit_id, name in fresh])
    return {code for code, _, _ in fresh}


def _add_counts(
    session: Session, county: _County, lines: list[_Line], by_code: Mapping[str, int], now: datetime
) -> int:
    basis = dict(session.execute(select(Unit.id, Unit.basis)).all())
    rows = select(HeadCount.unit_id, HeadCount.kind, HeadCount.since, HeadCount.count)
    latest: dict[tuple[int, str], list[tuple[date, int]]] = {}
    for unit_id, kind, since, count in session.execute(rows.order_by(HeadCount.since, HeadCount.id)):
        latest.setdefault((unit_id, kind), []).append((since, count))
    fresh = []
    for line in lines:
        if line.count is None:
            continue
        unit_id, since = by_code[line.code], line.since or county.today
        kind = line.basis or basis[unit_id]
        valid = [count for day, count in latest.get((unit_id, kind), []) if day <= since]
        if valid[-1:] != [line.count]:
            fresh.append({
                "unit_id": unit_id, "kind": kind, "since": since, "count": line.count,
                "source": line.source, "entered_at": now,
            })  # fmt: skip
    if fresh:
        session.execute(insert(HeadCount), fresh)
    return len(fresh)
