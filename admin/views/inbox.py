"""The editors' inbox: what residents asked in vain, each group one press from being known."""

from collections.abc import Mapping
from typing import NamedTuple

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug import Response

from admin.forms_inbox import InboxFilter, RulingForm
from admin.parts import PER_PAGE as PER_LONG_PAGE
from admin.parts import Sheet, page_of
from bot.content import handled, inbox, owing, rulings
from bot.content.bodies import CASE
from bot.content.body_rules import STORY
from bot.content.cards import listed
from bot.content.inbox import Group
from bot.content.matcher import Matcher
from bot.content.models import Ruling
from bot.content.phrases import LONGEST
from bot.content.rulings import Done, Overtaken
from bot.kit import kit
from core.db import LARGEST_ID
from core.errors import Refusal

bp = Blueprint("inbox", __name__)
PER_PAGE = 20
Page = Response | tuple[str, int]


class Trouble(NamedTuple):
    """What an editor had written for a group, why it was refused, and the act of another that stands in its way."""

    number: int
    typed: Mapping[str, str]
    fault: str
    ruling_id: int = 0


class Shown(NamedTuple):
    """A group with the types that the matcher thinks of, best first, and the one it answers with by now, or ""."""

    group: Group
    guesses: list[str]
    known: str
    words: str
    story: str
    """The question as far as it fits the library, and a case."""
    trouble: Trouble | None = None
    first: Ruling | None = None
    """The act of another that would have to be undone."""


@bp.get("/inbox")
def show() -> str:
    return shelf(None)


def shelf(trouble: Trouble | None) -> str:
    """The page asked for; what was refused stands there as it was typed, also when another editor was quicker."""
    form = InboxFilter(request.args)
    form.validate()
    why, q = form.reason(), form.search()
    with kit().db.reading() as session:
        kit().matcher.refresh(session)
        counts = {name: inbox.count_groups(session, name, q) for name in ("", *inbox.FILTERS)}
        found = page_of(
            lambda page: (inbox.groups(session, why, (page - 1) * PER_PAGE, PER_PAGE + 1, q), counts[why]),
            form.page.data or 1, PER_PAGE,
        )  # fmt: skip
        shown = [dressed(each, kit().matcher, trouble) for each in found.rows]
        if trouble is not None and all(each.trouble is None for each in shown):
            shown = [*stray(session, trouble), *shown]
        done, acts = handled.lately(session), handled.count(session)
    extra = shown[-1].group.number if len(found.rows) > PER_PAGE else None
    kept = shown[:-1] if extra else shown
    return render_template(
        "inbox.html", sheet=Sheet(kept, found.number, found.pages, found.total), extra=extra, counts=counts, why=why, q=q,
        whys=inbox.WHYS, filters=inbox.FILTERS, types=listed(kit().matcher.cards), now=kit().clock(), owing=owing,
        done=done, acts=acts, names={code: card.name for code, card in kit().matcher.cards.items()},
    )  # fmt: skip


def dressed(group: Group, matcher: Matcher, trouble: Trouble | None) -> Shown:
    """The group as its form shows it; without the type whose card did not help."""
    near = dict.fromkeys(matcher.find(group.text).types if group.text else ())
    codes = [code for code in near if code in matcher.cards and code != group.type_code]
    mine = trouble if trouble and trouble.number == group.number and not trouble.ruling_id else None
    words, story = inbox.beginning(group.text, LONGEST), inbox.beginning(group.text, STORY)
    known = next((code for code in codes[:1] if answers(matcher, group, code)), "")
    return Shown(group, codes, known, words, story, mine)


def answers(matcher: Matcher, group: Group, code: str) -> bool:
    """Whether every spelling that is shown is answered with this one card by now, and surely."""
    found = [matcher.find(text) for text in (group.text, *group.variants)]
    return all(match.sure and match.decision == "one" and match.types[0] == code for match in found)


def stray(session: Session, trouble: Trouble) -> list[Shown]:
    """The group of what was refused, where it is not on the page asked for: ruled by another, or on another page."""
    first = session.get(Ruling, trouble.ruling_id) if trouble.ruling_id else None
    group = inbox.ruled(session, first.id) if first else inbox.group(session, trouble.number)
    if group is None:
        flash(trouble.fault, "danger")
        return []
    return [dressed(group, kit().matcher, None)._replace(trouble=trouble, first=first)]


@bp.get("/inbox/<int:number>")
def group(number: int) -> Response:
    """The page of the inbox where the group stands."""
    with kit().db.reading() as session:
        place = inbox.place_of(session, number) if number <= LARGEST_ID else None
    if place is None:
        flash("这一组已经不在收件箱里：处理过了，或者提问的人已经注销。", "warning")
        return redirect(url_for(".show"))
    return redirect(url_for(".show", page=place[1] // PER_PAGE + 1, _anchor=f"group-{place[0]}"))


@bp.post("/inbox/<int:number>")
def rule(number: int) -> Page:
    """One press: it acts at the very next message, in every process. Refused, nothing that was typed is lost."""
    form = RulingForm(request.form)
    try:
        ruling_id, told = carried_out(number, form)
    except Overtaken as first:
        return shelf(Trouble(number, request.form, first.message, first.ruling_id)), first.status
    except Refusal as refusal:
        return shelf(Trouble(number, request.form, refusal.message, form.instead.data or 0)), refusal.status
    flash(told, f"undo-{ruling_id}")
    return back(form.next.data)


def carried_out(number: int, form: RulingForm) -> tuple[int, str]:
    """The act's number and what it came to; where it is to stand instead of another's, that one is undone first."""
    order, now = form.order(), kit().clock()
    with kit().db.transaction() as session:
        if form.instead.data:
            rulings.undo(session, form.instead.data, g.person.login, now)
        done = rulings.rule(session, number, order, g.person.login, now)
        told = f"{rulings.said_of(session, done.ruling)}：{done.people} 人问过的这一组处理好了。"
        return done.ruling.id, Markup("{}{}{}").format(told, next_step(done), whom(done))


def next_step(done: Done) -> str:
    """A draft is read by nobody until it was sent to a second person."""
    if done.ruling.act != CASE:
        return ""
    here = url_for("admin.library_review.draft", draft_id=done.ruling.made_id)
    return Markup('居民还看不到：请打开<a href="{}">这份草稿</a>，看过以后提交审核。').format(here)


def whom(done: Done) -> str:
    """Who hears of it, and when."""
    wait = done.by_message + done.later
    if not wait:
        return ""
    when = "发布后" if done.ruling.act == CASE else "一分钟后"
    if not done.by_message:
        return f"等着的 {wait} 人都已过 48 小时，{when}等他们下次来时告诉，可以先撤销。"
    late = f"，另外 {done.later} 人已过 48 小时，等他们下次来时告诉" if done.later else ""
    return f"{when}告诉 {done.by_message} 人{late}，可以先撤销。"


@bp.get("/inbox/done")
def done() -> str:
    """Every act, the latest first, by the page; each can be undone here, too."""
    form = InboxFilter(request.args)
    form.validate()
    with kit().db.reading() as session:
        total = handled.count(session)
        found = page_of(
            lambda page: (handled.lately(session, (page - 1) * PER_LONG_PAGE, PER_LONG_PAGE), total),
            form.page.data or 1, PER_LONG_PAGE,
        )  # fmt: skip
    return render_template("inbox_done.html", sheet=found, now=kit().clock(), owing=owing)


@bp.post("/inbox/undo/<int:ruling_id>")
def undo(ruling_id: int) -> Response:
    with kit().db.transaction() as session:
        ruling = rulings.undo(session, ruling_id, g.person.login, kit().clock())
        here = url_for(".group", number=ruling.group_no)
        sent = "还没有告诉过任何人。" if owing.in_grace(ruling, kit().clock()) else "已经发出去的话收不回来。"
        told = Markup('已撤销“{}”，<a href="{}">这一组</a>又在收件箱里了。{}').format(
            rulings.said_of(session, ruling), here, sent
        )
    flash(told, "success")
    return redirect(url_for(".done", page=request.args["done"]) if "done" in request.args else here)


def back(number: int | None) -> Response:
    """The page of the inbox where the press was, at the group that comes next."""
    form = InboxFilter(request.args)
    form.validate()
    anchor = f"group-{number}" if number else "main"
    return redirect(url_for(".show", **form.kept(), _anchor=anchor))
