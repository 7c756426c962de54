"""The first page: how many are registered, how it moves, who leads, who lags, what needs doing."""

from datetime import date, timedelta
from math import ceil
from typing import NamedTuple

from flask import Blueprint, g, redirect, render_template, url_for
from werkzeug import Response

from admin import todo
from admin.movement_tables import forecast_words
from admin.parts import percent
from bot.kit import kit
from bot.registry.app_reports import told_on
from bot.registry.corrections import corrections
from bot.registry.forecast import forecast
from bot.registry.models import UnitKind
from bot.registry.options import Options, read_options
from bot.registry.ranking import why_unranked, wilson_low
from bot.registry.rates import Book, Programme, UnitRate, open_book
from bot.registry.shares import share
from bot.registry.trend import weekly_totals
from bot.registry.units import TOWN_LEVEL
from core.clock import county_date

bp = Blueprint("overview", __name__)
WEEK = timedelta(days=7)
WEEKS = 12
SHOWN = 3


class Summary(NamedTuple):
    """The banner as one: the sum of its top units; the head-count only when every one of them has it."""

    registered: int
    head_count: int | None
    rate: float | None


class Reported(NamedTuple):
    """Totals of the other programme; `done` of the `wanted` units have told theirs."""

    people: int
    rate: float | None
    done: int
    wanted: int


class Doubt(NamedTuple):
    """Units whose figures somebody should look at."""

    without_head_count: list[UnitRate]
    over_full: list[UnitRate]
    incomplete: list[UnitRate]


@bp.get("/")
def show() -> str | Response:
    if g.reach is not None:  # who holds some units begins with their rates, this week's change among them
        return redirect(url_for("admin.rates.show"))
    today = county_date(kit().clock())
    with kit().db.reading() as session:
        book = open_book(session, [today, today - WEEK])
        app = Book(book.past, {}, told_on(session, [today]), Programme.APP).rows(today)
        trend = weekly_totals(session, today, WEEKS)
        options = read_options(session)
        corrected = corrections(session, (row.unit_id for row in book.rows(today)))
        waiting = todo.waiting(session, g.person, options)
    rows, before = book.rows(today), summary(book.rows(today - WEEK))
    now, (first, last) = summary(rows), leaders(rows)
    return render_template(
        "overview.html", today=today, rows=rows, now=now, before=before, first=first, last=last,
        doubt=doubt(rows), trend=trend, chart=chart(trend), sentence=in_one_sentence(now, before),
        first_steps="admin" in g.person.roles, app=reported(app), stale=todo.out_of_date(app, today), waiting=waiting,
        foretold=foretold(now, trend, options), target=options.target_rate,
        corrected=sum(county_date(each.entered_at) > today - WEEK for each in corrected),
    )  # fmt: skip


def reported(rows: list[UnitRate]) -> Reported | None:
    """The other programme's figure for the whole county; None while nobody reported.

    Where some units have not reported yet, the share of all people would be too low: it is not shown then.
    """
    if not any(row.known for row in rows):
        return None
    top = [row for row in rows if not row.parent]
    covered = [(1, 1) if row.told else row.covered for row in top]
    done, wanted = sum(each for each, _ in covered), sum(each for _, each in covered)
    told = summary(rows)
    return Reported(told.registered, told.rate if done == wanted else None, done, wanted)


def foretold(now: Summary, trend: list[tuple[date, int]], options: Options) -> list[str]:
    """When the county's target is met at the present pace; [] without a target or a head-count."""
    if not options.target_rate or not now.head_count:
        return []
    last, target = trend[-1][0], ceil(round(options.target_rate * now.head_count, 6))
    found = forecast([people for _, people in trend], last, target)
    return forecast_words(found, now.registered, last, options.target_day)


def summary(rows: list[UnitRate]) -> Summary:
    top = [row for row in rows if not row.parent]
    registered = sum(row.registered for row in top)
    counts = [row.head_count for row in top]
    whole = sum(count or 0 for count in counts) if counts and all(counts) else None
    return Summary(registered, whole, share(registered, whole))


def leaders(rows: list[UnitRate]) -> tuple[list[UnitRate], list[UnitRate]]:
    """The towns that lead, best first, and of the others those that lag, worst first, as the ranking judges them."""
    towns = [row for row in rows if row.kind in TOWN_LEVEL and not why_unranked(row)]
    ranked = sorted(towns, key=lambda row: wilson_low(row.registered, row.head_count or 1), reverse=True)
    return ranked[:SHOWN], ranked[SHOWN:][-SHOWN:][::-1]


def doubt(rows: list[UnitRate]) -> Doubt:
    own = [row for row in rows if row.kind != UnitKind.GROUP]
    return Doubt(
        [row for row in own if not row.head_count],
        [row for row in own if row.rate is not None and row.rate > 1],
        [row for row in own if row.rate is not None and row.gaps],
    )


def in_one_sentence(now: Summary, before: Summary) -> str:
    """What a leader should take away: the figure, and how the week went."""
    gain = now.registered - before.registered
    went = f"比 7 天前{'多' if gain > 0 else '少'} {abs(gain):,} 人" if gain else "与 7 天前持平"
    if now.rate is None:
        return f"全旗县已登记 {now.registered:,} 人，{went}。"
    return f"全旗县登记率 {percent(now.rate)}，已登记 {now.registered:,} 人，{went}。"


def chart(trend: list[tuple[date, int]]) -> dict[str, list[str] | list[int]]:
    """The two axes of the trend as the page's script reads them."""
    return {"days": [f"{day:%m-%d}" for day, _ in trend], "registered": [total for _, total in trend]}
