"""Who changed what, newest first: narrowed by time, person, action and subject, on the page or as a file."""

from datetime import date, datetime, time, timedelta

from flask import Blueprint, g, render_template, request
from werkzeug import Response

from admin.downloads import download
from admin.forms import EARLIEST, AuditFilter
from admin.parts import county_time, differences, word
from admin.words import ACTIONS
from bot.kit import kit
from bot.registry.audit import Wanted, entries, names_of
from bot.registry.models import AuditEntry
from core.clock import COUNTY_TIME
from core.sheets_out import Table

bp = Blueprint("audit", __name__)
PER_PAGE = 50
MOST = 10_000
"""Rows of one file; a spreadsheet of more is no use to anybody."""
HEADINGS = ("时间", "姓名", "账号", "操作", "对象", "改前", "改后")


@bp.get("/audit")
def show() -> str:
    form = asked()
    with kit().db.reading() as session:
        rows = entries(session, before_id=form.before.data, limit=PER_PAGE + 1, **wanted(form))
        shown = rows[:PER_PAGE]
        names = names_of(session, [entry.actor for entry in shown])
    older = shown[-1].id if len(rows) > PER_PAGE else None
    kept = {name: request.args[name] for name in Wanted.__annotations__ if request.args.get(name)}
    return render_template(
        "audit.html", form=form, entries=shown, names=names, older=older, actions=ACTIONS, kept=kept,
        most=MOST,
    )  # fmt: skip


@bp.get("/audit/export.<kind>")
def export(kind: str) -> Response:
    """The entries the filter finds, newest first, MOST at most."""
    form = asked()
    with kit().db.reading() as session:
        rows = entries(session, limit=MOST + 1, **wanted(form))
        names = names_of(session, {entry.actor for entry in rows})
    return download(as_table(rows, names, form), "操作记录", kind)


def asked() -> AuditFilter:
    form = AuditFilter(request.args)
    form.validate()
    return form


def wanted(form: AuditFilter) -> Wanted:
    """The filter in the room's words; days are the county's."""
    until = form.until.data
    return {
        "action": (form.action.data or "").strip(),
        "actor": (form.actor.data or "").strip(),
        "about": (form.about.data or "").strip(),
        "since": midnight(form.since.data) if form.since.data and form.since.data > EARLIEST else None,
        "until": midnight(max(until, EARLIEST) + timedelta(days=1)) if until and until < date.max else None,
    }


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), COUNTY_TIME)


def as_table(rows: list[AuditEntry], names: dict[str, str], form: AuditFilter) -> Table:
    """The entries as a sheet, with the filter, the time and the person under it."""
    lines = [
        [
            county_time(row.at),
            names.get(row.actor, ""),
            word(row.actor),
            word(row.action),
            word(row.subject),
            *changes(row),
        ]
        for row in rows[:MOST]
    ]
    notes = [
        f"筛选：{in_words(form) or '全部'}",
        f"{county_time(kit().clock())} 由 {g.person.name}（{g.person.login}）导出，共 {len(lines):,} 条，新的在前。",
    ]
    if len(rows) > MOST:
        notes.append(f"记录太多，只导出了最新的 {MOST:,} 条。请缩短时间范围，分几次导出。")
    return Table("操作记录", HEADINGS, lines, notes)


def changes(row: AuditEntry) -> tuple[str, str]:
    """What was before and what is after, each field by its name."""
    both = differences(row.before, row.after)
    before, after = ("；".join(f"{word(each[0])}：{each[n]}" for each in both if each[n]) for n in (1, 2))
    return before, after


def in_words(form: AuditFilter) -> str:
    """The filter as a person reads it."""
    fields = (form.since, form.until, form.actor, form.action, form.about)
    return "，".join(f"{field.label.text} {word(str(field.data))}" for field in fields if field.data)
