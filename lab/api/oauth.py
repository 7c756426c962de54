"""Web sign-in: the page where a person agrees, and the calls of /sns.

WeChat docs, web authorisation: snsapi_base asks nothing; snsapi_userinfo asks; in a snapshot page the openid is a
virtual one and is_snapshotuser is 1.
"""

import html
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from lab.accounts import App
from lab.api.replies import OK
from lab.call import Answer, Call, Endpoint, Page
from lab.errors import Refused
from lab.oauth import WebToken

SCOPES = ("snsapi_base", "snsapi_userinfo")
COOKIE = "lab_fan"
FORM = """<!doctype html><html lang="zh-CN"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>SIMULATOR 模拟器 · 网页授权</title>
<style>body{{font:16px/1.7 sans-serif;max-width:360px;margin:12vh auto;padding:0 20px;text-align:center}}
b{{color:#c62828;font-size:12px}}button{{display:block;width:100%;padding:10px;margin:12px 0;border-radius:6px;
border:1px solid #ddd;background:#f5f5f5;font:inherit}}button.yes{{background:#07c160;color:#fff}}
input{{width:100%;padding:8px;box-sizing:border-box}}small{{color:#888}}</style>
<b data-testid="watermark">SIMULATOR 模拟器</b><h2>{name}</h2><p>{what}</p><form method="post" action="{action}">
<label><small>以哪位粉丝的身份</small><input name="openid" data-testid="oauth-openid" value="{openid}"></label>
<button class="yes" name="choice" value="agree" data-testid="oauth-agree">同意</button>
<button name="choice" value="refuse" data-testid="oauth-refuse">拒绝</button>
<button name="choice" value="snapshot" data-testid="oauth-snapshot">快照页（虚拟身份）</button></form></html>"""


def authorize(call: Call) -> Answer:
    """GET shows the page (or goes on at once for snsapi_base), POST is the person's tap."""
    query = call.query
    app = call.world.apps.get(query.get("appid", ""))
    target, scope = query.get("redirect_uri", ""), query.get("scope", "")
    if app is None or scope not in SCOPES or query.get("response_type") != "code":
        return _sorry("参数错误（appid、scope 或 response_type）")
    if urlsplit(target).scheme not in ("http", "https"):
        return _sorry("redirect_uri 参数错误（10003）")
    call.app = app
    openid = query.get("lab_openid") or call.cookie(COOKIE)
    if call.method == "POST":
        return _decided(call, target, scope)
    if scope == "snsapi_base" and call.world.fans.of(app.app_id, openid) is not None:
        return _back(target, query, app.oauth.code(openid, scope, call.now))
    what = "申请获取你的昵称、头像" if scope == "snsapi_userinfo" else "选择一位粉丝后静默授权"
    words = {"name": app.name, "what": what, "openid": openid, "action": "?" + urlencode(dict(query))}
    return Page(FORM.format(**{name: html.escape(word) for name, word in words.items()}))


def _decided(call: Call, target: str, scope: str) -> Answer:
    form = dict(parse_qsl(call.raw.decode("utf-8", "replace")))
    openid, choice = form.get("openid", ""), form.get("choice")
    if choice not in ("agree", "snapshot"):
        return Page(location=_joined(target, {"state": call.query.get("state", "")}))
    if choice == "agree" and call.world.fans.of(call.app.app_id, openid) is None:
        return _sorry("没有这位粉丝")
    code = call.app.oauth.code(openid, scope, call.now, snapshot=choice == "snapshot")
    return _back(target, call.query, code)


def _back(target: str, query: Any, code: str) -> Page:
    return Page(location=_joined(target, {"code": code, "state": query.get("state", "")}))


def _joined(target: str, more: dict[str, str]) -> str:
    bare, hash_sign, tail = target.partition("#")
    return f"{bare}{'&' if '?' in bare else '?'}{urlencode(more)}{hash_sign}{tail}"


def _sorry(text: str) -> Page:
    return Page(f'<!doctype html><meta charset="utf-8"><b>SIMULATOR 模拟器</b><h2>{html.escape(text)}</h2>')


def _owner(call: Call, secret: bool = True) -> App:
    app = call.world.apps.get(call.query.get("appid", ""))
    if app is None:
        raise Refused(40013)
    call.app = app
    if secret and call.query.get("secret") != app.app_secret:
        raise Refused(40125)
    return app


def access_token(call: Call) -> Answer:
    """GET /sns/oauth2/access_token?appid&secret&code&grant_type"""
    app = _owner(call)
    if not call.query.get("code"):
        raise Refused(41008)
    grant = app.oauth.redeem(call.query["code"], call.now, call.world.settings.oauth_code_s)
    text, token = app.oauth.issue(grant.openid, grant.scope, grant.snapshot, call.now)
    return _given(text, token)


def _given(text: str, token: WebToken) -> dict[str, Any]:
    found = {"access_token": text, "expires_in": 7200, "refresh_token": token.refresh}
    found |= {"openid": token.openid, "scope": token.scope}
    return found | ({"is_snapshotuser": 1} if token.snapshot else {})


def refresh_token(call: Call) -> Answer:
    """GET /sns/oauth2/refresh_token?appid&grant_type&refresh_token"""
    app = _owner(call, secret=False)
    return _given(*app.oauth.renew(call.query.get("refresh_token", ""), call.now))


def _checked(call: Call) -> WebToken:
    openid, text = call.query.get("openid", ""), call.query.get("access_token", "")
    if not text:
        raise Refused(41001)
    for app in call.world.apps.values():
        try:
            token = app.oauth.check(text, openid, call.now)
        except Refused as no:
            if no.errcode == 40001:
                continue
            raise
        call.app = app
        return token
    raise Refused(40001, "invalid credential, access_token is invalid or not latest")


def user_info(call: Call) -> Answer:
    """GET /sns/userinfo?access_token&openid&lang: only after snsapi_userinfo (48001)."""
    token = _checked(call)
    if token.scope != "snsapi_userinfo":
        raise Refused(48001)
    face = {"headimgurl": "", "privilege": [], "sex": 0, "province": "", "city": "", "country": ""}
    found = {"openid": token.openid, "nickname": "微信用户", **face}
    return found | ({"is_snapshotuser": 1} if token.snapshot else {})


def auth(call: Call) -> Answer:
    """GET /sns/auth?access_token&openid"""
    _checked(call)
    return OK


ROUTES = (
    Endpoint("/connect/oauth2/authorize", authorize, ("GET", "POST"), token=False),
    Endpoint("/sns/oauth2/access_token", access_token, ("GET", "POST"), token=False),
    Endpoint("/sns/oauth2/refresh_token", refresh_token, ("GET", "POST"), token=False),
    Endpoint("/sns/userinfo", user_info, ("GET",), token=False),
    Endpoint("/sns/auth", auth, ("GET",), token=False),
)
