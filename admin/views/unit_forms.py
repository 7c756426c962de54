"""The forms that change a unit: first what will happen, then the change, and never over somebody else's."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug import Response
from wtforms import Form  # type: ignore[import-untyped]

from admin.doing import done, rehearsed
from admin.forms_units import NewUnit, today_as_default
from admin.picking import allowed, label, visible
from admin.unit_acts import ACTS, UnitAct, act_of, add, filled
from bot.kit import kit
from bot.registry import audit
from bot.registry.unit_ends import audit_subject
from bot.registry.unit_facts import facts, noted, notes_of
from bot.registry.unit_locks import Stale
from core.clock import county_date
from core.errors import Refusal

bp = Blueprint("unit_forms", __name__, url_prefix="/units")
Page = str | tuple[str, int] | Response


@bp.route("/new", methods=["GET", "POST"])
def new() -> Page:
    form, today = NewUnit(request.form), county_date(kit().clock())
    if request.method == "GET":
        form.target.data = wanted_parent(request.args.get("parent", type=int))
        return acting(today_as_default(form, today), None)
    if request.form.get("step") == "back":
        return acting(form, None)
    if not form.validate():
        return acting(form, None, status=400)
    try:
        if request.form.get("step") != "do":
            return acting(
                form, None, said=rehearsed(lambda session: add(session, form, act_of("unit.add"))[1])
            )
        unit_id, said = done(lambda session: added(session, form))
    except Refusal as refusal:
        return acting(form, None, refusal=refusal.message, status=refusal.status)
    flash(said, "success")
    return redirect(url_for("admin.unit.show", unit_id=unit_id))


def wanted_parent(unit_id: int | None) -> str:
    if unit_id is None:
        return ""
    with kit().db.reading() as session:
        return label(allowed(session, unit_id))


def added(session: Session, form: Form) -> tuple[int, str]:
    act = act_of("unit.add")
    unit, said = add(session, form, act)
    audit.note(
        session, act.by, act.action, audit_subject(unit), act.now, None, facts(session, unit, act.today)
    )
    return unit.id, said[0]


@bp.route("/<int:unit_id>/<name>", methods=["GET", "POST"])
def change(unit_id: int, name: str) -> Page:
    """Show the form of an act, then what it will do, then do it."""
    if name not in ACTS:
        abort(404)
    spec, today = ACTS[name], county_date(kit().clock())
    with kit().db.reading() as session:
        unit = allowed(session, unit_id)
        form = filled(name, session, unit, today) if request.method == "GET" else spec.form(request.form)
    if request.method == "GET" or request.form.get("step") == "back":
        return acting(form, unit_id, name)
    if not form.validate():
        return acting(form, unit_id, name, status=400)
    try:
        return changed(unit_id, spec, form, name)
    except Stale as stale:
        return acting(
            form, unit_id, name, refusal=stale.message, status=409, seen=request.form.get("seen", type=int)
        )
    except Refusal as refusal:
        return acting(form, unit_id, name, refusal=refusal.message, status=refusal.status)


def changed(unit_id: int, spec: UnitAct, form: Form, name: str) -> Page:
    act, version = act_of(spec.action), request.form.get("version", type=int)

    def work(session: Session) -> list[str]:
        allowed(session, unit_id)
        with noted(session, unit_id, act, version) as unit:
            return spec.do(session, unit, form, act)

    if request.form.get("step") != "do":
        return acting(form, unit_id, name, said=rehearsed(work) or ["没有改动。"])
    said = done(work)
    flash(said[0] if said else "没有改动。", "success")
    return redirect(url_for("admin.unit.show", unit_id=unit_id))


def acting(
    form: Form, unit_id: int | None, name: str = "", *, said: list[str] | None = None, refusal: str = "",
    status: int = 200, seen: int | None = None,
) -> tuple[str, int]:  # fmt: skip
    """The page of an act: its form, or what it will do; after a change by somebody else, what that was."""
    today = county_date(kit().clock())
    with kit().db.reading() as session:
        unit = allowed(session, unit_id) if unit_id else None
        shown: dict[str, Any] = {"unit": unit, "way": visible(session, unit_id) if unit_id else []}
        if unit:
            newest = notes_of(session, unit, limit=1)
            shown["seen"] = newest[0].id if newest else 0
            shown["others"] = notes_of(session, unit, seen) if seen is not None else []
            shown["facts"] = facts(session, unit, today) if seen is not None else {}
        page = render_template(
            "unit_act.html",
            form=form,
            spec=ACTS.get(name),
            name=name,
            said=said,
            refusal=refusal,
            today=today,
            **shown,
        )
    return page, status
