"""QR tickets and their images.

WeChat docs, QR codes: temporary ones up to 30 days (30 s when not said), 100,000 permanent ones,
numbers 1–100000, strings of 1–64 characters.
"""

from typing import Any

from lab.api.replies import SERVICE
from lab.call import Answer, Binary, Call, Endpoint, Page
from lab.errors import Refused
from lab.qr import png

LONGEST_S = 2_592_000
MOST = 100_000


def create(call: Call) -> Answer:
    """POST /cgi-bin/qrcode/create"""
    body = call.json()
    action = body.get("action_name")
    scene, numeric = _scene(body, str(action))
    ends = _ends(call, body) if action in ("QR_SCENE", "QR_STR_SCENE") else None
    if ends is None and call.app.qr.permanent_count() >= MOST:
        raise Refused(45029)
    ticket = call.app.qr.make(scene, numeric, call.now, ends)
    call.world.store.put(call.app.app_id, "qr", ticket.ticket, ticket.row())
    call.world.hub.tell("qr", {"ticket": ticket.ticket, "scene": ticket.scene})
    found: dict[str, Any] = {"ticket": ticket.ticket, "url": ticket.url}
    return found if ends is None else found | {"expire_seconds": int(ends - call.now)}


def _scene(body: dict[str, Any], action: str) -> tuple[str, bool]:
    """The scene and whether it is a number. Raises Refused 40053, 40129."""
    if action not in ("QR_SCENE", "QR_STR_SCENE", "QR_LIMIT_SCENE", "QR_LIMIT_STR_SCENE"):
        raise Refused(40053)
    info = body.get("action_info")
    scene = info.get("scene") if isinstance(info, dict) else None
    if not isinstance(scene, dict):
        raise Refused(40053)
    if "STR" in action:
        text = scene.get("scene_str")
        if not isinstance(text, str) or not 1 <= len(text) <= 64:
            raise Refused(40129)
        return text, False
    number = scene.get("scene_id")
    most = MOST if "LIMIT" in action else 2**32 - 1
    if not isinstance(number, int) or not 1 <= number <= most:
        raise Refused(40129)
    return str(number), True


def _ends(call: Call, body: dict[str, Any]) -> float:
    seconds = body.get("expire_seconds", call.world.settings.qr_default_expiry_s)
    if not isinstance(seconds, int) or seconds < 1:
        raise Refused(40097)
    return call.now + min(seconds, LONGEST_S)


def show(call: Call) -> Answer:
    """GET mp.weixin.qq.com/cgi-bin/showqrcode?ticket=: the picture, without a token."""
    for app in call.world.apps.values():
        ticket = app.qr.find(call.query.get("ticket", ""))
        if ticket is not None and ticket.live(call.now):
            return Binary(png(ticket.url), "image/png")
    return Page("<html><h1>404</h1></html>")


ROUTES = (
    Endpoint("/cgi-bin/qrcode/create", create, kinds=SERVICE, verified=True),
    Endpoint("/cgi-bin/showqrcode", show, ("GET",), token=False),
)
