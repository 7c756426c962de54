"""The WeChat door: check that it is WeChat, answer within five seconds.

A WSGI application of its own beside the office's: a delivery needs no session, no routes and no templates.
"""

import logging
import secrets
from concurrent.futures import TimeoutError as Late
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError
from werkzeug import Request, Response
from werkzeug.exceptions import abort

from bot import answering
from bot.answering import Arrival, Said
from bot.content.answer import judge
from bot.content.emergency import is_emergency
from bot.handlers.words import FIRST_MINUTES
from bot.kit import Kit
from bot.registry.menu import PAID
from bot.talk.ledger import NonceReused
from core.errors import DatabaseAway
from core.patience import within
from core.wechat.door import Forged, Opened, TooLarge
from core.wechat.incoming import MAX_BYTES, Malformed
from core.wechat.reply import ACK, Text, render, seal

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

log = logging.getLogger(__name__)
PATH = "/wechat"

DATABASE_WITHIN_S = 2.5  # WeChat waits 5 s; the rest is for the network and for waiting in line
EMERGENCY_WITHIN_S = 1.5


def warm(kit: Kit) -> None:
    """Load what the first message would otherwise wait for: the matcher with its dictionary, the unit index."""
    try:
        with kit.db.reading() as session:
            kit.matcher.refresh(session)
            kit.units.refresh(session)
    except (DatabaseAway, SQLAlchemyError):
        log.warning("started without the library: the database is away or not yet set up")
    kit.matcher.prepare()
    judge("客服说我开通了百万保障", kit.matcher)


def application(kit: Kit) -> "WSGIApplication":
    """GET proves to WeChat whose address it is, POST is one delivery of one message."""

    @Request.application
    def respond(request: Request) -> Response:
        if request.path != "/":  # below the path this application is mounted at
            abort(404)
        if request.method not in ("GET", "POST"):
            abort(405)
        return _receive(request, kit) if request.method == "POST" else _prove_ownership(request, kit)

    return respond


def _prove_ownership(request: Request, kit: Kit) -> Response:
    """WeChat's check of the address when it is set up."""
    try:
        echo = kit.doorman.verify_url(request.args, kit.real_clock().timestamp())
    except Forged:
        abort(403)
    return Response(echo, mimetype="text/plain")


def _receive(request: Request, kit: Kit) -> Response:
    opened = _opened(request, kit)
    try:
        said = _said(opened, kit)
    except NonceReused:
        abort(403)
    return Response(_reply_body(said, opened, kit), mimetype="application/xml")


def _opened(request: Request, kit: Kit) -> Opened:
    request.max_content_length = MAX_BYTES
    try:
        return kit.doorman.open(request.args, request.get_data(cache=False), kit.real_clock().timestamp())
    except TooLarge:
        abort(413)
    except Forged:
        abort(403)
    except Malformed:
        abort(400)


def _said(opened: Opened, kit: Kit) -> Said:
    """The reply. Nothing it asks of the database takes long, or the database counts as away."""
    message = opened.message
    alarm = is_emergency(message.text) if message.kind == "text" else None
    body = opened.body_hash if opened.nonce_key else None
    arrival = Arrival(message, opened.nonce_key, body, alarm)
    if (alarm or message.event_key == PAID) and not kit.db.away:
        return _at_once(arrival, kit)
    return _answer(arrival, kit)


def _answer(arrival: Arrival, kit: Kit) -> Said:
    with within(DATABASE_WITHIN_S):
        return answering.answer(arrival, kit)


def _at_once(arrival: Arrival, kit: Kit) -> Said:
    """Somebody is losing money: the card does not wait for what the database is doing."""
    try:
        return kit.aside.submit(_answer, arrival, kit).result(EMERGENCY_WITHIN_S)
    except Late:
        log.warning("an emergency was answered before it was written down")
        return Said((FIRST_MINUTES,), "")


def _reply_body(said: Said, opened: Opened, kit: Kit) -> bytes:
    if not said.first:
        return ACK
    xml = render(Text(said.first), opened.message, now=kit.clock())
    if not opened.encrypted:
        return xml
    stamp = int(kit.real_clock().timestamp())
    return seal(xml, kit.doorman.crypto, stamp, secrets.token_hex(8))
