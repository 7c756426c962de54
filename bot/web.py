"""The WeChat door: check that it is WeChat, answer within five seconds; and the two pages machines look at."""

import logging
import secrets
from concurrent.futures import TimeoutError as Late

from flask import Blueprint, Response, abort, request
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from bot import answering
from bot.answering import Arrival, Said
from bot.content.answer import judge
from bot.content.emergency import is_emergency
from bot.handlers.menu import PAID
from bot.handlers.words import FIRST_MINUTES
from bot.kit import Kit, kit
from bot.registry.models import Version
from bot.talk.ledger import NonceReused
from core.errors import DatabaseAway
from core.wechat.door import Forged, Opened, TooLarge
from core.wechat.incoming import MAX_BYTES, Malformed
from core.wechat.reply import ACK, Text, render, seal

log = logging.getLogger(__name__)
bp = Blueprint("wechat", __name__)

ANSWER_WITHIN_S = 3.5  # WeChat waits 5 s; the rest is for the network and for waiting in line
EMERGENCY_WITHIN_S = 1.5
HEALTH_WITHIN_S = 2.0  # a frozen database must not hold a thread that residents need


def warm(kit: Kit) -> None:
    """Load what the first message would otherwise wait for: the matcher with its dictionary, the unit index."""
    try:
        with kit.db.reading() as session:
            kit.matcher.refresh(session)
            kit.units.refresh(session)
    except (DatabaseAway, SQLAlchemyError):
        log.warning("started without the library: the database is away or not yet set up")
    judge("客服说我开通了百万保障", kit.matcher)


@bp.get("/wechat")
def prove_ownership() -> Response:
    """WeChat's check of the address when it is set up."""
    try:
        echo = kit().doorman.verify_url(request.args, kit().real_clock().timestamp())
    except Forged:
        abort(403)
    return Response(echo, mimetype="text/plain")


@bp.post("/wechat")
def receive() -> Response:
    """One delivery of one message."""
    opened = _opened(kit())
    try:
        said = _in_time(opened, kit())
    except NonceReused:
        abort(403)
    return Response(_reply_body(said, opened, kit()), mimetype="application/xml")


def _opened(kit: Kit) -> Opened:
    request.max_content_length = MAX_BYTES
    try:
        return kit.doorman.open(request.args, request.get_data(cache=False), kit.real_clock().timestamp())
    except TooLarge:
        abort(413)
    except Forged:
        abort(403)
    except Malformed:
        abort(400)


def _in_time(opened: Opened, kit: Kit) -> Said | None:
    """The reply, or None when it is not ready in time and will follow as a customer-service message."""
    message = opened.message
    alarm = is_emergency(message.text) if message.kind == "text" else None
    body = opened.body_hash if opened.nonce_key else None
    arrival = Arrival(message, opened.nonce_key, body, alarm)
    if kit.db.away:  # nothing will wait for it, so no thread need stand by
        return answering.answer(arrival, kit)
    urgent = alarm or message.event_key == PAID
    limit = EMERGENCY_WITHIN_S if urgent else ANSWER_WITHIN_S
    try:
        return kit.timely.run(
            lambda: answering.answer(arrival, kit),
            limit,
            lambda said: None if urgent else answering.owe_late(said, message.openid, kit),
            hopeless=lambda: kit.db.away,
        )
    except Late:
        if (
            not urgent
        ):  # an emergency is not given the time in which to tell a slow database from a frozen one
            kit.db.trip()
        log.warning("a %s took more than %.1f s", message.kind, limit)
        return Said((FIRST_MINUTES,), "") if urgent else None


def _reply_body(said: Said | None, opened: Opened, kit: Kit) -> bytes:
    if said is None or not said.first:
        return ACK
    xml = render(Text(said.first), opened.message, now=kit.clock())
    if not opened.encrypted:
        return xml
    stamp = int(kit.real_clock().timestamp())
    return seal(xml, kit.doorman.crypto, stamp, secrets.token_hex(8))


@bp.get("/healthz")
def health() -> dict[str, object]:
    """Alive, and what is away. Without its database the account still answers from memory: that is `degraded`."""
    held = kit()
    try:
        version = held.timely.run(lambda: _library_version(held), HEALTH_WITHIN_S, lambda _: None)
        database = "away" if held.db.away else "ok"
    except (DatabaseAway, Late):
        version, database = None, "away"
    redis = "off" if not held.settings.redis_url else "ok" if held.cache.alive() else "away"
    status = "degraded" if "away" in (database, redis) else "ok"
    return {"status": status, "database": database, "redis": redis, "library_version": version}


def _library_version(kit: Kit) -> int | None:
    with kit.db.reading() as session:
        return session.scalar(select(Version.number).where(Version.name == "library"))


@bp.get("/<name>.txt")
def domain_file(name: str) -> Response:
    """WeChat's domain verification: MP_verify_abc.txt holds abc."""
    wanted = kit().settings.wechat_verify_file
    if not wanted or f"{name}.txt" != wanted:
        abort(404)
    return Response(name.rpartition("_")[2], mimetype="text/plain")
