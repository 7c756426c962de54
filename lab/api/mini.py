"""Mini-program: sign-in, phone number, content checks, codes and links.

WeChat docs, mini-program server API. A person signs in and gives a phone number through the lab's control
interface (`POST /__lab/fans/<openid>/code`), which stands for wx.login and the phone button.
"""

from collections.abc import Mapping
from typing import Any

from lab import acts, ids
from lab.accounts import App
from lab.api.replies import MINI, OK
from lab.call import Answer, Binary, Call, Endpoint
from lab.errors import Refused
from lab.labels import judged
from lab.qr import png

SCENE = set("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!#$&'()*+,/:;=?@-._~")
LONGEST_S = 30 * 86400
CODES_MOST = 100_000


def session(call: Call) -> Answer:
    """GET /sns/jscode2session?appid&secret&js_code&grant_type"""
    app = _owner(call, call.query)
    openid = redeemed(call, app, "login", call.query.get("js_code", ""), call.world.settings.js_code_s)
    return {"session_key": app.mini.sign_in(openid, call.now).key, "openid": openid}


def _owner(call: Call, given: Mapping[str, str]) -> App:
    app = call.world.apps.get(given.get("appid", ""))
    if app is None:
        raise Refused(40013)
    call.app = app
    if given.get("secret") != app.app_secret:
        raise Refused(40125)
    return app


def redeemed(call: Call, app: App, scope: str, code: Any, life: float) -> str:
    """The person behind a one-use code. Raises Refused 40029, 40163, and 40013 for another app's code."""
    for other in call.world.apps.values():
        if other is not app and isinstance(code, str) and other.oauth.holds(code):
            raise Refused(40013)
    try:
        grant = app.oauth.redeem(str(code), call.now, life)
    except Refused as no:
        raise Refused(40029 if no.errcode == 42003 else no.errcode) from no
    if grant.scope != scope:
        raise Refused(40029)
    return grant.openid


def check_session(call: Call) -> Answer:
    """GET /wxa/checksession?openid&signature&sig_method"""
    query = call.query
    call.app.mini.check(query.get("openid", ""), query.get("signature", ""), query.get("sig_method", ""))
    return OK


def reset_session(call: Call) -> Answer:
    """GET /wxa/resetusersessionkey"""
    query = call.query
    openid = query.get("openid", "")
    call.app.mini.check(openid, query.get("signature", ""), query.get("sig_method", ""))
    return OK | {"openid": openid, "session_key": call.app.mini.sign_in(openid, call.now).key}


def phone(call: Call) -> Answer:
    """POST /wxa/business/getuserphonenumber {code}"""
    code = call.json().get("code")
    redeemed(call, call.app, "phone", code, call.world.settings.phone_code_s)
    number = call.app.mini.phones.pop(str(code), "13800000000")
    mark = {"timestamp": int(call.now), "appid": call.app.app_id}
    info = {"phoneNumber": number, "purePhoneNumber": number, "countryCode": "86", "watermark": mark}
    return OK | {"phone_info": info}


def check_text(call: Call) -> Answer:
    """POST /wxa/msg_sec_check, version 2: labels by keyword. Raises Refused 61010, 43104, 47001."""
    body = call.json()
    if body.get("version") != 2:
        return _first_version(str(body.get("content", "")))
    openid, content = str(body.get("openid", "")), body.get("content")
    if call.world.fans.of(call.app.app_id, openid) is None:
        raise Refused(43104)
    if not call.app.mini.was_active(openid, call.now, call.world.settings.mini_active_s):
        raise Refused(61010)
    if body.get("scene") not in (1, 2, 3, 4) or not isinstance(content, str) or not content:
        raise Refused(40129)
    if len(content) > 2500:
        raise Refused(45002)
    words = "\n".join(str(body.get(name, "")) for name in ("title", "content", "nickname", "signature"))
    suggest, label, keyword = judged(words)
    row: dict[str, Any] = {
        "strategy": "content_model",
        "errcode": 0,
        "suggest": suggest,
        "label": label,
        "prob": 90,
    }
    detail = [
        row,
        {"strategy": "keyword", "errcode": 0} | ({"keyword": keyword, "label": label} if keyword else {}),
    ]
    return OK | {
        "result": {"suggest": suggest, "label": label},
        "detail": detail,
        "trace_id": ids.new_key(24),
    }


def _first_version(content: str) -> Answer:
    if judged(content)[0] != "pass":
        raise Refused(87014)
    return OK


def check_media(call: Call) -> Answer:
    """POST /wxa/media_check_async: the answer comes as wxa_media_check."""
    body = call.json()
    if not str(body.get("media_url", "")).startswith(("http://", "https://")):
        raise Refused(87020)
    trace = ids.new_key(24)
    suggest, label, _ = judged(str(body["media_url"]))
    call.world.spawn(_checked(call, str(body.get("openid", "")), trace, {"suggest": suggest, "label": label}))
    return OK | {"trace_id": trace}


async def _checked(call: Call, openid: str, trace: str, result: dict[str, Any]) -> None:
    fields: acts.Fields = [("MsgType", "event"), ("Event", "wxa_media_check"), ("appid", call.app.app_id)]
    fields += [("trace_id", trace), ("version", 2), ("errcode", 0), ("errmsg", "ok"), ("result", result)]
    fields.append(("detail", {"strategy": "content_model", "errcode": 0, **result, "prob": 90}))
    await acts.announce(call.world, call.app, openid, "wxa_media_check", fields)


def unlimited(call: Call) -> Answer:
    """POST /wxa/getwxacodeunlimit {scene, page, check_path, width}: a picture, or JSON when refused."""
    body = call.json()
    scene = body.get("scene")
    if not isinstance(scene, str) or not 1 <= len(scene) <= 32:
        raise Refused(40169)
    if not set(scene) <= SCENE:
        raise Refused(40129)
    page = str(body.get("page", ""))
    if (
        page.startswith("/")
        or "?" in page
        or (body.get("check_path", True) and page and not page.startswith("pages/"))
    ):
        raise Refused(41030)
    return Binary(png(f"{call.app.app_id}?page={page}&scene={scene}"), "image/png")


def code(call: Call) -> Answer:
    """POST /wxa/getwxacode and /cgi-bin/wxaapp/createwxaqrcode: 100,000 together (45029)."""
    path = call.json().get("path")
    if not isinstance(path, str) or not 1 <= len(path) <= 1024:
        raise Refused(40159)
    made = call.app.mini.made = call.app.mini.made + 1
    if made > CODES_MOST:
        raise Refused(45029)
    return Binary(png(f"{call.app.app_id}?{path}"), "image/png")


def url_link(call: Call) -> Answer:
    """POST /wxa/generate_urllink {path, query, expire_type, expire_time, expire_interval}"""
    return OK | {"url_link": f"https://wxaurl.cn/{_link(call)}"}


def scheme(call: Call) -> Answer:
    """POST /wxa/generatescheme {jump_wxa{path, query}, …}"""
    return OK | {"openlink": f"weixin://dl/business/?t={_link(call)}"}


def _link(call: Call) -> str:
    """Raises Refused 40165, 40212, 85401, 85402."""
    body = call.json() if call.raw else {}
    target = body.get("jump_wxa") or body
    if str(target.get("path", "")).startswith("/"):
        raise Refused(40165)
    if len(str(target.get("query", ""))) > 1024:
        raise Refused(40212)
    kind = body.get("expire_type", 1)
    if kind not in (0, 1):
        raise Refused(85401)
    if kind == 1 and not 1 <= int(body.get("expire_interval", 30)) <= 30:
        raise Refused(85402)
    if kind == 0 and not call.now < float(body.get("expire_time", call.now + 1)) <= call.now + LONGEST_S:
        raise Refused(85401)
    key = ids.new_key(11)
    call.app.mini.links[key] = dict(target)
    return key


def risk(call: Call) -> Answer:
    """POST /wxa/getuserriskrank {openid, scene, client_ip}"""
    body = call.json()
    openid = str(body.get("openid", ""))
    if call.world.fans.of(call.app.app_id, openid) is None:
        raise Refused(43104)
    if not call.app.mini.was_active(openid, call.now, call.world.settings.mini_active_s):
        raise Refused(61010)
    return OK | {"risk_rank": call.world.settings.risk_rank, "unoin_id": int(call.now)}


ROUTES = (
    Endpoint("/sns/jscode2session", session, ("GET",), token=False),
    Endpoint("/wxa/checksession", check_session, ("GET",), kinds=MINI),
    Endpoint("/wxa/resetusersessionkey", reset_session, ("GET",), kinds=MINI),
    Endpoint("/wxa/business/getuserphonenumber", phone, kinds=MINI),
    Endpoint("/wxa/msg_sec_check", check_text, kinds=MINI, per_minute=4000),
    Endpoint("/wxa/media_check_async", check_media, kinds=MINI),
    Endpoint("/wxa/getwxacodeunlimit", unlimited, kinds=MINI, per_minute=5000),
    Endpoint("/wxa/getwxacode", code, kinds=MINI),
    Endpoint("/cgi-bin/wxaapp/createwxaqrcode", code, kinds=MINI),
    Endpoint("/wxa/generate_urllink", url_link, kinds=MINI),
    Endpoint("/wxa/generatescheme", scheme, kinds=MINI),
    Endpoint("/wxa/getuserriskrank", risk, kinds=MINI),
)
