"""The editors' inbox: what residents asked in vain, each group one press from being known."""

from collections.abc import Mapping
from math import ceil
from typing import NamedTuple

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug import Response

from admin.forms_inbox import InboxFilter, RulingForm
from admin.parts import Sheet
from bot.content import inbox, owing, rulings
from bot.content.bodies import CASE
from bot.content.cards import listed
from bot.content.inbox import Group
from bot.content.matcher import Matcher
from bot.content.rulings import Done
from bot.kit import kit
from core.errors import Refusal

bp = Blueprint("inbox", __name__)
PER_PAGE = 20
Page = Response | tuple[str, int]


class Shown(NamedTuple):
    """A group with the types that the matcher thinks of, best first, and the words as they would be added."""

    group: Group
    guesses: list[str]


@bp.get("/inbox")
def show() -> str:
    return shelf({})


def shelf(typed: Mapping[int, Mapping[str, str]]) -> str:
    """The page asked for; `typed` is what an editor had written for a group when it was refused."""
    form = InboxFilter(request.args)
    form.validate()
    why, wanted = form.reason(), form.page.data or 1
    with kit().db.reading() as session:
        kit().matcher.refresh(session)
        counts = {name: inbox.count_groups(session, name) for name in ("", *inbox.WHYS)}
        pages = max(1, ceil(counts[why] / PER_PAGE))
        page = min(max(1, wanted), pages)
        groups = inbox.groups(session, why, (page - 1) * PER_PAGE, PER_PAGE)
        done = [(ruling, rulings.said_of(session, ruling)) for ruling in inbox.lately(session)]
    shown = [Shown(group, guesses(group, kit().matcher)) for group in groups]
    return render_template(
        "inbox.html", sheet=Sheet(shown, page, pages, counts[why]), counts=counts, why=why, whys=inbox.WHYS,
        done=done, types=listed(kit().matcher.cards), names={code: card.name for code, card in kit().matcher.cards.items()},
        typed=typed,
    )  # fmt: skip


def guesses(group: Group, matcher: Matcher) -> list[str]:
    """The three types that are nearest, without the one whose card did not help."""
    if not group.text:
        return []
    near = dict.fromkeys(matcher.find(group.text).types)
    return [code for code in near if code in matcher.cards and code != group.type_code]


@bp.post("/inbox/<int:number>")
def rule(number: int) -> Page:
    """One press: it acts at the very next message, in every process. Refused, nothing that was typed is lost."""
    try:
        told = carried_out(number)
    except Refusal as refusal:
        flash(refusal.message, "danger")
        return shelf({number: request.form}), refusal.status
    flash(told, "success")
    return back()


def carried_out(number: int) -> str:
    order = RulingForm(request.form).order()
    with kit().db.transaction() as session:
        done = rulings.rule(session, number, order, g.person.login, kit().clock())
        return f"{rulings.said_of(session, done.ruling)}：{done.people} 人问过的这一组处理好了。{whom(done)}"


def whom(done: Done) -> str:
    """Who hears of it, and when."""
    wait = done.by_message + done.later
    if not wait:
        return ""
    late = f"（其中 {done.later} 人已过 48 小时，等他们下次来时告诉）" if done.later else ""
    return f"{'发布后' if done.ruling.act == CASE else '一分钟后'}告诉 {wait} 人{late}，可以先撤销。"


@bp.post("/inbox/undo/<int:ruling_id>")
def undo(ruling_id: int) -> Response:
    with kit().db.transaction() as session:
        ruling = rulings.undo(session, ruling_id, g.person.login, kit().clock())
        said = rulings.said_of(session, ruling)
        early = owing.in_grace(ruling, kit().clock())
    sent = "还没有告诉过任何人。" if early else "已经发出去的话收不回来。"
    flash(f"已撤销“{said}”，这一组又在收件箱里了。{sent}", "success")
    return back()


def back() -> Response:
    """The page of the inbox where the press was."""
    form = InboxFilter(request.args)
    form.validate()
    return redirect(url_for("admin.inbox.show", why=form.reason() or None, page=form.page.data or None))
