"""Comparing a unit's own staff list with who is registered: the answer is the page, or the file, and nothing else stays."""

from collections.abc import Sequence

from flask import Blueprint, g, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from admin import choosing
from admin.downloads import download
from admin.uploads import rows_of, takes_file, uploaded
from bot.kit import kit
from bot.registry import reconcile
from bot.registry.models import Unit
from bot.registry.reconcile import Answer, Line, Standing
from bot.registry.units import PlacedUnit
from core.clock import county_date
from core.errors import Refusal
from core.sheets import Row, cell, has_column
from core.sheets_out import Table

bp = Blueprint("reconcile", __name__)
Page = str | tuple[str, int] | Response
NAMES = ("姓名", "名字", "name")
PHONES = ("手机号", "手机", "手机号码", "电话", "联系电话", "phone", "mobile")
MOST_SHOWN = 500


@bp.get("/reconcile")
def show() -> str:
    """Which units may compare; the office switches it here."""
    with kit().db.reading() as session:
        choice, allowed = choosing.chosen(session), reconcile.allowed(session)
    return render_template("reconcile.html", choice=choice, allowed=allowed, office="admin" in g.person.roles)


@bp.post("/reconcile/<code>/allow")
def allow(code: str) -> Response:
    """Switch comparing on (`on=1`) or off for a unit."""
    with kit().db.transaction() as session:
        _, here = choosing.one(session, code)
        unit = session.get_one(Unit, here.id)
        reconcile.allow(session, unit, request.form.get("on") == "1", g.person.login, kit().clock())
    kept = {name: request.form.get(name) or None for name in ("parent", "find", "page")}
    return redirect(url_for(".show", **kept))  # type: ignore[arg-type]


@bp.get("/reconcile/<code>")
def unit(code: str) -> str:
    return page(code)


def page(code: str, answer: Answer | None = None, fault: str = "") -> str:
    day = county_date(kit().clock())
    with kit().db.reading() as session:
        places, here = choosing.one(session, code)
        lists, numbers = reconcile.used_today(session, here.id, day)
        most = reconcile.numbers_a_day(session, session.get_one(Unit, here.id), day)
        on = here.id in reconcile.allowed(session)
    return render_template(
        "reconcile_unit.html", here=here, path=places.path(here), on=on, answer=answer, fault=fault, states=Standing,
        lists_left=max(0, reconcile.LISTS_A_DAY - lists), left=max(0, most - numbers), shown=MOST_SHOWN,
        office="admin" in g.person.roles,
    )  # fmt: skip


@bp.post("/reconcile/<code>")
@takes_file
def compare(code: str) -> Page:
    """The answer itself is all that leaves: on the page, or with `as=xlsx` as a file."""
    with kit().db.reading() as session:
        _, here = choosing.one(session, code)
        on = here.id in reconcile.allowed(session)
    if not on:  # the list is not even looked at
        return page(code), 403
    try:
        with uploaded() as path:
            lines = lines_of(rows_of(path))
        with kit().db.transaction() as session:
            here, answer = compared(session, code, lines)
    except Refusal as refusal:
        return page(code, fault=refusal.message), refusal.status
    if request.form.get("as") == "xlsx":
        return download(as_table(here, answer), f"名单核对-{here.name}", "xlsx")
    return page(code, answer)


def compared(session: Session, code: str, lines: list[Line]) -> tuple[PlacedUnit, Answer]:
    places, here = choosing.one(session, code)
    below = [unit.id for unit in places.under([here])]
    unit, now = session.get_one(Unit, here.id), kit().clock()
    return here, reconcile.compare(session, unit, below, lines, kit().vault, g.person.login, now)


def lines_of(rows: Sequence[Row]) -> list[Line]:
    """The list's rows. Raises Refusal when there is no column of phone numbers."""
    held = list(rows)
    if not held:
        raise Refusal("名单是空的。第一行写“姓名”“手机号”，下面每行一位。")
    if not has_column(held, PHONES):
        raise Refusal("名单里没有“手机号”这一列。第一行请写“姓名”“手机号”。")
    return [Line(row, cell(cells, NAMES)[:60], cell(cells, PHONES)) for row, cells in held]


def as_table(here: PlacedUnit, answer: Answer) -> Table:
    notes = [sentence_of(here, answer), "未找到：没有在本单位及下级登记，或登记时没有留这个手机号。"]
    rows = [[line.name, line.phone, standing.value] for line, standing in answer.rows]
    return Table(f"名单核对（{here.name}）", ("姓名", "手机号", "结果"), rows, notes)


def sentence_of(here: PlacedUnit, answer: Answer) -> str:
    """The numbers, as one sentence under the file."""
    return (
        f"名单 {len(answer.rows)} 行：已登记 {answer.count(Standing.FOUND)}，未找到 {answer.count(Standing.NOT_FOUND)}，"
        f"号码有误 {answer.count(Standing.NO_NUMBER)}。{here.name}及下级现在登记 {answer.registered} 人，"
        f"其中 {answer.without_phone} 人没有留手机号。"
    )
