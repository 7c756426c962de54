"""The units with their registered people and rates, one level at a time, as of a day; the table of all to take away."""

from datetime import date
from typing import NamedTuple

from flask import Blueprint, g, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug import Response

from admin.downloads import download
from admin.forms import UnitFilter
from admin.parts import Sheet, sheet
from admin.tree import Reach, Tree, found
from bot.kit import kit
from bot.registry.models import CountKind, HeadCount, Unit, UnitName
from bot.registry.models_units import UnitMerger, UnitPlan
from bot.registry.rates import UnitRate, rate_rows
from bot.registry.units import COUNT_WORDS, KIND_WORDS
from core.clock import county_date
from core.errors import NotAllowed, NotFound
from core.sheets_out import Cell, Percent, Table

bp = Blueprint("units", __name__)
MOST_HITS = 50
EXPORTED = ("编号", "名称", "类型", "上级编号", "简称", "人数口径", "应登记人数", "人数来源", "上级名称", "人数起始", "已登记",
            "登记率")  # fmt: skip
"""The first eight are those of an import, so that the table may be edited and sent back."""


class Listing(NamedTuple):
    """What one page shows: where we stand, the path there, and the rows of one sheet."""

    here: UnitRate | None
    path: list[UnitRate]
    sheet: Sheet[UnitRate]


class Ended(NamedTuple):
    """A closed unit, and the unit that took its people, where one did."""

    unit: Unit
    into: Unit | None


@bp.get("/units")
def show() -> str:
    form = UnitFilter(request.args)
    form.validate()
    day, warning = form.chosen_day(today := county_date(kit().clock()))
    find = form.find.data or ""
    with kit().db.reading() as session:
        tree = Tree(rate_rows(session, day))
        alike = alike_ids(session, find)
        codes = dict(session.execute(select(Unit.id, Unit.code)).all())
        troubles = in_trouble(session, tree) if day == today else []
    ids = {code: unit_id for unit_id, code in codes.items()}
    liked = [codes[unit_id] for unit_id in alike if unit_id in codes]
    shown = listing(tree, (form.parent.data or "", find, liked), g.reach, form.page.data or 1)
    asked = {"form": form, "day": day, "today": today, "warning": warning, "ids": ids, "troubles": troubles}
    may_edit = g.person.reach(frozenset({"admin"})) != frozenset()
    return render_template("units.html", tree=tree, may_edit=may_edit, **asked, **shown._asdict())


def alike_ids(session: Session, find: str) -> list[int]:
    """Units by short name, pinyin, initials, homophones; best first."""
    if not find:
        return []
    kit().units.refresh(session)
    return [hit.unit_id for hit in kit().units.find(find, MOST_HITS)]


def in_trouble(session: Session, tree: Tree) -> list[tuple[Unit, str]]:
    """Units whose planned end could not be carried out, of those the person may see."""
    rows = (
        select(Unit, UnitPlan.trouble)
        .join(UnitPlan, UnitPlan.unit_id == Unit.id)
        .where(UnitPlan.trouble != "")
    )
    found = session.execute(rows.order_by(UnitPlan.day)).all()
    return [(unit, trouble) for unit, trouble in found if tree.within(unit.code, g.reach)]


def listing(tree: Tree, asked: tuple[str, str, list[str]], reach: Reach, page: int) -> Listing:
    """The children of the parent, or what the search finds below it; without one, the person's top units."""
    parent, find, liked = asked
    top = tree.top(reach)
    if not parent and len(top) == 1:
        parent = top[0].code
    path = allowed_path(tree, parent, reach)
    if find:
        rows = searched(tree.under([parent] if parent else [row.code for row in top]), find, liked)
    else:
        rows = tree.below[parent] if parent else top
    return Listing(path[-1] if path else None, path, sheet(rows, page))


def searched(rows: list[UnitRate], find: str, liked: list[str]) -> list[UnitRate]:
    """Those whose name or code holds the words, in tree order, then those that sound or are called alike."""
    plain = found(rows, find)
    held = {row.code for row in plain}
    more = {row.code: row for row in rows if row.code in liked and row.code not in held}
    return plain + [more[code] for code in liked if code in more]


def allowed_path(tree: Tree, parent: str, reach: Reach) -> list[UnitRate]:
    """The steps down to `parent` that the person may see. Raises NotFound, NotAllowed."""
    if not parent:
        return []
    if parent not in tree.by_code:
        raise NotFound("这一天没有这个单位。它可能还没有设立，或已经撤并；请换一个日期，或回到单位列表。")
    if not tree.within(parent, reach):
        raise NotAllowed("您只能查看本单位和下级单位。")
    return [step for step in tree.path(parent) if tree.within(step.code, reach)]


@bp.get("/units/export.<kind>")
def export(kind: str) -> Response:
    """Every unit the person may see, as it stands today; may be edited and imported again."""
    today = county_date(kit().clock())
    with kit().db.reading() as session:
        tree = Tree(rate_rows(session, today))
        rows = tree.under(row.code for row in tree.top(g.reach))
        lines = exported(session, tree, rows, today)
    return download(Table(f"单位表（{today}）", EXPORTED, lines), f"单位表 {today}", kind)


def exported(session: Session, tree: Tree, rows: list[UnitRate], today: date) -> list[list[Cell]]:
    units = {
        code: (unit_id, CountKind(basis))
        for unit_id, code, basis in session.execute(select(Unit.id, Unit.code, Unit.basis))
    }
    shorts: dict[int, list[str]] = {}
    for unit_id, name in session.execute(select(UnitName.unit_id, UnitName.name).order_by(UnitName.id)):
        shorts.setdefault(unit_id, []).append(name)
    counts = select(HeadCount).where(HeadCount.since <= today).order_by(HeadCount.since, HeadCount.id)
    valid = {(each.unit_id, each.kind): each for each in session.scalars(counts)}
    lines: list[list[Cell]] = []
    for row in rows:
        unit_id, basis = units[row.code]
        own, above = valid.get((unit_id, basis)), tree.by_code.get(row.parent or "")
        lines.append([
            row.code, row.name, KIND_WORDS[row.kind], row.parent or "", "、".join(shorts.get(unit_id, [])),
            COUNT_WORDS[basis], own.count if own else None, own.source if own else "", above.name if above else "",
            own.since if own else None, row.registered, Percent(row.rate),
        ])  # fmt: skip
    return lines


@bp.get("/units/closed")
def closed() -> str:
    """Units that are no more, newest first, and where their people went."""
    page = request.args.get("page", 1, int)
    with kit().db.reading() as session:
        into = dict(session.execute(select(UnitMerger.unit_id, UnitMerger.into_id)).all())
        units = {unit.id: unit for unit in session.scalars(select(Unit))}
    ended = [unit for unit in units.values() if unit.closed_on and within(units, unit)]
    ended.sort(key=lambda unit: (unit.closed_on or date.min, unit.id), reverse=True)
    rows = [Ended(unit, units.get(into.get(unit.id, 0))) for unit in ended]
    return render_template("units_closed.html", sheet=sheet(rows, page))


def within(units: dict[int, Unit], unit: Unit) -> bool:
    """Whether a closed unit stood, at last, where the person may see it."""
    at: Unit | None = unit
    seen: set[int] = set()
    while g.reach is not None and at is not None and at.id not in seen:
        if at.code in g.reach:
            return True
        seen.add(at.id)
        at = units.get(at.parent_id or 0)
    return g.reach is None
