"""The two pages machines look at: whether the account is alive, and WeChat's check of the domain."""

from concurrent.futures import TimeoutError as Late

from flask import Blueprint, Response, abort
from sqlalchemy import select

from bot.kit import Kit, kit
from bot.registry.models import Version
from core.errors import DatabaseAway
from core.patience import within

bp = Blueprint("machines", __name__)
HEALTH_WITHIN_S = 2.0  # a frozen database must not hold a thread that residents need


@bp.get("/healthz")
def health() -> dict[str, object]:
    """Alive, and what is away. Without its database the account still answers from memory: that is `degraded`."""
    held = kit()
    try:
        version = held.aside.submit(_library_version, held).result(HEALTH_WITHIN_S)
        database = "away" if held.db.away else "ok"
    except (DatabaseAway, Late):
        version, database = None, "away"
    redis = "off" if not held.settings.redis_url else "ok" if held.cache.alive() else "away"
    status = "degraded" if "away" in (database, redis) else "ok"
    return {"status": status, "database": database, "redis": redis, "library_version": version}


def _library_version(kit: Kit) -> int | None:
    with within(HEALTH_WITHIN_S), kit.db.reading() as session:
        return session.scalar(select(Version.number).where(Version.name == "library"))


@bp.get("/<name>.txt")
def domain_file(name: str) -> Response:
    """WeChat's domain verification: MP_verify_abc.txt holds abc."""
    wanted = kit().settings.wechat_verify_file
    if not wanted or f"{name}.txt" != wanted:
        abort(404)
    return Response(name.rpartition("_")[2], mimetype="text/plain")
