"""The rates of the units below one, on a day, compared with a week, a month and a quarter before; and their ranking."""

from functools import partial
from typing import Any

from flask import Blueprint, g, render_template
from werkzeug import Response

from admin.downloads import download
from admin.forms_rates import RankingFilter, RateFilter
from admin.parts import PER_PAGE, sheet
from admin.ranking_tables import NOTES, above, band_name, competitors, kinds, moved, ranking_table
from admin.rate_tables import (
    BEFORE,
    NAMES,
    days_before,
    head_sources,
    lines,
    rate_table,
    remarks,
    sorted_rows,
    sources,
    told,
)
from admin.standing import about, ask, stand
from bot.kit import kit
from bot.registry.options import read_options
from bot.registry.ranking import ranking
from bot.registry.rates import open_book
from bot.registry.shares import Span, earlier

bp = Blueprint("rates", __name__)
ALL = 5000
"""Lines of a page made for paper."""


@bp.get("/rates")
def show() -> str | Response:
    asked = ask(RateFilter)
    with kit().db.reading() as session:
        book = open_book(session, [asked.day, *days_before(asked.day)], asked.programme)
    place = stand(book.rows(asked.day, kind=asked.kind), asked.form.parent.data or "")
    rows = sorted_rows(place.below, asked.form.sort.data or "")
    own = [place.here] if place.here else []
    if asked.form.format.data:
        shown = lines(book, [*own, *rows], asked.day, asked.kind)
        table = rate_table(place.title, shown, asked.day, asked.programme)
        return download(table, f"{place.title}登记率 {asked.day}", asked.form.format.data)
    page = sheet(rows, asked.form.page.data or 1, ALL if asked.form.print.data else PER_PAGE)
    shown = lines(book, [*own, *page.rows], asked.day, asked.kind)
    return render_template(
        "rates.html", sheet=page, lines=shown[len(own) :], own=shown[: len(own)], names=NAMES[asked.programme],
        before=BEFORE.values(),
        notes=sources([*own, *page.rows], asked.day, asked.programme), remarks=remarks, told=told,
        **about(asked, place),
    )  # fmt: skip


@bp.get("/rates/ranking")
def rank() -> str | Response:
    asked = ask(RankingFilter)
    week = earlier(asked.day, Span.WEEK)
    with kit().db.reading() as session:
        book = open_book(session, [asked.day, week], asked.programme)
        bands = read_options(session).size_bands
    place = stand(book.rows(asked.day, kind=asked.kind), asked.form.parent.data or "")
    choices = kinds(place.tree, place.here, place.below)
    among = asked.form.among.data if asked.form.among.data in choices else ""
    pool = competitors(place.tree, place.here, place.below, among)
    ids = {row.unit_id for row in pool}
    then = [row for row in book.rows(week, kind=asked.kind) if row.unit_id in ids]
    found = ranking(pool, bands, then)
    notes = [*sources((), asked.day, asked.programme)[:1], *head_sources(pool, asked.programme)]
    parents = partial(above, place.tree, reach=g.reach)
    if asked.form.format.data:
        title = f"{place.title}{choices[among]}排名（截至 {asked.day}）"
        return download(ranking_table(title, found, parents, notes), title, asked.form.format.data)
    more: dict[str, Any] = {
        "choices": choices,
        "among": among,
        "notes": [*NOTES, *notes],
        "pool": pool,
        "parents": parents,
    }
    return render_template(
        "ranking.html", found=found, band_name=band_name, moved=moved, names=NAMES[asked.programme], **more,
        **about(asked, place),
    )  # fmt: skip
