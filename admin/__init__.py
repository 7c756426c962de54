"""The office: pages for editors, reviewers, leaders and liaisons. Every page is behind the sign-in wall."""

from flask import Blueprint, Flask, abort, g
from werkzeug import Response

from admin import errors, guard, headers, parts, tries
from admin.pages import PAGES, Page
from admin.views import account, audit, overview, units
from bot.kit import Kit

WITH_PASSWORD = ("admin.account.enter", "admin.account.change_password")
VIEWS = (account, audit, overview, units)


def register(app: Flask) -> None:
    """Put the office into the app; `app.extensions["kit"]` is already there."""
    held: Kit = app.extensions["kit"]
    headers.set_cookie_flags(app, held.settings)
    guard.register(app)
    app.register_blueprint(office())
    tries.limit(app, WITH_PASSWORD, tries.Tries(held.settings.redis_url))


def office() -> Blueprint:
    """A fresh blueprint with every page, guarded."""
    bp = Blueprint("admin", __name__, "static", url_prefix="/admin", template_folder="templates")
    for check in (guard.same_origin, guard.small, guard.come_in, guard.token):
        bp.before_request(check)
    bp.after_request(headers.harden)
    bp.context_processor(lambda: {"person": g.get("person"), "menu": menu()})
    for name, filter_ in parts.FILTERS.items():
        bp.add_app_template_filter(filter_, name)
    errors.register(bp)
    for view in VIEWS:
        bp.register_blueprint(view.bp)
    bp.add_url_rule("/<path:_>", "nowhere", nowhere, methods=["GET", "POST"])
    return bp


def menu() -> list[Page]:
    """The pages the signed-in person may open, in the order of the table."""
    person = g.get("person")
    return [page for page in PAGES if page.menu and person and person.reach(page.roles) != frozenset()]


def nowhere(_: str) -> Response:
    """An unknown address is answered behind the wall as well, with a page that says so."""
    abort(404)
