"""One unit: everything that was and will be of it, on a page; taking back what is planned for it."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from admin.doing import done
from admin.picking import allowed, label, offers, visible
from admin.unit_acts import act_of
from bot.kit import kit
from bot.registry import unit_verbs as verbs
from bot.registry.models import Unit
from bot.registry.rates import rate_rows
from bot.registry.unit_facts import facts, noted, notes_of, story
from core.clock import county_date
from core.sheets import read_date

bp = Blueprint("unit", __name__, url_prefix="/units")
ADMIN = frozenset({"admin"})


@bp.get("/<int:unit_id>")
def show(unit_id: int) -> str:
    today = county_date(kit().clock())
    with kit().db.reading() as session:
        unit = allowed(session, unit_id)
        shown = {
            "unit": unit,
            "today": today,
            "way": visible(session, unit_id),
            "story": story(session, unit_id),
        }
        shown["facts"] = facts(session, unit, today)
        rows = rate_rows(session, today, parent=unit.code) if still_counted(unit, today) else []
        may_edit = g.person.reach(ADMIN) != frozenset()
        notes = notes_of(session, unit) if may_edit else []
        return render_template(
            "unit.html", **shown, rate=rows[0] if rows else None, notes=notes, may_edit=may_edit
        )


def still_counted(unit: Unit, today: Any) -> bool:
    return bool(unit.closed_on is None and unit.opened_on <= today)


@bp.get("/find")
def find() -> str:
    """The units that may be meant by what somebody is typing, for the list under the field."""
    typed = request.args.get("target", "").strip()[:60]
    with kit().db.reading() as session:
        ways = [(unit, visible(session, unit.id)) for unit in (offers(session, typed) if typed else [])]
    offered = [(label(unit), " › ".join(step.name for step in way[:-1])) for unit, way in ways if way]
    return render_template("unit_offers.html", offered=offered)


@bp.post("/<int:unit_id>/cancel")
def cancel(unit_id: int) -> Response:
    """Take back what is planned: a closing or merging, or the move of a day."""
    since = read_date(request.form.get("since", ""))

    def work(session: Session) -> None:
        allowed(session, unit_id)
        act = act_of("unit.cancel")
        with noted(session, unit_id, act):
            if since is not None:
                verbs.cancel_move(session, unit_id, since, act.now)
            else:
                verbs.cancel_plan(session, unit_id, act.now)

    done(work)
    flash("已取消，单位照旧。", "success")
    return redirect(url_for(".show", unit_id=unit_id))
