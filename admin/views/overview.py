"""The first page: how many are registered, how it moves, who leads, who lags, what needs doing."""

from datetime import date, timedelta
from typing import NamedTuple

from flask import Blueprint, g, redirect, render_template, url_for
from werkzeug import Response

from admin.parts import percent
from bot.kit import kit
from bot.registry.models import UnitKind
from bot.registry.rates import UnitRate, rate_rows
from bot.registry.trend import weekly_totals
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


class Doubt(NamedTuple):
    """Units whose figures somebody should look at."""

    without_head_count: list[UnitRate]
    over_full: list[UnitRate]


@bp.get("/")
def show() -> str | Response:
    if g.reach is not None:  # a liaison's first page is their own unit
        return redirect(url_for("admin.units.show"))
    today = county_date(kit().clock())
    with kit().db.reading() as session:
        rows = rate_rows(session, today)
        before = summary(rate_rows(session, today - WEEK))
        trend = weekly_totals(session, today, WEEKS)
    now, (first, last) = summary(rows), leaders(rows)
    return render_template(
        "overview.html", today=today, rows=rows, now=now, before=before, first=first, last=last,
        doubt=doubt(rows), trend=trend, chart=chart(trend), sentence=in_one_sentence(now, before),
    )  # fmt: skip


def summary(rows: list[UnitRate]) -> Summary:
    top = [row for row in rows if not row.parent]
    registered = sum(row.registered for row in top)
    counts = [row.head_count for row in top]
    whole = sum(count or 0 for count in counts) if counts and all(counts) else None
    return Summary(registered, whole, registered / whole if whole else None)


def leaders(rows: list[UnitRate]) -> tuple[list[UnitRate], list[UnitRate]]:
    """The highest towns, best first, and of the others the lowest, worst first."""
    towns = [row for row in rows if row.kind == UnitKind.TOWN and row.rate is not None]
    ranked = sorted(towns, key=lambda row: row.rate or 0.0, reverse=True)
    return ranked[:SHOWN], ranked[SHOWN:][-SHOWN:][::-1]


def doubt(rows: list[UnitRate]) -> Doubt:
    own = [row for row in rows if row.kind != UnitKind.GROUP]
    return Doubt(
        [row for row in own if not row.head_count],
        [row for row in own if row.rate is not None and row.rate > 1],
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
