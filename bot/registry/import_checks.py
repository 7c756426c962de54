"""What must hold of a unit table before a row of it is written: codes, names, the tree, reasons for past figures."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.registry.import_lines import HEADINGS, Line, understood
from bot.registry.models import CountKind, Follower, FrozenDay, HeadCount, Unit, UnitName
from bot.registry.units import CODE, KIND_WORDS, LONGEST_CODE, LONGEST_NAME, NOBODY_IN, usual_basis
from core.errors import RowErrors
from core.sheets import Row, has_column


class Held(NamedTuple):
    """A unit as it stands."""

    id: int
    code: str
    name: str
    kind: str
    parent_id: int | None
    basis: str
    closed_on: date | None
    opened_on: date = date.min


@dataclass(slots=True)
class County:
    """The units as they stand, and the faults found so far."""

    today: date
    by_code: dict[str, Held]
    code_of: dict[int, str]
    shorts: dict[int, list[str]] = field(default_factory=dict)
    counts: dict[tuple[int, str], list[tuple[date, int]]] = field(default_factory=dict)
    """The head-counts of a unit and kind, in the order in which they hold."""
    frozen: date | None = None
    """The newest day whose figures are frozen."""
    faults: list[tuple[int, str, str]] = field(default_factory=list)

    def fault(self, row: int, column: str, sentence: str) -> None:
        self.faults.append((row, HEADINGS[column][0], sentence))

    def parent_of(self, code: str) -> str:
        held = self.by_code.get(code)
        return self.code_of.get(held.parent_id or 0, "") if held else ""

    def basis_of(self, line: Line) -> CountKind:
        """The head-count's kind: what the row says, else the unit's own, else what is usual for its kind."""
        held = self.by_code.get(line.code)
        return line.basis or (CountKind(held.basis) if held else usual_basis(line.kind))

    def new_count(self, line: Line) -> bool:
        """Whether the row's head-count differs from what holds on its day."""
        held = self.by_code.get(line.code)
        known = self.counts.get((held.id, self.basis_of(line)), []) if held else []
        since = line.since or self.today
        return line.count is not None and [count for day, count in known if day <= since][-1:] != [line.count]

    def new_names(self, line: Line) -> list[str]:
        """The row's short names that the unit does not have yet."""
        held = self.by_code.get(line.code)
        known = {*(self.shorts.get(held.id, []) if held else []), line.name or (held.name if held else "")}
        return [name for name in line.short if name not in known]


def county_of(session: Session, today: date) -> County:
    """Everything a table is compared with; five statements, whatever the number of units."""
    columns = (
        Unit.id,
        Unit.code,
        Unit.name,
        Unit.kind,
        Unit.parent_id,
        Unit.basis,
        Unit.closed_on,
        Unit.opened_on,
    )
    held = [Held(*row) for row in session.execute(select(*columns))]
    county = County(today, {unit.code: unit for unit in held}, {unit.id: unit.code for unit in held})
    for unit_id, name in session.execute(select(UnitName.unit_id, UnitName.name).order_by(UnitName.id)):
        county.shorts.setdefault(unit_id, []).append(name)
    counts = select(HeadCount.unit_id, HeadCount.kind, HeadCount.since, HeadCount.count)
    for unit_id, kind, since, count in session.execute(counts.order_by(HeadCount.since, HeadCount.id)):
        county.counts.setdefault((unit_id, kind), []).append((since, count))
    county.frozen = session.scalar(select(func.max(FrozenDay.day)))
    return county


def checked(session: Session, rows: list[Row], today: date) -> tuple[County, list[Line]]:
    """The county and the rows understood. Raises RowErrors naming every fault."""
    if not rows:
        raise RowErrors([(2, HEADINGS["code"][0], "文件里没有单位。")])
    if not has_column(rows, HEADINGS["code"]):
        raise RowErrors([(1, HEADINGS["code"][0], "缺少这一列。第一行应是列名。")])
    county = county_of(session, today)
    lines = [understood(number, cells, county.fault) for number, cells in rows]
    for check in (_codes, _names, _kinds, _tree, _begins, _siblings, _pasts):
        check(county, lines)
    _people(session, county, lines)
    if county.faults:
        order = [names[0] for names in HEADINGS.values()]
        raise RowErrors(sorted(set(county.faults), key=lambda each: (each[0], order.index(each[1]), each[2])))
    return county, lines


def _codes(county: County, lines: list[Line]) -> None:
    first: dict[str, int] = {}
    for line in lines:
        held = county.by_code.get(line.code)
        if not line.code:
            county.fault(line.row, "code", "不能为空。")
        elif len(line.code) > LONGEST_CODE:
            county.fault(line.row, "code", f"最长 {LONGEST_CODE} 个字符。")
        elif held is None and not CODE.fullmatch(line.code):
            county.fault(line.row, "code", "里面不能有空格和括号。")
        elif line.code in first:
            county.fault(line.row, "code", f"编号 {line.code} 与第 {first[line.code]} 行重复。")
        elif held and held.closed_on:
            county.fault(
                line.row, "code", f"“{held.name}”已于 {held.closed_on} 撤销，不能再改。新单位请用新的编号。"
            )
        first.setdefault(line.code, line.row)


def _names(county: County, lines: list[Line]) -> None:
    for line in lines:
        if not line.name and line.code not in county.by_code:
            county.fault(line.row, "name", "不能为空。")
        for column, name in (("name", line.name), *(("short", short) for short in line.short)):
            if len(name) > LONGEST_NAME:
                county.fault(line.row, column, f"最长 {LONGEST_NAME} 个字。")
            elif name and not name.isprintable():
                county.fault(line.row, column, "里面有不能显示的字符，请重新输入。")


def _kinds(county: County, lines: list[Line]) -> None:
    told = {(row, column) for row, column, _ in county.faults}
    for line in lines:
        new = line.code not in county.by_code
        if new and line.kind is None and (line.row, HEADINGS["kind"][0]) not in told:
            county.fault(line.row, "kind", "不能为空。")


def _people(session: Session, county: County, lines: list[Line]) -> None:
    """A unit that has people does not become one that only groups others."""
    emptied = {
        held.id: (line.row, line.kind)
        for line in lines
        if line.kind is not None and line.kind in NOBODY_IN and (held := county.by_code.get(line.code))
    }
    if not emptied:
        return
    full = set(session.scalars(select(Follower.unit_id).where(Follower.unit_id.is_not(None)).distinct()))
    for row, kind in (told for unit_id, told in emptied.items() if unit_id in full):
        county.fault(row, "kind", f"还有人登记在这个单位，不能改成{KIND_WORDS[kind]}。")


def _tree(county: County, lines: list[Line]) -> None:
    parents = {code: county.parent_of(code) for code in county.by_code}
    parents |= {
        line.code: line.parent for line in lines if line.code and (line.parent or line.code not in parents)
    }
    for line in lines:
        _parent(county, line, parents)
        if line.code and _in_circle(parents, line.code):
            county.fault(line.row, "parent", "上级关系绕成了一圈。")


def _parent(county: County, line: Line, parents: Mapping[str, str]) -> None:
    above = county.by_code.get(line.parent)
    if line.parent and line.parent not in parents:
        county.fault(line.row, "parent", f"没有编号为 {line.parent[:32]} 的上级单位。")
    elif above and above.closed_on:
        county.fault(line.row, "parent", f"上级“{above.name}”已于 {above.closed_on} 撤销。")
    moves = line.parent and line.code in county.by_code and line.parent != county.parent_of(line.code)
    if moves and line.since is not None and line.since < county.today:
        county.fault(line.row, "since", "上级变更只能从今天或以后起：过去的数字不改。")


def _begins(county: County, lines: list[Line]) -> None:
    """No unit stands under one that is not there yet: it would be a top unit, and its people counted apart.

    A parent without a day of its own is there from today; days before the county was set up show nothing anyway.
    """
    opened = {code: held.opened_on for code, held in county.by_code.items()}
    opened |= {line.code: line.since for line in lines if line.since and line.code not in opened}
    for line in lines:
        begins = line.since or county.today
        new = line.code not in county.by_code
        moves = new or (line.parent != county.parent_of(line.code) and begins >= county.today)
        above = opened.get(line.parent)
        if line.parent and moves and above and above > begins:
            county.fault(
                line.row, "since", f"上级 {line.parent} 从 {above} 起才设立，不能比它早。请改起始日期。"
            )


def _in_circle(parents: Mapping[str, str], code: str) -> bool:
    at, steps = parents.get(code, ""), 0
    while at and at != code and steps <= 64:
        at, steps = parents.get(at, ""), steps + 1
    return at == code


def _siblings(county: County, lines: list[Line]) -> None:
    named = {code: held.name for code, held in county.by_code.items() if held.closed_on is None}
    named |= {line.code: line.name for line in lines if line.name}
    parents = {code: county.parent_of(code) for code in county.by_code}
    parents |= {line.code: line.parent for line in lines if line.parent or line.code not in parents}
    beside: dict[tuple[str, str], list[str]] = {}
    for code, name in named.items():
        beside.setdefault((parents.get(code, ""), name), []).append(code)
    for line in lines:
        name = named.get(line.code, "")
        others = [c for c in beside.get((parents.get(line.code, ""), name), []) if c != line.code]
        if name and others and (line.name or line.parent):
            county.fault(line.row, "name", f"同一上级下已有“{name}”（编号 {others[0]}）。")


def _pasts(county: County, lines: list[Line]) -> None:
    """A head-count that begins before today changes figures that were shown already; it needs a reason.

    For a new unit only where days since then are frozen: a county that is just being set up has shown nothing.
    """
    for line in lines:
        shown = county.today if line.code in county.by_code else county.frozen
        past = line.since and line.since < county.today and shown and line.since <= shown
        if past and county.new_count(line) and not line.reason:
            county.fault(
                line.row, "reason", f"从 {line.since} 起的人数会改动已经公布过的登记率，请写明更正的原因。"
            )
