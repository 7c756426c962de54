"""Promoters: how many people each brought, by unit; adding, closing, and the figures as a file."""

from typing import NamedTuple, Self

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from admin import choosing
from admin.downloads import download
from admin.parts import sheet
from admin.views.posters import MAKE_CODES
from bot.kit import kit
from bot.registry import codes, promoters
from bot.registry.models import Unit
from bot.registry.options import read_options
from bot.registry.places import Places
from bot.registry.promoters import PromoterRow
from bot.registry.scenes import scene_of_promoter
from bot.registry.units import PlacedUnit
from core.clock import county_date
from core.errors import NotFound, Refusal
from core.sheets_out import Cell, Table

bp = Blueprint("promoters", __name__)
HEADINGS = ("单位", "推广员", "现在已登记", "目标", "完成", "累计登记过", "状态", "推广码")
NOTES = (
    "现在已登记：扫这个推广码来、第一次登记，到导出时仍登记着的人数。后来换了单位的仍算；注销或取消关注的不算。",
    "累计登记过：扫这个推广码第一次登记的人次，只增不减。",
)


@bp.get("/promoters")
def show() -> str:
    """One row a unit."""
    with kit().db.reading() as session:
        choice, goal = choosing.chosen(session), read_options(session).promoter_goal
        rows = promoters.listed(session, [unit.id for unit in choice.units])
    sums = {unit.id: Sum.of(of_unit, goal) for unit, of_unit in grouped(choice, rows)}
    return render_template("promoters.html", choice=choice, sums=sums, whole=Sum.of(rows, goal), goal=goal)


class Sum(NamedTuple):
    """Promoters in figures: those not closed, those who reached the goal, people now, people ever."""

    promoters: int
    reached: int
    now: int
    total: int

    @classmethod
    def of(cls, rows: list[PromoterRow], goal: int) -> Self:
        now, total = promoters.totals(rows)
        there = [row for row in rows if not row.closed]
        return cls(len(there), sum(row.now >= goal for row in there), now, total)


def grouped(choice: choosing.Choice, rows: list[PromoterRow]) -> list[tuple[PlacedUnit, list[PromoterRow]]]:
    """The units of the page that is shown, each with its promoters."""
    by_unit: dict[int, list[PromoterRow]] = {}
    for row in rows:
        by_unit.setdefault(row.unit_id, []).append(row)
    return [(unit, by_unit.get(unit.id, [])) for unit in choice.sheet.rows]


@bp.get("/promoters/<code>")
def unit(code: str) -> str:
    return page(code)


def page(code: str, refusal: str = "") -> str:
    """The promoters of a unit; after a refusal with what was typed, so that a long list is not lost."""
    with kit().db.reading() as session:
        places, here = choosing.one(session, code)
        rows, goal = promoters.listed(session, [here.id]), read_options(session).promoter_goal
        shown = sheet(rows, request.args.get("page", 1, int))
        scenes = [scene_of_promoter(row.code) for row in shown.rows]
        ready = {held.scene for held in codes.codes(session, scenes) if held.url}
    return render_template(
        "promoter_unit.html", here=here, path=places.path(here), sheet=shown, goal=goal, whole=Sum.of(rows, goal),
        ready=ready, scene_of=scene_of_promoter, most=promoters.AT_ONCE, refusal=refusal, typed=request.form,
    )  # fmt: skip


@bp.post("/promoters/<code>")
def add(code: str) -> Response | tuple[str, int]:
    """By a list of names or staff numbers, or by how many; each gets a code of WeChat's from the worker."""
    try:
        made = added(code)
    except Refusal as refusal:
        return page(code, refusal.message), refusal.status
    kit().queue.put(MAKE_CODES)
    flash(f"已添加 {made} 位推广员，二维码正在生成，过一会儿刷新就能下载。", "success")
    return redirect(url_for(".unit", code=code))


def added(code: str) -> int:
    now = kit().clock()
    with kit().db.transaction() as session:
        _, here = choosing.one(session, code)
        labels = promoters.labels_in(request.form.get("labels", "")) or numbered(session, here.id)
        made = promoters.add(session, session.get_one(Unit, here.id), labels, g.person.login, now)
        codes.ask(session, [scene_of_promoter(each) for each in made], now)
    return len(made)


def numbered(session: Session, unit_id: int) -> list[str]:
    typed = request.form.get("count", "").strip()
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 6):
        raise Refusal("请填名单，每行一位；或者填要几个。")
    return promoters.numbered(session, unit_id, int(typed))


@bp.post("/promoters/<int:promoter_id>/switch")
def switch(promoter_id: int) -> Response:
    """Close a promoter, or open them again (`open=1`)."""
    with kit().db.transaction() as session:
        held = promoters.by_id(session, promoter_id)
        places = choosing.places(session)
        if held.unit_id not in places.by_id:
            raise NotFound("这个推广员的单位已经撤并。")
        here = places.chosen(places.by_id[held.unit_id].code, g.reach)
        promoters.set_open(session, held, request.form.get("open") == "1", g.person.login, kit().clock())
    return redirect(url_for(".unit", code=here.code))


@bp.get("/promoters/export/<kind>")
def give_out(kind: str) -> Response:
    """The figures of the units chosen as xlsx or csv."""
    with kit().db.reading() as session:
        choice, goal = choosing.chosen(session), read_options(session).promoter_goal
        rows = promoters.listed(session, [unit.id for unit in choice.units])
    day = county_date(kit().clock())
    where = choice.parent.name if choice.parent else "全部单位"
    table = Table(f"推广员登记情况（{where}，{day}）", HEADINGS, cells(choice.places, rows, goal), NOTES)
    return download(table, f"推广员-{where}-{day}", kind)


def cells(places: Places, rows: list[PromoterRow], goal: int) -> list[list[Cell]]:
    return [
        [places.path(places.by_id[row.unit_id]), row.label, row.now, goal, "是" if row.now >= goal else "否", row.total,
         "停用" if row.closed else "使用中", row.code]
        for row in rows
    ]  # fmt: skip
