"""Access tokens and what the platform says about itself.

WeChat docs, access token: the app id is checked before the grant type; a wrong secret is 40125.
"""

from typing import Any

from lab.accounts import App
from lab.api.replies import EVERY
from lab.call import Answer, Call, Endpoint
from lab.errors import Refused
from lab.tokens import Token


def token(call: Call) -> Answer:
    """GET /cgi-bin/token"""
    given = dict(call.query) if call.method == "GET" else {**call.query, **_form(call)}
    call.app = _owner(call, given)
    if given.get("grant_type") != "client_credential":
        raise Refused(40002)
    _counted(call, 0)
    return _given(call, call.app.tokens.plain(call.now, call.world.settings))


def stable_token(call: Call) -> Answer:
    """POST /cgi-bin/stable_token"""
    given = call.json()
    call.app = _owner(call, given)
    if given.get("grant_type") != "client_credential":
        raise Refused(40002)
    _counted(call, 10_000)
    force = given.get("force_refresh") is True
    return _given(call, call.app.tokens.stable(call.now, force, call.world.settings))


def _form(call: Call) -> dict[str, Any]:
    try:
        return call.json()
    except Refused:
        return {}


def _owner(call: Call, given: dict[str, Any]) -> App:
    """The account of appid and secret. Raises Refused 41002, 40013, 41004, 40125, 40243, 40164."""
    app_id, secret = given.get("appid"), given.get("secret")
    if not app_id:
        raise Refused(41002)
    app = call.world.apps.get(str(app_id))
    if app is None:
        raise Refused(40013)
    call.app = app
    if not secret:
        raise Refused(41004)
    if secret != app.app_secret:
        raise Refused(40125)
    if app.secret_frozen:
        raise Refused(40243)
    if app.ip_list and call.ip not in app.ip_list:
        raise Refused(40164, f"invalid ip {call.ip} ipv6 ::ffff:{call.ip}, not in whitelist")
    return app


def _counted(call: Call, per_minute: int) -> None:
    call.app.quotas.spend(call.path, call.app.kind, per_minute, call.now)


def _given(call: Call, issued: Token) -> Answer:
    call.world.keep(call.app, "tokens")
    return {"access_token": issued.text, "expires_in": int(issued.expires - call.now)}


def ip_list(call: Call) -> Answer:
    """GET /cgi-bin/getcallbackip and get_api_domain_ip: callbacks come from this machine."""
    return {"ip_list": ["127.0.0.1", "127.0.0.0/24"]}


ROUTES = (
    Endpoint("/cgi-bin/token", token, ("GET", "POST"), token=False),
    Endpoint("/cgi-bin/stable_token", stable_token, token=False),
    Endpoint("/cgi-bin/getcallbackip", ip_list, ("GET",), kinds=EVERY),
    Endpoint("/cgi-bin/get_api_domain_ip", ip_list, ("GET",), kinds=EVERY),
)
