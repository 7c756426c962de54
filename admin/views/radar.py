"""What residents ask about lately, and lines put aside for the weekly issue."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from admin.downloads import download
from admin.forms_inbox import IssueNoteForm
from admin.pages import EDITS
from bot.content import issue_notes
from bot.content.radar import BEFORE, EMERGENCY, LEAST, Radar, radar, type_names
from bot.kit import kit
from core.clock import county_date
from core.sheets_out import Percent, Table

bp = Blueprint("radar", __name__)
OWN_NAMES = {EMERGENCY: "已经转账、求助"}


@bp.get("/radar")
def show() -> str:
    today = county_date(kit().clock())
    with kit().db.reading() as session:
        found, names = radar(session, today), named(session)
        notes = issue_notes.notes_of(session, issue_notes.week_of(today))
    asked_for = request.args.get("type", "")
    here = next(
        (rise for rise in found.types if rise.code == asked_for), found.types[0] if found.types else None
    )
    return render_template(
        "radar.html", found=found, names=names, here=here, notes=notes, least=LEAST, weeks=BEFORE,
        keeps=kit().settings.keep_texts_days, edits=g.person.reach(EDITS) != frozenset(),
        suggestion=suggestion(here and here.code, found, names),
    )  # fmt: skip


def named(session: Session) -> dict[str, str]:
    return type_names(session) | OWN_NAMES


def suggestion(code: str | None, found: Radar, names: dict[str, str]) -> str:
    """A first wording of the line for the issue."""
    rise = next((rise for rise in found.types if rise.code == code), None)
    if rise is None:
        return ""
    if code == EMERGENCY:
        return f"近 7 天有 {rise.people} 人说已经转账或来求助。"
    more = f"，比前四周平均多 {rise.change:.0%}" if rise.change and rise.change > 0 else ""
    return f"近 7 天有 {rise.people} 人问“{names.get(rise.code, rise.code)}”{more}。"


@bp.get("/radar/export/<kind>")
def export(kind: str) -> Response:
    """What the page shows, and no more."""
    today = county_date(kit().clock())
    with kit().db.reading() as session:
        found, names = radar(session, today), named(session)
    return download(as_table(found, names), f"风向-{today.isoformat()}", kind)


def as_table(found: Radar, names: dict[str, str]) -> Table:
    rows: list[tuple[str, str, str, int | None, float | None, Percent | None]] = []
    for rise in found.types:
        name = names.get(rise.code, rise.code)
        rows.append((name, "合计", "", rise.people, rise.mean, Percent(rise.change)))
        for split, parts in (("苏木镇", rise.towns), ("身份", rise.audiences)):
            rows += [(name, split, part.name, part.people, None, None) for part in parts]
    notes = (
        f"统计 {found.since.isoformat()} 至 {found.until.isoformat()}，按人数计，同一人问几次算一人。",
        f"平均为前 {BEFORE} 周每周人数，一共不足 {LEAST} 人的写“—”。",
        f"不足 {LEAST} 人的不列出；为了不能反推，有的单位并入“其他”。另有 {found.hidden} 类不足 {LEAST} 人。",
    )
    return Table("群众咨询风向", ("类型", "分法", "名称", "人数", f"前{BEFORE}周平均", "比平均"), rows, notes)


@bp.post("/radar/notes")
def put_aside() -> Response:
    text, code = IssueNoteForm(request.form).line()
    with kit().db.transaction() as session:
        issue_notes.put_aside(session, text, "" if code == EMERGENCY else code, g.person.login, kit().clock())
    flash("已经放进本周选题。", "success")
    return redirect(url_for("admin.radar.show", type=code or None))


@bp.post("/radar/notes/<int:note_id>/out")
def take_out(note_id: int) -> Response:
    with kit().db.transaction() as session:
        issue_notes.take_out(session, note_id, g.person.login, kit().clock())
    flash("已从本周选题里去掉。", "success")
    return redirect(url_for("admin.radar.show"))
