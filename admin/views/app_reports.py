"""Entering and correcting what units report of 国家反诈中心APP, with everything reported before."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug import Response

from admin import doubts
from admin.downloads import download
from admin.forms_rates import RateFilter, ReportForm
from admin.pages import ROLES_OF
from admin.parts import county_time, sheet
from admin.rate_tables import told
from admin.standing import Asked, Standing, about, ask, stand
from bot.kit import kit
from bot.registry.app_reports import AppForm, report, reports_of, told_before
from bot.registry.models import AppReport
from bot.registry.rates import Programme, open_book
from core.errors import NotFound, Refusal
from core.sheets_out import Cell, Table

bp = Blueprint("app_reports", __name__)
WRITES = "admin.app_reports.enter"
Page = str | Response | tuple[str, int]


@bp.get("/rates/app")
def show() -> Page:
    asked = ask(RateFilter)
    place = _place(asked)
    if asked.form.format.data and place.here:
        title = f"{place.title}国家反诈中心APP上报记录"
        return download(_table(title, _held(place)), title, asked.form.format.data)
    return _page(asked, place, ReportForm(day=asked.today))


@bp.post("/rates/app")
def enter() -> Page:
    asked = ask(RateFilter)
    place, form = _place(asked), ReportForm(request.form)
    if place.here is None:
        raise NotFound("请先选一个单位，再上报。")
    if not form.validate():
        return _page(asked, place, form), 400
    given = AppForm(form.day.data, form.total.data, form.reporter.data, form.reason.data or "")
    try:
        with kit().db.transaction() as session:
            made, new = report(
                session, place.here.unit_id, given, form.seen.data or 0, g.person.login, kit().clock()
            )
            said = f"“{place.here.name}”{made.day} 的 {made.total:,} 人"
            doubt = doubts.of_total(made, told_before(session, made), place.here.head_count)
    except Refusal as refusal:
        form.form_errors.append(refusal.message)
        return _page(asked, place, form), refusal.status
    flash(f"已记下{said}。" if new else f"{said}已经记过，没有重复记。", "success")
    if doubt:
        flash(doubt, "warning")
    return redirect(url_for(".show", parent=place.here.code))


def _place(asked: Asked[RateFilter]) -> Standing:
    """Always the units of today: what is reported for an earlier day is entered for a unit there is."""
    with kit().db.reading() as session:
        book = open_book(session, [asked.today], Programme.APP)
    return stand(book.rows(asked.today, kind=asked.kind), asked.form.parent.data or "")


def _held(place: Standing) -> list[AppReport]:
    if place.here is None:
        return []
    with kit().db.reading() as session:
        return reports_of(session, place.here.unit_id)


def _page(asked: Asked[RateFilter], place: Standing, form: ReportForm) -> str:
    """The form always carries the newest report that the person now sees."""
    held = _held(place)
    may_write = g.person.reach(ROLES_OF[WRITES]) != frozenset()
    below = sheet(place.below, asked.form.page.data or 1)
    return render_template(
        "app_reports.html", entry=form, held=held, seen=held[0].id if held else 0, below=below, told=told,
        may_write=may_write, **about(asked, place),
    )  # fmt: skip


def _table(title: str, held: list[AppReport]) -> Table:
    rows: list[list[Cell]] = [
        [row.day, row.total, row.reporter, row.reason, row.entered_by, county_time(row.entered_at)]
        for row in held
    ]
    return Table(title, ["截至日期", "累计安装", "上报人", "更正原因", "录入账号", "录入时间"], rows)
