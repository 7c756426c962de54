"""Who changed what, newest first."""

from flask import Blueprint, render_template, request

from admin.forms import AuditFilter
from admin.words import ACTIONS
from bot.kit import kit
from bot.registry.audit import entries

bp = Blueprint("audit", __name__)
PER_PAGE = 50


@bp.get("/audit")
def show() -> str:
    form = AuditFilter(request.args)
    form.validate()
    action, actor = form.action.data or "", (form.actor.data or "").strip()
    with kit().db.reading() as session:
        rows = entries(session, action=action, actor=actor, before_id=form.before.data, limit=PER_PAGE + 1)
    shown = rows[:PER_PAGE]
    older = shown[-1].id if len(rows) > PER_PAGE else None
    return render_template("audit.html", form=form, entries=shown, older=older, actions=ACTIONS)
