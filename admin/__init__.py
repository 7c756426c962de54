"""The office: pages for editors, reviewers, leaders and liaisons. Every page is behind the sign-in wall."""

from typing import Any

from flask import Blueprint, Flask, abort, flash, g, redirect, request
from werkzeug import Response

from admin import errors, form_only, guard, headers, knocking, pages, parts, people, shelves, tries
from admin.views import (
    account,
    app_reports,
    audit,
    inbox,
    link,
    me,
    menu,
    movement,
    overview,
    posters,
    promoters,
    radar,
    rates,
    reconcile,
    second_step,
    settings,
    staff,
    staff_person,
    unit,
    unit_forms,
    unit_import,
    units,
)
from bot.kit import Kit

WITH_PASSWORD = ("admin.account.enter", "admin.second_step.check", "admin.link.set_own_password")
VIEWS = (
    account,
    app_reports,
    audit,
    inbox,
    link,
    me,
    menu,
    movement,
    overview,
    posters,
    promoters,
    radar,
    rates,
    reconcile,
    second_step,
    settings,
    staff,
    staff_person,
    unit,
    unit_forms,
    unit_import,
    units,
)


def register(app: Flask) -> None:
    """Put the office into the app; `app.extensions["kit"]` is already there."""
    held: Kit = app.extensions["kit"]
    headers.set_cookie_flags(app, held.settings)
    guard.register(app)
    app.register_blueprint(office())
    tries.limit(app, WITH_PASSWORD, tries.Tries(held.settings.redis_url), knocking.is_trusted)


def office() -> Blueprint:
    """A fresh blueprint with every page, guarded."""
    bp = Blueprint("admin", __name__, "static", url_prefix="/admin", template_folder="templates")
    for check in (guard.same_origin, guard.small, guard.come_in, guard.token):
        bp.before_request(check)
    bp.after_request(headers.harden)
    bp.context_processor(frame)
    for name, filter_ in parts.FILTERS.items():
        bp.add_app_template_filter(filter_, name)
    bp.add_app_template_filter(people.called, "staff")
    errors.register(bp)
    for view in (*VIEWS, *shelves.VIEWS):
        bp.register_blueprint(view.bp)
    bp.add_url_rule("/<path:_>", "nowhere", nowhere, methods=["GET", "POST"])
    return bp


def frame() -> dict[str, Any]:
    """What stands around every page: who is signed in, and the menu of what they may open."""
    person = g.get("person")
    groups = pages.menu(may) if person else []
    return {"person": person, "menu": groups, "group_here": pages.group_here(request.endpoint), "may": may}


def may(endpoint: str) -> bool:
    """Whether the signed-in person may open a page: a button nobody may press is not shown."""
    person = g.get("person")
    return bool(person and pages.lets_in(endpoint, person.reach(pages.ROLES_OF.get(endpoint, frozenset()))))


def nowhere(_: str) -> Response:
    """An unknown address is answered behind the wall as well; one that takes forms only leads to the page above it."""
    above = form_only.page_above(request.path) if request.method in guard.SAFE else ""
    if not above:
        abort(404)
    flash("这个地址只收表单，已带您到它上一级的页面。刚才填的如果没有保存，请再提交一次。", "warning")
    return redirect(above)
