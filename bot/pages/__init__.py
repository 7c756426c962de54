"""The pages residents open from a message: read in peace, at any size of type, without a script and without a cookie."""

from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, Response, make_response, render_template, request
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.content.cards import Card, listed
from bot.content.history import last_change
from bot.handlers.words import FIRST_MINUTES
from bot.kit import Kit, kit
from core.clock import county_date
from core.errors import DatabaseAway

bp = Blueprint("pages", __name__, "static", url_prefix="/k", template_folder="templates")
KEPT_S = 300
"""A corrected card is on every phone within five minutes."""
STORIES = 3
HEADERS = {
    "Content-Security-Policy": "; ".join((
        "default-src 'none'", "style-src 'self'", "img-src 'self'", "base-uri 'none'", "form-action 'none'",
        "frame-ancestors 'none'",
    )),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}  # fmt: skip
Found = TypeVar("Found")


@bp.after_request
def harden(response: Response) -> Response:
    response.headers.update(HEADERS)
    return response


@bp.get("/")
def all_types() -> Response:
    """Every type, to choose from."""
    held = kit()
    _ask(held, lambda session: None)
    return _page("k_list.html", cards=listed(held.matcher.cards))


@bp.get("/<code>")
def card(code: str) -> Response:
    """All there is to one type; an unknown code is told so in a friendly way."""
    held = kit()
    changed = _ask(held, lambda session: last_change(session, code))
    found = held.matcher.cards.get(code)
    if found is None:
        return _page("k_nothing.html", status=404, cards=())
    day = county_date(changed) if changed else None
    return _page(
        "k_card.html", card=found, stories=found.cases[:STORIES], changed=day, also=_named(found, held)
    )


def _named(found: Card, held: Kit) -> list[Card]:
    """The types it is easily taken for."""
    return [held.matcher.cards[code] for code in found.second if code in held.matcher.cards]


def _ask(held: Kit, question: Callable[[Session], Found]) -> Found | None:
    """Follow the library and ask; while the database is away the page is made from memory."""
    try:
        with held.db.reading() as session:
            held.matcher.refresh(session)
            held.options.refresh(session)
            return question(session)
    except (DatabaseAway, SQLAlchemyError):
        return None


def _page(name: str, *, status: int = 200, **shown: object) -> Response:
    """Kept by phones and caches for some minutes, and asked again with its fingerprint."""
    first, *steps = FIRST_MINUTES.splitlines()
    hotlines = kit().options.options.hotlines
    response = make_response(
        render_template(name, first=first, first_steps=steps, hotlines=hotlines, **shown), status
    )
    if status != 200:
        response.headers["Cache-Control"] = "no-store"
        return response
    response.add_etag()
    response.headers["Cache-Control"] = f"public, max-age={KEPT_S}"
    response.make_conditional(request)
    return response
