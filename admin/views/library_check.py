"""The self-check: how good the fit is that answers now, what it mistakes, and how readily it names a type."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug import Response

from bot.content import claims, listing, selfcheck
from bot.content.caution import caution, caution_version, set_caution
from bot.content.library import ALIAS, QUESTION
from bot.content.serving import take_over
from bot.kit import kit
from bot.registry import audit
from core.db import LARGEST_ID
from core.errors import Refusal

bp = Blueprint("library_check", __name__)


@bp.get("/library/selfcheck")
def show() -> str:
    with kit().db.reading() as session:
        fits = selfcheck.fits(session)
        names = listing.type_names(session)
        held: dict[str, Any] = {
            "twice": {kind: list(claims.claimed(session, kind).values()) for kind in (ALIAS, QUESTION)},
            "thin": [row for row in listing.type_rows(session) if row.thin],
            "slider": caution(session), "slider_version": caution_version(session),
            "due": selfcheck.due(session), "held_back": selfcheck.held_back(session),
        }  # fmt: skip
    served = next((fit for fit in fits if fit.live), None)
    return render_template(
        "library_selfcheck.html", fits=fits, served=served, names=names, least=listing.LEAST,
        types=selfcheck.by_type(served, names) if served else [],
        confused=selfcheck.confused(served, names) if served else [], **held,
    )  # fmt: skip


@bp.post("/library/caution")
def move() -> Response:
    """The slider between cautious and generous."""
    raw, version = request.form.get("value", ""), request.form.get("version", 0, int)
    try:
        value = float(raw)
    except ValueError:
        raise Refusal("松紧要在 0 到 1 之间。") from None
    with kit().db.transaction() as session:
        before = set_caution(session, value, version, g.person.login, kit().clock())
        told = ({"松紧": before}, {"松紧": value})
        audit.note(session, g.person.login, "library.caution", "案例库", kit().clock(), *told)
    flash("已调整，下一条消息起作用。", "success")
    return redirect(url_for(".show"))


@bp.post("/library/fits/<int:fit_id>/take-over")
def take(fit_id: int) -> Response:
    """Serve a fit that was held back as clearly worse: a person has looked and decided so."""
    with kit().db.transaction() as session:
        take_over(session, min(fit_id, LARGEST_ID))
        audit.note(session, g.person.login, "library.fit", f"训练 {fit_id}", kit().clock())
    flash("已换上这次训练，下一条消息起作用。", "success")
    return redirect(url_for(".show"))
