"""A second person reads: drafts under way, one draft against what residents read, and what becomes of it."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug import Response

from admin.forms_library import LibraryFilter
from admin.parts import PER_PAGE
from admin.views.library import sheet_of
from admin.views.library_edit import note
from bot.content import bodies, cards, editing, grouping, history, listing, pending, reviews, together
from bot.content.bodies import LABELS
from bot.content.body_diff import differences
from bot.content.models import Draft
from bot.kit import kit
from bot.registry import audit

bp = Blueprint("library_review", __name__)
CLOSED = (editing.APPROVED, editing.WITHDRAWN)


@bp.get("/library/drafts")
def show() -> str:
    """Drafts that wait first; with `batch` those of one file; with `show=closed` what became of earlier ones."""
    form, batch = LibraryFilter(request.args), request.args.get("batch", "")[:16]
    form.validate()
    closed, start = form.show.data == "closed", (form.wanted() - 1) * PER_PAGE
    states = CLOSED if closed else editing.OPEN
    with kit().db.reading() as session:
        part = pending.draft_part(session, states, batch, start, PER_PAGE)
        waiting = pending.waiting(session, batch)
        next_ones = pending.waiting_of(session, batch, reviews.BATCH) if batch else []
        names, words = pending.all_names(session), together.of_batch(session, batch) if batch else None
    return render_template(
        "library_drafts.html", words=words, sheet=sheet_of(part, form), title_of=editing.title_of, batch=batch, closed=closed,
        waiting=waiting, count=len(next_ones), names=names, states=editing.STATES,
        own=any(g.person.login in editing.writers(row) for row in next_ones),
    )  # fmt: skip


@bp.get("/library/drafts/<int:draft_id>")
def draft(draft_id: int) -> str:
    with kit().db.reading() as session:
        row = editing.draft_of(session, draft_id)
        version, live = editing.live_body(session, row.subject)
        names, card = pending.all_names(session), pending.new_types(session).get(row.type_code)
        others = [each for each in pending.drafts_of(session, row.type_code) if each.kind != bodies.TYPE]
    before, body = live or {}, bodies.load(row.body)
    if row.state == editing.APPROVED:
        before = _before(row)
    return render_template(
        "library_draft.html", draft=row, name=editing.title_of(row), changes=differences(before, body, names),
        moved=row.state in editing.OPEN and version != row.base, writers=editing.writers(row), names=names,
        states=editing.STATES, open=row.state in editing.OPEN, is_new=row.base == 0,
        shows=body["live"], card=card, others=others, title_of=editing.title_of,
    )  # fmt: skip


def _before(row: Draft) -> bodies.Body:
    """What residents read before this draft was approved, where it was kept."""
    with kit().db.reading() as session:
        kept = [each for each in history.editions(session, row.subject) if each.number == row.base]
        return bodies.load(kept[0].body) if kept else {}


def _seen() -> int:
    """The version of the draft that the person was looking at."""
    return request.form.get("version", 0, int)


@bp.post("/library/drafts/<int:draft_id>/submit")
def submit(draft_id: int) -> Response:
    with kit().db.transaction() as session:
        note(session, "library.submit", reviews.submit(session, draft_id, _seen(), kit().clock()))
    flash("已提交审核，另一个人通过后才生效。", "success")
    return _back(draft_id)


@bp.post("/library/drafts/<int:draft_id>/withdraw")
def withdraw(draft_id: int) -> Response:
    why, told = request.form.get("why", ""), Markup("稿件已撤回，居民看到的没有变。")
    with kit().db.transaction() as session:
        ruling = grouping.ruling_of_draft(session, draft_id)
        number = ruling and ruling.group_no
        row = reviews.withdraw(session, draft_id, _seen(), g.person.login, kit().clock(), why)
        note(session, "library.withdraw", row, after={"意见": why.strip()} if why.strip() else None)
    if number is not None:
        here = url_for("admin.inbox.group", number=number)
        told += Markup('它来自收件箱，<a href="{}">那一组问题</a>又在收件箱里了。').format(here)
    flash(told, "success")
    return _back(draft_id)


@bp.post("/library/drafts/<int:draft_id>/return")
def send_back(draft_id: int) -> Response:
    comment = request.form.get("comment", "")
    with kit().db.transaction() as session:
        row = reviews.send_back(session, draft_id, _seen(), comment, g.person.login, kit().clock())
        note(session, "library.return", row, after={"意见": row.comment})
    flash("已退回，编辑会看到您的意见。", "success")
    return _back(draft_id)


@bp.post("/library/drafts/<int:draft_id>/approve")
def approve(draft_id: int) -> Response:
    with kit().db.transaction() as session:
        before, after = _told(session, draft_id)
        row = reviews.approve(session, draft_id, _seen(), g.person.login, kit().clock())
        note(session, "library.approve", row, before, after)
        told, mood = _approval(session, row, before, after)
    flash(told, mood)
    return _back(draft_id)


def _approval(session: Session, row: Draft, before: dict[str, Any], after: dict[str, Any]) -> tuple[str, str]:
    """What the approval did, in a sentence, and its mood."""
    if after.get(LABELS["live"]) == ["否"] and before[LABELS["live"]]:
        what = "这个类型" if row.kind == bodies.TYPE else "这个案例"
        return f"已通过，{what}停用了：下一条消息起居民看不到它。", "success"
    if unseen := _unseen(session, row):
        return f"已通过。{unseen}", "warning"
    return "已通过，下一条消息起居民看到的就是新内容。", "success"


def _unseen(session: Session, row: Draft) -> str:
    """Why residents do not see what was approved, and what to do; "" when they do."""
    what = "卡片" if row.kind == bodies.TYPE else "案例"
    if not bodies.load(row.body)["live"]:
        return f"{what}没有勾选“在用”，居民看不到它。要让居民看到，请编辑修改{what}，勾选“在用”再提交。"
    why = cards.why_unseen(session, row.type_code)
    if why == cards.OFF:
        return "这个类型已停用，居民还看不到它的案例。"
    return (
        "这个类型还没有案例、线索词和问法，居民暂时看不到它：请接着通过它的案例，或添加线索词。"
        if why
        else ""
    )


def _told(session: Session, draft_id: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the audit log keeps of an approval: the fields that differ, before and after."""
    row = editing.draft_of(session, draft_id)
    live, names = editing.live_body(session, row.subject)[1], listing.type_names(session)
    changes = differences(live or {}, bodies.load(row.body), names)
    return {each.label: list(each.old) for each in changes}, {each.label: list(each.new) for each in changes}


@bp.post("/library/drafts/approve-batch")
def approve_batch() -> Response:
    batch, count = request.form.get("batch", ""), request.form.get("count", 0, int)
    with kit().db.transaction() as session:
        done = reviews.approve_batch(session, batch, count, g.person.login, kit().clock())
        audit.note(
            session, g.person.login, "library.approve", f"批次 {batch}", kit().clock(), None, {"条数": done}
        )
    flash(f"这一批 {done} 条都已通过。", "success")
    return redirect(url_for(".show"))


def _back(draft_id: int) -> Response:
    return redirect(url_for(".draft", draft_id=draft_id))
