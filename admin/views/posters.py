"""Posters with the codes of units and promoters: which codes there are, one sheet, and all of them in one file."""

import threading
from collections.abc import Callable
from functools import partial
from io import BytesIO
from typing import NamedTuple
from urllib.parse import quote

from flask import Blueprint, Response, flash, g, redirect, render_template, request, send_file, url_for
from sqlalchemy.orm import Session
from werkzeug import Response as AnyResponse

from admin import choosing, printing
from admin.wechat_words import trouble
from bot.kit import kit
from bot.registry import audit, codes, promoters
from bot.registry.codes import Code, Progress
from bot.registry.options import read_options
from bot.registry.places import Places
from bot.registry.scenes import scene_of, scene_of_promoter
from bot.registry.units import PlacedUnit
from core import poster
from core.clock import county_date
from core.errors import Conflict, NotFound, Refusal
from core.poster import Poster

bp = Blueprint("posters", __name__)
MAKE_CODES = "make_codes"
MOST_AT_ONCE = 1000
MISSING = "还没有二维码，不在这个压缩包里：\r\n"
KINDS = {
    "pdf": (poster.as_pdf, "application/pdf"),
    "png": (poster.as_png, "image/png"),
    "code": (lambda sheet: poster.code_png(sheet.link), "image/png"),
}
_ONE_BUNDLE = threading.Lock()


class Holder(NamedTuple):
    """Whom a code belongs to: a unit, or a promoter of it."""

    scene: str
    path: str
    unit_code: str
    label: str = ""

    @property
    def name(self) -> str:
        return printing.safe_name(self.path.replace(" › ", "-"), self.label, self.unit_code)


@bp.get("/posters")
def show() -> str:
    with kit().db.reading() as session:
        choice = choosing.chosen(session)
        held = {
            code.scene: code
            for code in codes.codes(session, [scene_of(unit.code) for unit in choice.sheet.rows])
        }
        progress = progress_of(session, choice.units)
    lacking = {unit.code: poster.unprintable(choice.places.path(unit)) for unit in choice.sheet.rows}
    return render_template(
        "posters.html", choice=choice, held=held, progress=progress, scene_of=scene_of, lacking=lacking,
        most=MOST_AT_ONCE, trouble=trouble,
    )  # fmt: skip


@bp.get("/posters/progress")
def progress() -> str:
    """The part of the page that looks again by itself while codes are on their way."""
    with kit().db.reading() as session:
        choice = choosing.chosen(session)
        now = progress_of(session, choice.units)
    return render_template("posters_progress.html", choice=choice, progress=now, again=True)


def progress_of(session: Session, units: list[PlacedUnit]) -> Progress:
    held = codes.codes(session, [scene_of(unit.code) for unit in units])
    made, stuck = sum(bool(code.url) for code in held), sum(bool(code.fault) for code in held)
    return Progress(made, len(held) - made - stuck, stuck)


@bp.post("/posters/codes")
def ask() -> AnyResponse:
    """Owe the codes of all units chosen; the worker asks WeChat for them."""
    now = kit().clock()
    with kit().db.transaction() as session:
        choice = choosing.chosen(session)
        if not choice.units:
            raise Refusal("没有可以生成二维码的单位。")
        new = codes.ask(session, [scene_of(unit.code) for unit in choice.units], now)
        where = choice.parent.name if choice.parent else "全部单位"
        audit.note(session, g.person.login, "codes.ask", where, now, after={"新的二维码": new})
    kit().queue.put(MAKE_CODES)
    flash(
        f"正在向微信要 {new} 个新二维码，好了就能下载。" if new else "这些单位的二维码都要过了。", "success"
    )
    return redirect(url_for(".show", **choice.args))


@bp.get("/posters/sheet/<kind>")
def sheet(kind: str) -> AnyResponse:
    """One poster (`unit`, or `promoter` by its code), as pdf, png, or the code alone."""
    if kind not in KINDS:
        raise NotFound("海报只有 pdf 和 png 两种。")
    with kit().db.reading() as session:
        holder = holder_asked_for(session)
        made = made_for(session, [holder])
    if not made:
        raise Conflict("这个二维码还没有生成好，请在海报页按“生成二维码”，过一会儿再来。")
    draw, mimetype = KINDS[kind]
    ending = "png" if kind == "code" else kind
    name = f"{'二维码' if kind == 'code' else '海报'}-{holder.name}.{ending}"
    return send_file(BytesIO(draw(made[0][1])), mimetype, as_attachment=True, download_name=name)


def holder_asked_for(session: Session) -> Holder:
    places = choosing.places(session)
    if code := request.args.get("promoter", ""):
        rows = [row for row in promoters_in(session, places) if row.code == code]
        if not rows:
            raise NotFound("没有这个推广员，或不在您的单位里。")
        return of_promoter(places, rows[0])
    _, unit = choosing.one(session, request.args.get("unit", ""))
    return of_unit(places, unit)


def promoters_in(session: Session, places: Places) -> list[promoters.PromoterRow]:
    """All promoters in the person's reach."""
    return promoters.listed(session, [unit.id for unit in places.within(g.reach)])


def of_unit(places: Places, unit: PlacedUnit) -> Holder:
    return Holder(scene_of(unit.code), places.path(unit), unit.code)


def of_promoter(places: Places, row: promoters.PromoterRow) -> Holder:
    return Holder(
        scene_of_promoter(row.code), places.path(places.by_id[row.unit_id]), row.unit_code, row.label
    )


def made_for(session: Session, holders: list[Holder]) -> list[tuple[Holder, Poster]]:
    """The posters of those whose code exists."""
    held: dict[str, Code] = {
        code.scene: code for code in codes.codes(session, [one.scene for one in holders])
    }
    options, day = read_options(session), county_date(kit().clock())
    ready = [(one, held[one.scene].url) for one in holders if one.scene in held and held[one.scene].url]
    return [(one, printing.poster(options, one.path, url, day, one.label)) for one, url in ready]


@bp.get("/posters/bundle")
def bundle() -> AnyResponse:
    """All posters chosen in one zip, drawn one by one while it is sent; `of=promoters` takes the promoters' instead."""
    with kit().db.reading() as session:
        choice = choosing.chosen(session)
        holders = holders_of(session, choice)
        made = made_for(session, holders)
    if not made:
        raise Conflict("还没有生成好的二维码，请先按“生成二维码”。")
    if len(made) > MOST_AT_ONCE:
        raise Refusal(f"一次最多 {MOST_AT_ONCE:,} 张，请先选一个下级单位，分几次下载。")
    if not _ONE_BUNDLE.acquire(blocking=False):
        raise Conflict("有人正在下载海报压缩包，请过一两分钟再试。")
    where = choice.parent.name if choice.parent else "全部单位"
    answer = Response(printing.zipped(files(holders, made)), mimetype="application/zip")
    answer.call_on_close(_ONE_BUNDLE.release)
    name = quote(f"海报-{printing.safe_name(where)}.zip")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return answer


def holders_of(session: Session, choice: choosing.Choice) -> list[Holder]:
    if request.args.get("of") != "promoters":
        return [of_unit(choice.places, unit) for unit in choice.units]
    rows = promoters.listed(session, [unit.id for unit in choice.units])
    return [of_promoter(choice.places, row) for row in rows if not row.closed]


def files(holders: list[Holder], made: list[tuple[Holder, Poster]]) -> list[tuple[str, Callable[[], bytes]]]:
    """What goes into the archive: each poster, and a list of those that are not there."""
    drawn: list[tuple[str, Callable[[], bytes]]] = [
        (f"{number:04d}-{one.name}.pdf", partial(poster.as_pdf, page))
        for number, (one, page) in enumerate(made, 1)
    ]
    there = {one.scene for one, _ in made}
    missing = [f"{one.path} {one.label}".strip() for one in holders if one.scene not in there]
    if missing:
        drawn.append(("没有海报的.txt", ("\ufeff" + MISSING + "\r\n".join(missing)).encode))
    return drawn
