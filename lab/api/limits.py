"""Quotas, rid and the callback check: what an account may ask about its own calls.

WeChat docs, API call limits and rid: ten clearings a month; a rid can be looked up for seven days.
"""

from typing import Any

from lab.accounts import App
from lab.api.replies import EVERY, OK
from lab.call import Answer, Call, Endpoint
from lab.calls import CallRow
from lab.errors import Refused
from lab.quotas import DEFAULTS

RID_S = 7 * 86400


def quota(call: Call) -> Answer:
    """POST /cgi-bin/openapi/quota/get {cgi_path}"""
    name = _path(call)
    limit, used = call.app.quotas.limit(name, call.app.kind), call.app.quotas.used(name, call.now)
    most = limit if limit is not None else 10**8
    daily = {"daily_limit": most, "used": used, "remain": max(0, most - used)}
    return OK | {"quota": daily, "rate_limit": {"call_count": 0, "refresh_second": 60}}


def _path(call: Call) -> str:
    name = call.json().get("cgi_path")
    if not isinstance(name, str) or (
        name not in DEFAULTS["service"] and not name.startswith(("/cgi-bin/", "/wxa/"))
    ):
        raise Refused(76021)
    return name


def clear_one(call: Call) -> Answer:
    """POST /cgi-bin/openapi/quota/clear {cgi_path}"""
    return _cleared(call, call.app, _path(call))


def clear_all(call: Call) -> Answer:
    """POST /cgi-bin/clear_quota {appid}"""
    if call.json().get("appid") != call.app.app_id:
        raise Refused(40013)
    return _cleared(call, call.app, None)


def clear_by_secret(call: Call) -> Answer:
    """POST /cgi-bin/clear_quota/v2 {appid, appsecret}, without a token."""
    body = {**call.query, **(call.json() if call.raw else {})}
    app = call.world.apps.get(str(body.get("appid")))
    if app is None:
        raise Refused(40013)
    if body.get("appsecret") != app.app_secret:
        raise Refused(40125)
    call.app = app
    return _cleared(call, app, None)


def _cleared(call: Call, app: App, name: str | None) -> Answer:
    app.quotas.clear(call.now, name)
    call.world.keep(app, "quotas")
    return OK


def rid(call: Call) -> Answer:
    """POST /cgi-bin/openapi/rid/get: the logged call. Raises Refused 76001–76004."""
    name = call.json().get("rid")
    if not isinstance(name, str) or len(name.split("-")) != 3:
        raise Refused(76004)
    row = next((row for row in reversed(call.world.calls.latest(100_000)) if row.rid == name), None)
    if row is None:
        raise Refused(76001)
    if call.now - row.at > RID_S:
        raise Refused(76002)
    if row.app_id != call.app.app_id:
        raise Refused(76003)
    return OK | {"request": _story(row)}


def _story(row: CallRow) -> dict[str, Any]:
    told = row.story()
    return {
        "invoke_time": int(row.at),
        "cost_in_ms": int(row.ms),
        "request_url": told["query"] and f"access_token=***&{_without_token(told['query'])}".rstrip("&"),
        "request_body": told["request"],
        "response_body": told["response"],
        "client_ip": told["client_ip"],
    }


def _without_token(query: str) -> str:
    return "&".join(part for part in query.split("&") if not part.startswith(("access_token=", "secret=")))


def callback_check(call: Call) -> Answer:
    """POST /cgi-bin/callback/check {action, check_operator}"""
    body = call.json()
    if body.get("action") not in ("dns", "ping", "all"):
        raise Refused(40202)
    if body.get("check_operator") not in ("CHINANET", "UNICOM", "CAP", "DEFAULT"):
        raise Refused(40201)
    if not call.app.callback_url:
        raise Refused(40203)
    row = {"ip": "127.0.0.1", "real_operator": "DEFAULT"}
    ping = {"ip": "127.0.0.1", "from_operator": "DEFAULT", "package_loss": "0%", "time": "0.1ms"}
    return {"dns": [row], "ping": [ping]}


ROUTES = (
    Endpoint("/cgi-bin/openapi/quota/get", quota, kinds=EVERY),
    Endpoint("/cgi-bin/openapi/quota/clear", clear_one, kinds=EVERY),
    Endpoint("/cgi-bin/clear_quota", clear_all, kinds=EVERY),
    Endpoint("/cgi-bin/clear_quota/v2", clear_by_secret, token=False),
    Endpoint("/cgi-bin/openapi/rid/get", rid, kinds=EVERY),
    Endpoint("/cgi-bin/callback/check", callback_check, kinds=EVERY),
)
