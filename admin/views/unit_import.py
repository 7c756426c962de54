"""A unit table from outside: uploaded, shown as what it would change, then taken over as a whole or not at all."""

from dataclasses import asdict
from datetime import date

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from admin import doubts
from admin.doing import done
from admin.downloads import attachment
from admin.uploads import filename, rows_of, takes_file, uploaded
from bot.kit import kit
from bot.registry import audit, import_drafts
from bot.registry.importing import COLUMNS, Change, ImportResult, import_units, preview_units
from bot.registry.rates import open_book
from bot.registry.units import COUNT_WORDS, KIND_WORDS, units_version
from core.clock import county_date
from core.errors import NotAllowed, Refusal, RowErrors
from core.sheets import Row
from core.sheets_blank import blank

bp = Blueprint("unit_import", __name__, url_prefix="/units/import")
SHOWN = 200
Page = str | tuple[str, int] | Response
EXAMPLES = (
    ("150000", "某某旗", "旗县", "", "", "常住人口", 156630, "2025 年统计年鉴", "", ""),
    (
        "150000-01",
        "某某镇",
        "苏木镇/乡镇",
        "150000",
        "某某、某某镇政府",
        "常住人口",
        23000,
        "2025 年统计年鉴",
        "",
        "",
    ),
    ("150000-01-01", "某某嘎查", "嘎查村/社区", "150000-01", "", "", 860, "嘎查台账", "", ""),
    ("150000-90", "成员单位", "归口", "150000", "", "", None, "", "", ""),
    ("150000-90-01", "某某局", "机关", "150000-90", "", "在册职工", 45, "单位上报", "", ""),
)


class Moved(Refusal):
    """Somebody changed units between the preview and the confirmation."""

    status = 409


@bp.get("")
def show() -> str:
    return page()


def page(refusal: str = "", faults: list[tuple[int, str, str]] | None = None) -> str:
    kinds, bases = "、".join(KIND_WORDS.values()), "、".join(COUNT_WORDS.values())
    named = {"kinds": kinds, "bases": bases, "columns": COLUMNS, "shown": SHOWN}
    return render_template("unit_import.html", refusal=refusal, faults=faults or [], **named)


@bp.get("/template")
def template() -> Response:
    """The empty table to fill in, as xlsx."""
    choices = {"类型": list(KIND_WORDS.values()), "人数口径": list(COUNT_WORDS.values())}
    return attachment(blank("单位表", COLUMNS, EXAMPLES, choices), "单位表模板", "xlsx")


@bp.post("")
@takes_file
def look() -> Page:
    """Show what the table would change; nothing of the units is written."""
    must_reach_all()
    try:
        with uploaded() as path:
            rows = rows_of(path)
        return previewed(rows, filename())
    except RowErrors as wrong:
        return page(faults=wrong.rows), 400
    except Refusal as refusal:
        return page(refusal.message), refusal.status


def must_reach_all() -> None:
    if g.reach is not None:
        raise NotAllowed("导入会改动全旗县的单位，只有全旗县的管理员可以做。")


def previewed(rows: list[Row], file: str, warning: str = "") -> str:
    now = kit().clock()
    with kit().db.reading() as session:
        version, preview = units_version(session), preview_units(session, rows, now)
        doubtful = doubted(session, preview.changes, county_date(now))
    draft_id = done(lambda session: import_drafts.keep(session, g.person.login, file, rows, now))
    return render_template(
        "unit_preview.html", preview=preview, changes=preview.changes[:SHOWN], draft_id=draft_id, version=version,
        file=file, warning=warning, doubtful=doubtful, shown=SHOWN,
    )  # fmt: skip


def doubted(session: Session, changes: list[Change], today: date) -> list[tuple[Change, str]]:
    """The rows whose head-count looks like a slip, and why: what the unit's own page says when it is typed there."""
    registered = {row.code: row.registered for row in open_book(session, [today]).rows(today)}
    counted = [(change, change.head_count) for change in changes if change.head_count is not None]
    said = [
        (change, doubts.of_head_count(registered.get(change.code, 0), count)) for change, count in counted
    ]
    return [(change, doubt) for change, told in said for doubt in told]


@bp.post("/<int:draft_id>")
def confirm(draft_id: int) -> Page:
    """Take the table over, unless units were changed since it was looked at: then show again what it would do."""
    must_reach_all()
    version = request.form.get("version", type=int)
    try:
        result = done(lambda session: taken_over(session, draft_id, version))
    except Moved as moved:
        return again(draft_id, moved.message), moved.status
    except RowErrors as wrong:
        return page(faults=wrong.rows), 409
    except Refusal as refusal:
        return page(refusal.message), refusal.status
    flash(
        f"导入完成：新增 {result.units_added} 个单位，修改 {result.units_changed} 个，"
        f"登记应登记人数 {result.head_counts_added} 条。", "success",
    )  # fmt: skip
    return redirect(url_for("admin.units.show"))


def taken_over(session: Session, draft_id: int, version: int | None) -> ImportResult:
    now = kit().clock()
    file, rows = import_drafts.take(session, draft_id, g.person.login)
    if units_version(session) != version:
        raise Moved("您查看以后，有单位被改动过。下面是现在导入会产生的变化，请再看一遍。")
    result = import_units(session, rows, now, by=g.person.login)
    audit.note(session, g.person.login, "unit.import", file or "单位表", now, None, asdict(result))
    return result


def again(draft_id: int, warning: str) -> str:
    """The preview anew; the draft is there still, because what began to take it was undone."""
    file, rows = done(lambda session: import_drafts.take(session, draft_id, g.person.login))
    try:
        return previewed(rows, file, warning)
    except RowErrors as wrong:
        return page(warning, wrong.rows)
