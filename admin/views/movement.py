"""How figures moved: the trend of a year with a forecast, why they changed, and which past figures were corrected."""

from math import ceil
from typing import Any

from flask import Blueprint, g, render_template
from werkzeug import Response

from admin import movement_tables as tables
from admin.downloads import download
from admin.forms_rates import CorrectionFilter, TrendFilter, WhyFilter
from admin.parts import sheet
from admin.rate_tables import NAMES, head_sources
from admin.standing import Asked, Standing, about, ask, stand
from bot.kit import kit
from bot.registry.corrections import corrections as all_corrections
from bot.registry.forecast import Forecast, forecast
from bot.registry.options import Options, read_options
from bot.registry.rates import open_book
from bot.registry.shares import Span
from bot.registry.trend import STEPS, Point, days_of, series
from bot.registry.why import why as explained
from core.errors import NotFound

bp = Blueprint("movement", __name__)
PER_PAGE = 50


@bp.get("/rates/trend")
def trend() -> str | Response:
    asked = ask(TrendFilter)
    span = asked.form.chosen_span()
    days = days_of(asked.day, span, STEPS[span] + 1)
    weeks = days_of(asked.day, Span.WEEK, STEPS[Span.WEEK])
    with kit().db.reading() as session:
        place = _place(session, asked)
        if place.here is None and g.reach is not None:
            return _choose("admin.movement.trend", asked, place)
        unit = place.here.unit_id if place.here else None  # None = the whole county
        points = series(session, sorted({*days, *weeks}), unit, asked.kind, asked.programme)
        options = read_options(session)
    told = {each.day: each for each in points}
    points = [told[day] for day in days]
    names, shown = NAMES[asked.programme], tables.steps(points)
    heads = head_sources([place.here] if place.here else place.below, asked.programme)
    notes = [*tables.trend_notes(asked.programme), *heads]
    if asked.form.format.data:
        title = f"{place.title}走势（截至 {asked.day}）"
        made = tables.trend_table(title, shown, names, notes)
        return download(made, title, asked.form.format.data)
    return render_template(
        "trend.html", steps=shown, chart=tables.trend_chart(points[1:], names), names=names,
        notes=notes, **_foretold(asked, [told[day] for day in weeks], options),
        **about(asked, place),
    )  # fmt: skip


def _place(session: Any, asked: Asked[Any]) -> Standing:
    book = open_book(session, [asked.day], asked.programme)
    return stand(book.rows(asked.day, kind=asked.kind), asked.form.parent.data or "")


def _choose(endpoint: str, asked: Asked[Any], place: Standing) -> str:
    """The page on which a person with several units chooses the one to look at."""
    return render_template("choose_unit.html", endpoint=endpoint, below=place.below, **about(asked, place))


def _foretold(asked: Asked[TrendFilter], weeks: list[Point], options: Options) -> dict[str, Any]:
    """The forecast as sentences, [] where there is no target or no head-count to take it of."""
    target = asked.form.chosen_target() or options.target_rate
    now = weeks[-1]
    said: list[str] = []
    if target and now.head_count and now.people is not None:
        found: Forecast = forecast(tables.alike(weeks), now.day, ceil(round(target * now.head_count, 6)))
        said = tables.forecast_words(found, now.people, now.day, options.target_day)
    return {"target": target, "foretold": said}


@bp.get("/rates/why")
def why() -> str | Response:
    asked = ask(WhyFilter)
    start = asked.form.chosen_start(asked.day)
    with kit().db.reading() as session:
        place = _place(session, asked)
        if place.here is None:
            return _choose("admin.movement.why", asked, place)
        trouble, found = "", None
        try:
            found = explained(session, place.here.unit_id, start, asked.day, asked.kind)
        except NotFound as refusal:
            trouble = refusal.message
    title = f"{place.title}为什么变了（{start} 至 {asked.day}）"
    if found and asked.form.format.data:
        return download(tables.why_table(title, found, start, asked.day), title, asked.form.format.data)
    more = {} if found is None else {
        "rows": tables.why_rows(found), "people": tables.people_changed(found), "rate": tables.rate_changed(found),
        "ends": tables.ends(found, start, asked.day),
    }  # fmt: skip
    return render_template(
        "why.html",
        found=found,
        trouble=trouble,
        start=start,
        notes=[*tables.WHY_NOTES, *(head_sources([found.after]) if found else ())],
        **more,
        **about(asked, place),
    )


@bp.get("/rates/corrections")
def corrections() -> str | Response:
    asked = ask(CorrectionFilter)
    with kit().db.reading() as session:
        place = _place(session, asked)
        tops = [place.here] if place.here else place.below
        rows = {row.unit_id: row for row in place.tree.under(top.code for top in tops)}
        found = all_corrections(session, rows, late_too=bool(asked.form.late.data))
    title = f"{place.title}更正记录"
    if asked.form.format.data:
        return download(tables.corrections_table(title, found, rows), title, asked.form.format.data)
    page = sheet(found, asked.form.page.data or 1, PER_PAGE)
    return render_template("corrections.html", sheet=page, rows=rows, **about(asked, place))
