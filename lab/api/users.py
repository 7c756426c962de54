"""The list of followers and what the platform tells about one.

WeChat docs, user management: 10,000 openids a page; no name and no picture since the end of 2021.
"""

from typing import Any

from lab.call import Answer, Call, Endpoint
from lab.errors import Refused
from lab.fans import Fan

PAGE = 10_000
BATCH = 100


def listed(call: Call) -> Answer:
    """GET /cgi-bin/user/get?next_openid"""
    after = call.query.get("next_openid", "")
    if after and call.world.fans.of(call.app.app_id, after) is None:
        raise Refused(40003)
    page = call.world.fans.followers_after(call.app.app_id, after, PAGE)
    total = len(call.world.fans.followers(call.app.app_id))
    found: dict[str, Any] = {"total": total, "count": len(page)}
    if page:
        found["data"] = {"openid": [fan.openid for fan in page]}
    return found | {"next_openid": page[-1].openid if page else ""}


def info(call: Call) -> Answer:
    """GET /cgi-bin/user/info"""
    call.openid = call.query.get("openid", "")
    if not call.openid:
        raise Refused(41009)
    fan = call.world.fans.of(call.app.app_id, call.openid)
    if fan is None:
        raise Refused(40003)
    return about(call, fan)


def batch(call: Call) -> Answer:
    """POST /cgi-bin/user/info/batchget: at most 100; an unknown openid spoils the call."""
    rows = call.json().get("user_list")
    if not isinstance(rows, list) or not 1 <= len(rows) <= BATCH:
        raise Refused(40032)
    openids = [row.get("openid") if isinstance(row, dict) else None for row in rows]
    fans = [call.world.fans.of(call.app.app_id, str(openid)) for openid in openids]
    if any(fan is None for fan in fans):
        raise Refused(40003)
    return {"user_info_list": [about(call, fan) for fan in fans if fan is not None]}


def about(call: Call, fan: Fan) -> dict[str, Any]:
    """What is known of a person; nothing beside the openid when they do not follow."""
    if not fan.follows:
        return {"subscribe": 0, "openid": fan.openid}
    ticket = call.app.qr.scanned(fan.scene) if fan.scene else None
    numeric = ticket is not None and ticket.numeric
    return {
        "subscribe": 1,
        "openid": fan.openid,
        "language": "zh_CN",
        "subscribe_time": int(fan.since),
        "remark": fan.remark,
        "groupid": fan.tags[0] if fan.tags else 0,
        "tagid_list": list(fan.tags),
        "subscribe_scene": fan.how,
        "qr_scene": int(fan.scene) if numeric else 0,
        "qr_scene_str": "" if numeric else fan.scene,
    }


ROUTES = (
    Endpoint("/cgi-bin/user/get", listed, ("GET",), verified=True),
    Endpoint("/cgi-bin/user/info", info, ("GET",), verified=True),
    Endpoint("/cgi-bin/user/info/batchget", batch, verified=True),
)
