"""The two tables of docs/lab.md, row by row: what is called modelled is really exercised."""

import hashlib
import hmac
import re
from pathlib import Path

import pytest

from lab.api import ENDPOINTS
from tests.lab.kit import APP, JPEG, PNG, SECRET, Api, text_reply

DOC = (Path(__file__).parents[2] / "docs" / "lab.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(?:(GET|POST) )?([^`]+)` \| (modelled|partly|not) \|", re.MULTILINE)
ROWS = ROW.findall(DOC)
CALLS = [(method, path, state) for method, path, state in ROWS if method and not path.startswith("/__lab")]
EVENTS = [(name, state) for method, name, state in ROWS if not method]
MINI = "wxlabmini00000001"


class Scene:
    """Everything the rows need: people, media, a draft, templates, a mini-program."""

    def __init__(self, lab, api: Api, server) -> None:
        self.lab, self.api, self.server = lab, api, server
        lab.connect(server.url)
        lab.settings(subscribe_busy_s=0.0)
        lab.app(MINI, kind="miniprogram", app_secret="s", callback_url=server.url)
        self.mini = Api(lab.url, MINI, "s")
        self.one, self.two = (lab.fan(follow=True, quiet=True) for _ in range(2))
        self.person = lab.fan(app=MINI)
        self.one.say("在吗")

    def menu(self) -> None:
        self.api.post("/cgi-bin/menu/create", {"button": [{"type": "click", "name": "一", "key": "K"}]})

    def conditional(self) -> str:
        self.menu()
        order = {
            "button": [{"type": "click", "name": "二", "key": "K"}],
            "matchrule": {"client_platform_type": "1"},
        }
        return self.api.post("/cgi-bin/menu/addconditional", order)["menuid"]

    def tag(self) -> int:
        return self.api.post("/cgi-bin/tags/create", {"tag": {"name": "家长"}})["tag"]["id"]

    def image(self) -> str:
        return self.api.upload("/cgi-bin/material/add_material", PNG, type="image")["media_id"]

    def article(self) -> dict:
        thumb = self.api.upload("/cgi-bin/material/add_material", JPEG, type="thumb")["media_id"]
        return {"title": "题", "content": "文", "thumb_media_id": thumb}

    def draft(self) -> str:
        return self.api.post("/cgi-bin/draft/add", {"articles": [self.article()]})["media_id"]

    def published(self) -> dict:
        number = self.api.post("/cgi-bin/freepublish/submit", {"media_id": self.draft()})["publish_id"]
        self.server.wait_for("PUBLISHJOBFINISH")
        return self.api.post("/cgi-bin/freepublish/get", {"publish_id": number})

    def template(self, kind: int = 0) -> str:
        row = {"template_id": "T", "title": "题", "content": "值:{{thing1.DATA}}", "kind": kind}
        for app in (APP, MINI):
            self.lab.call("PUT", f"/apps/{app}/templates", row)
        return "T"

    def mass(self) -> int:
        order = {"touser": [self.one.openid, self.two.openid], "msgtype": "text", "text": {"content": "x"}}
        return self.api.post("/cgi-bin/message/mass/send", order)["msg_id"]

    def session(self) -> dict:
        code = self.lab.call("POST", f"/fans/{self.person.openid}/code", {"kind": "login"})["code"]
        query = {"appid": MINI, "secret": "s", "js_code": code, "grant_type": "authorization_code"}
        found = self.mini.http.get(self.lab.url + "/sns/jscode2session", params=query).json()
        signature = hmac.new(found["session_key"].encode(), b"", hashlib.sha256).hexdigest()
        return {"openid": self.person.openid, "signature": signature, "sig_method": "hmac_sha256"}

    def web(self) -> dict:
        code = self.lab.call(
            "POST", f"/fans/{self.one.openid}/code", {"kind": "oauth", "scope": "snsapi_userinfo"}
        )
        query = {"appid": APP, "secret": SECRET, "code": code["code"], "grant_type": "authorization_code"}
        return self.api.http.get(self.lab.url + "/sns/oauth2/access_token", params=query).json()


def note(scene: Scene, openid: str, template: str) -> dict:
    return {"touser": openid, "template_id": template, "data": {"thing1": {"value": "好"}}}


def granted(scene: Scene, who) -> dict:
    name = scene.template(kind=2)
    who.act(do="grant", template_id=name, accept=True)
    return note(scene, who.openid, name)


def new_template(scene: Scene) -> dict:
    return {"tid": 1001, "kidList": [1, 2], "sceneDesc": "x"}


def own(scene: Scene) -> str:
    return scene.api.post("/wxaapi/newtmpl/addtemplate", new_template(scene))["priTmplId"]


TEXT = {"msgtype": "text", "text": {"content": "预警"}}
CREDENTIAL = {"grant_type": "client_credential", "appid": APP, "secret": SECRET}
SCENE = {"action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": "x"}}}
SLICE = {"offset": 0, "count": 20}
Q, B, F = "query", "body", "file"
# For each path: what to send, as {"query"?, "body"?, "file"?}; a function makes what the call needs first.
SAMPLES = {
    "/cgi-bin/token": lambda s: {Q: CREDENTIAL},
    "/cgi-bin/stable_token": lambda s: {B: CREDENTIAL},
    "/cgi-bin/getcallbackip": lambda s: {},
    "/cgi-bin/get_api_domain_ip": lambda s: {},
    "/cgi-bin/callback/check": lambda s: {B: {"action": "all", "check_operator": "DEFAULT"}},
    "/cgi-bin/ticket/getticket": lambda s: {Q: {"type": "jsapi"}},
    "/cgi-bin/openapi/quota/get": lambda s: {B: {"cgi_path": "/cgi-bin/user/get"}},
    "/cgi-bin/openapi/quota/clear": lambda s: {B: {"cgi_path": "/cgi-bin/user/get"}},
    "/cgi-bin/clear_quota": lambda s: {B: {"appid": APP}},
    "/cgi-bin/clear_quota/v2": lambda s: {B: {"appid": APP, "appsecret": SECRET}},
    "/cgi-bin/openapi/rid/get": lambda s: {B: {"rid": s.api.text("o")["errmsg"].split("rid: ")[1]}},
    "/cgi-bin/menu/create": lambda s: {B: {"button": [{"type": "click", "name": "一", "key": "K"}]}},
    "/cgi-bin/menu/get": lambda s: s.menu() or {},
    "/cgi-bin/get_current_selfmenu_info": lambda s: s.menu() or {},
    "/cgi-bin/menu/delete": lambda s: s.menu() or {},
    "/cgi-bin/menu/addconditional": lambda s: (
        s.menu()
        or {B: {"button": [{"type": "click", "name": "二", "key": "K"}], "matchrule": {"tag_id": "2"}}}
    ),
    "/cgi-bin/menu/delconditional": lambda s: {B: {"menuid": s.conditional()}},
    "/cgi-bin/menu/trymatch": lambda s: {B: {"user_id": s.one.openid}},
    "/cgi-bin/message/custom/send": lambda s: {B: TEXT | {"touser": s.one.openid}},
    "/cgi-bin/message/custom/typing": lambda s: {B: {"touser": s.one.openid, "command": "Typing"}},
    "/cgi-bin/message/template/send": lambda s: {B: note(s, s.one.openid, s.template())},
    "/cgi-bin/template/api_add_template": lambda s: {
        B: {"template_id_short": "TM1", "keyword_name_list": ["时间"]}
    },
    "/cgi-bin/template/get_all_private_template": lambda s: {},
    "/cgi-bin/template/del_private_template": lambda s: {B: {"template_id": s.template()}},
    "/wxa/sec/queryblocktmplmsg": lambda s: {B: {}},
    "/cgi-bin/message/subscribe/bizsend": lambda s: {B: granted(s, s.one)},
    "/wxaapi/newtmpl/getcategory": lambda s: {},
    "/wxaapi/newtmpl/getpubtemplatetitles": lambda s: {Q: {"ids": "641", "start": "0", "limit": "30"}},
    "/wxaapi/newtmpl/getpubtemplatekeywords": lambda s: {Q: {"tid": "1001"}},
    "/wxaapi/newtmpl/addtemplate": lambda s: {B: new_template(s)},
    "/wxaapi/newtmpl/gettemplate": lambda s: {},
    "/wxaapi/newtmpl/deltemplate": lambda s: {B: {"priTmplId": own(s)}},
    "/cgi-bin/message/mass/sendall": lambda s: {B: TEXT | {"filter": {"is_to_all": True}}},
    "/cgi-bin/message/mass/send": lambda s: {B: TEXT | {"touser": [s.one.openid, s.two.openid]}},
    "/cgi-bin/message/mass/preview": lambda s: {B: TEXT | {"touser": s.one.openid}},
    "/cgi-bin/message/mass/get": lambda s: {B: {"msg_id": s.mass()}},
    "/cgi-bin/message/mass/speed/get": lambda s: {B: {}},
    "/cgi-bin/message/mass/speed/set": lambda s: {B: {"speed": 1}},
    "/cgi-bin/draft/add": lambda s: {B: {"articles": [s.article()]}},
    "/cgi-bin/draft/get": lambda s: {B: {"media_id": s.draft()}},
    "/cgi-bin/draft/update": lambda s: {B: {"media_id": s.draft(), "index": 0, "articles": s.article()}},
    "/cgi-bin/draft/delete": lambda s: {B: {"media_id": s.draft()}},
    "/cgi-bin/draft/count": lambda s: {},
    "/cgi-bin/draft/batchget": lambda s: {B: SLICE},
    "/cgi-bin/freepublish/submit": lambda s: {B: {"media_id": s.draft()}},
    "/cgi-bin/freepublish/get": lambda s: {B: {"publish_id": s.published()["publish_id"]}},
    "/cgi-bin/freepublish/getarticle": lambda s: {B: {"article_id": s.published()["article_id"]}},
    "/cgi-bin/freepublish/batchget": lambda s: {B: SLICE},
    "/cgi-bin/freepublish/delete": lambda s: {B: {"article_id": s.published()["article_id"]}},
    "/cgi-bin/media/upload": lambda s: {Q: {"type": "image"}, F: PNG},
    "/cgi-bin/media/get": lambda s: {Q: {"media_id": s.image()}},
    "/cgi-bin/material/add_material": lambda s: {Q: {"type": "image"}, F: PNG},
    "/cgi-bin/material/get_material": lambda s: {B: {"media_id": s.image()}},
    "/cgi-bin/material/del_material": lambda s: {B: {"media_id": s.image()}},
    "/cgi-bin/material/get_materialcount": lambda s: {},
    "/cgi-bin/material/batchget_material": lambda s: {B: SLICE | {"type": "image"}},
    "/cgi-bin/media/uploadimg": lambda s: {F: JPEG},
    "/cgi-bin/tags/create": lambda s: {B: {"tag": {"name": "家长"}}},
    "/cgi-bin/tags/get": lambda s: {},
    "/cgi-bin/tags/update": lambda s: {B: {"tag": {"id": s.tag(), "name": "学生"}}},
    "/cgi-bin/tags/delete": lambda s: {B: {"tag": {"id": s.tag()}}},
    "/cgi-bin/tags/members/batchtagging": lambda s: {B: {"openid_list": [s.one.openid], "tagid": s.tag()}},
    "/cgi-bin/tags/members/batchuntagging": lambda s: {B: {"openid_list": [s.one.openid], "tagid": s.tag()}},
    "/cgi-bin/user/tag/get": lambda s: {B: {"tagid": s.tag()}},
    "/cgi-bin/tags/getidlist": lambda s: {B: {"openid": s.one.openid}},
    "/cgi-bin/tags/members/getblacklist": lambda s: {B: {"begin_openid": ""}},
    "/cgi-bin/tags/members/batchblacklist": lambda s: {B: {"openid_list": [s.one.openid]}},
    "/cgi-bin/tags/members/batchunblacklist": lambda s: {B: {"openid_list": [s.one.openid]}},
    "/cgi-bin/user/get": lambda s: {},
    "/cgi-bin/user/info": lambda s: {Q: {"openid": s.one.openid}},
    "/cgi-bin/user/info/batchget": lambda s: {B: {"user_list": [{"openid": s.one.openid}]}},
    "/cgi-bin/user/info/updateremark": lambda s: {B: {"openid": s.one.openid, "remark": "王"}},
    "/cgi-bin/qrcode/create": lambda s: {B: SCENE},
    "/cgi-bin/showqrcode": lambda s: {Q: {"ticket": s.api.post("/cgi-bin/qrcode/create", SCENE)["ticket"]}},
    "/cgi-bin/shorten/gen": lambda s: {B: {"long_data": "x"}},
    "/cgi-bin/shorten/fetch": lambda s: {B: s.api.post("/cgi-bin/shorten/gen", {"long_data": "x"})},
    "/connect/oauth2/authorize": lambda s: {
        Q: {"appid": APP, "redirect_uri": s.server.url, "response_type": "code", "scope": "snsapi_userinfo"}
    },
    "/sns/oauth2/access_token": lambda s: {
        Q: {
            "appid": APP,
            "secret": SECRET,
            "code": s.lab.call("POST", f"/fans/{s.one.openid}/code", {"kind": "oauth"})["code"],
        }
    },
    "/sns/oauth2/refresh_token": lambda s: {Q: {"appid": APP, "refresh_token": s.web()["refresh_token"]}},
    "/sns/userinfo": lambda s: {Q: {k: v for k, v in s.web().items() if k in ("access_token", "openid")}},
    "/sns/auth": lambda s: {Q: {k: v for k, v in s.web().items() if k in ("access_token", "openid")}},
    "/sns/jscode2session": lambda s: {
        Q: {
            "appid": MINI,
            "secret": "s",
            "js_code": s.lab.call("POST", f"/fans/{s.person.openid}/code", {"kind": "login"})["code"],
        }
    },
    "/wxa/checksession": lambda s: {Q: s.session()},
    "/wxa/resetusersessionkey": lambda s: {Q: s.session()},
    "/wxa/business/getuserphonenumber": lambda s: {
        B: s.lab.call("POST", f"/fans/{s.person.openid}/code", {"kind": "phone"})
    },
    "/wxa/msg_sec_check": lambda s: {
        B: {"openid": s.session()["openid"], "version": 2, "scene": 2, "content": "你好"},
    },
    "/wxa/media_check_async": lambda s: {
        B: {"media_url": "http://x.example/a.png", "openid": s.person.openid}
    },
    "/cgi-bin/message/subscribe/send": lambda s: {B: granted(s, s.person)},
    "/wxa/getwxacodeunlimit": lambda s: {B: {"scene": "a"}},
    "/wxa/getwxacode": lambda s: {B: {"path": "pages/a"}},
    "/cgi-bin/wxaapp/createwxaqrcode": lambda s: {B: {"path": "pages/a"}},
    "/wxa/generate_urllink": lambda s: {B: {"path": "pages/a"}},
    "/wxa/generatescheme": lambda s: {B: {"jump_wxa": {"path": "pages/a"}}},
    "/wxa/getuserriskrank": lambda s: {B: {"openid": s.session()["openid"], "scene": 0}},
}


@pytest.fixture
def scene(lab, api, server):
    server.answer = lambda got: b"success"
    made = Scene(lab, api, server)
    yield made
    made.mini.close()


@pytest.mark.parametrize(("method", "path", "state"), CALLS, ids=[row[1] for row in CALLS])
def test_each_row_of_the_endpoint_table_holds(scene, method, path, state):
    if state == "not":
        assert path not in ENDPOINTS
        return
    if state == "partly":
        assert path in ENDPOINTS
        return
    sample = SAMPLES[path](scene)
    client = (
        scene.mini
        if "miniprogram" in ENDPOINTS[path].kinds and len(ENDPOINTS[path].kinds) == 1
        else scene.api
    )
    token = {"access_token": client.token} if ENDPOINTS[path].token else {}
    more = (
        {"files": {"media": ("a.bin", sample[F])}}
        if F in sample
        else {"json": sample[B]}
        if B in sample
        else {}
    )
    answer = client.http.request(method, scene.lab.url + path, params=token | sample.get(Q, {}), **more)
    assert answer.status_code == 200
    if answer.headers["Content-Type"].startswith("application/json"):
        assert answer.json().get("errcode", 0) == 0, answer.json()
    else:
        assert len(answer.content) > 50


def test_the_table_names_every_endpoint_once():
    paths = [path for _, path, _ in CALLS]
    assert len(paths) == len(set(paths)) > 85
    assert set(ENDPOINTS) - set(paths) <= {"/cgi-bin/media/get/jssdk"}


def menu_event(kind: str, **more: str):
    def make(scene: Scene) -> None:
        entry = {"type": kind, "name": "按钮", "key": "K"} | more
        assert scene.api.post("/cgi-bin/menu/create", {"button": [entry]})["errcode"] == 0
        scene.one.click(more.get("pagepath") or more.get("url") or "K")

    return make


def sends(kind: str):
    return lambda scene: scene.one.send(kind, url="http://x.example")


def certified(name: str):
    return lambda scene: scene.one.act(do="certification", event=name)


def authorised(name: str):
    return lambda scene: scene.one.act(do="authorisation", event=name)


def call(path: str):
    return lambda scene: scene.api.post(path, SAMPLES[path](scene)[B])


HAPPENINGS = {
    "text": lambda s: s.one.say("x"),
    "image": lambda s: s.one.image(PNG),
    **{
        kind: sends(kind)
        for kind in ("voice", "video", "shortvideo", "location", "link", "file", "miniprogrampage")
    },
    "subscribe": lambda s: s.lab.fan().follow("u"),
    "unsubscribe": lambda s: s.one.unfollow(),
    "SCAN": lambda s: s.one.scan("u"),
    "LOCATION": lambda s: s.one.act(do="place"),
    "CLICK": menu_event("click"),
    "VIEW": menu_event("view", url="http://x.example/"),
    "view_miniprogram": menu_event("miniprogram", url="http://x.example/", appid="wxm", pagepath="p"),
    **{
        kind: menu_event(kind)
        for kind in (
            "scancode_push",
            "scancode_waitmsg",
            "pic_sysphoto",
            "pic_photo_or_album",
            "pic_weixin",
            "location_select",
        )
    },
    "TEMPLATESENDJOBFINISH": call("/cgi-bin/message/template/send"),
    "MASSSENDJOBFINISH": call("/cgi-bin/message/mass/sendall"),
    "subscribe_msg_popup_event": lambda s: s.one.act(do="grant", template_id="T", accept=True),
    "subscribe_msg_change_event": lambda s: s.one.act(do="revoke", template_id="T"),
    "subscribe_msg_sent_event": call("/cgi-bin/message/subscribe/bizsend"),
    **{
        name: authorised(name)
        for name in ("user_info_modified", "user_authorization_revoke", "user_authorization_cancellation")
    },
    "PUBLISHJOBFINISH": lambda s: s.published(),
    "wxa_media_check": lambda s: s.mini.post("/wxa/media_check_async", {"media_url": "http://x.example/a"}),
    **{name: certified(name) for name in ("qualification_verify_success", "annual_renew", "verify_expired")},
}


@pytest.mark.parametrize(("name", "state"), EVENTS, ids=[row[0] for row in EVENTS])
def test_each_row_of_the_event_table_holds(scene, name, state):
    assert state == "modelled"
    scene.server.got.clear()
    HAPPENINGS[name](scene)
    if name.islower() and any(got.xml.get("MsgType") == name for got in scene.server.got):
        return
    assert scene.server.wait_for(name)["MsgType"] == "event"


def test_a_passive_reply_of_each_type_is_taken(scene):
    media = scene.image()
    head = text_reply(scene.server.got[0], "x").decode().partition("<MsgType>")[0]
    for kind, inside in {
        "image": f"<Image><MediaId>{media}</MediaId></Image>",
        "voice": f"<Voice><MediaId>{media}</MediaId></Voice>",
        "video": f"<Video><MediaId>{media}</MediaId><Title>t</Title></Video>",
        "music": "<Music><Title>t</Title></Music>",
        "news": "<ArticleCount>1</ArticleCount><Articles><item><Title>t</Title></item></Articles>",
        "transfer_customer_service": "",
    }.items():
        reply = f"{head}<MsgType>{kind}</MsgType>{inside}</xml>".encode()
        scene.server.answer = lambda got, reply=reply: reply
        assert scene.one.say("x")["reply"]["type"] == kind
