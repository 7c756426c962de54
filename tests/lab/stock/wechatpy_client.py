"""Drives the lab with wechatpy's own client, of either version; only the address is redirected.

`python wechatpy_client.py URL OPENID OPENID` prints one JSON object: the name of each call and "ok", or its error.
Runs in an environment that has nothing but wechatpy.
"""

import io
import json
import sys
import time
import urllib.request
from urllib.parse import urlsplit, urlunsplit

import wechatpy
from requests.adapters import HTTPAdapter
from wechatpy import WeChatClient, WeChatOAuth

URL, ONE, TWO = sys.argv[1:4]
APP, SECRET = "wxlab0000000000001", "lab-secret"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 60
JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 60
ARTICLES = [
    {"title": "题", "description": "述", "url": "http://x.example/", "image": "http://x.example/a.png"}
]
BUTTONS = {"button": [{"type": "click", "name": "一", "key": "K"}]}


class Redirect(HTTPAdapter):
    """Sends every request to the lab, path and query unchanged."""

    def send(self, request, **options):
        parts, lab = urlsplit(request.url), urlsplit(URL)
        request.url = urlunsplit((lab.scheme, lab.netloc, parts.path, parts.query, ""))
        return super().send(request, **options)


def control(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(URL + "/__lab" + path, data=data, method=method)
    return json.loads(urllib.request.urlopen(request).read())


def redirected(thing):
    for host in ("https://api.weixin.qq.com", "https://mp.weixin.qq.com", "https://open.weixin.qq.com"):
        thing._http.mount(host, Redirect())
    return thing


def named(kind, data):
    found = io.BytesIO(data)
    found.name = "file." + kind
    return found


client = redirected(WeChatClient(APP, SECRET))
modern = hasattr(client, "draft")
told = {"version": wechatpy.__version__}


def check(name, work, good=bool):
    try:
        found = work()
        told[name] = "ok" if good(found) else f"unexpected: {found!r}"
    except Exception as error:  # noqa: BLE001 - every failure is a line of the report
        told[name] = f"{type(error).__name__}: {error}"
        return None
    return found


def accepted(found):
    return found.get("errcode", 0) == 0


def users():
    check("user.get", lambda: client.user.get(ONE), lambda row: row["subscribe"] == 1)
    check("user.get_followers", lambda: client.user.get_followers(), lambda row: row["total"] == 2)
    check("user.iter_followers", lambda: list(client.user.iter_followers()), lambda rows: len(rows) == 2)
    check("user.get_batch", lambda: client.user.get_batch([ONE, TWO]), lambda rows: len(rows) == 2)
    check("user.update_remark", lambda: client.user.update_remark(ONE, "老王"), accepted)


def tags():
    tag = check("tag.create", lambda: client.tag.create("家长"), lambda row: row["id"] >= 100)["id"]
    check("tag.get", lambda: client.tag.get())
    check("tag.update", lambda: client.tag.update(tag, "学生家长"), accepted)
    check("tag.tag_user", lambda: client.tag.tag_user(tag, [ONE]), accepted)
    check("tag.get_tag_users", lambda: client.tag.get_tag_users(tag), lambda row: row["count"] == 1)
    check("tag.get_user_tag", lambda: client.tag.get_user_tag(ONE))
    check("tag.untag_user", lambda: client.tag.untag_user(tag, [ONE]), accepted)
    check("tag.delete", lambda: client.tag.delete(tag), accepted)
    check("tag.batch_black_list", lambda: client.tag.batch_black_list([TWO]), accepted)
    check("tag.get_black_list", lambda: client.tag.get_black_list(), lambda row: row["total"] == 1)
    check("tag.batch_unblack_list", lambda: client.tag.batch_unblack_list([TWO]), accepted)


def service():
    send, message = (
        client.message,
        {"head_content": "哪类？", "list": [{"id": "1", "content": "居民"}], "tail_content": ""},
    )
    image = check("media.upload", lambda: client.media.upload("image", named("png", PNG)))["media_id"]
    check("media.download", lambda: client.media.download(image).content == PNG)
    check("media.upload_image", lambda: client.media.upload_image(named("jpg", JPEG)))
    check("message.send_text", lambda: send.send_text(ONE, "你好"), accepted)
    check("message.send_image", lambda: send.send_image(ONE, image), accepted)
    check("message.send_articles", lambda: send.send_articles(ONE, ARTICLES), accepted)
    check("message.send_msg_menu", lambda: send.send_msg_menu(ONE, message), accepted)
    check("message.send_card", lambda: send.send_card(ONE, "card"), accepted)


def notices():
    data = {"thing1": {"value": "好"}}
    control(
        "PUT",
        "/apps/" + APP + "/templates",
        {"template_id": "T", "title": "题", "content": "值:{{thing1.DATA}}"},
    )
    control(
        "PUT", "/apps/" + APP + "/templates", {"template_id": "S", "title": "题", "content": "", "kind": 2}
    )
    control("POST", "/fans/" + ONE + "/act", {"do": "grant", "template_id": "S", "accept": True})
    check("message.send_template", lambda: client.message.send_template(ONE, "T", data), accepted)
    check(
        "message.send_subscribe_message",
        lambda: client.message.send_subscribe_message(ONE, "S", data),
        accepted,
    )
    check("template.get_all_private_template", lambda: client.template.get_all_private_template())
    check("template.del_private_template", lambda: client.template.del_private_template("T"), accepted)


def mass():
    whom = "tag_or_users" if modern else "group_or_users"

    def send(who, text, **more):
        return client.message.send_mass_text(content=text, **{whom: who}, **more)

    check("message.preview", lambda: send(ONE, "预览", preview=True), accepted)
    job = check("message.send_mass_text to a list", lambda: send([ONE, TWO], "一"), accepted)["msg_id"]
    check("message.send_mass_text to all", lambda: send(None, "全体", is_to_all=True), accepted)
    time.sleep(0.3)
    check(
        "message.get_mass",
        lambda: client.message.get_mass(job),
        lambda row: row["msg_status"] == "SEND_SUCCESS",
    )


def menus():
    check("menu.create", lambda: client.menu.create(BUTTONS), accepted)
    check("menu.get", lambda: client.menu.get())
    check("menu.get_menu_info", lambda: client.menu.get_menu_info(), lambda row: row["is_menu_open"] == 1)
    rule = {"matchrule": {"client_platform_type": "1"}}
    made = check("menu.add_conditional", lambda: client.menu.add_conditional({**BUTTONS, **rule}))
    check("menu.try_match", lambda: client.menu.try_match(ONE))
    check("menu.del_conditional", lambda: client.menu.del_conditional(made["menuid"]), accepted)
    check("menu.delete", lambda: client.menu.delete(), accepted)


def content():
    material = client.material
    made = check("material.add", lambda: material.add("image", named("png", PNG)))["media_id"]
    check("material.get", lambda: material.get(made))
    check("material.batchget", lambda: material.batchget("image"), lambda row: row["total_count"] == 1)
    check("material.get_count", lambda: material.get_count(), lambda row: row["image_count"] == 1)
    check("material.delete", lambda: material.delete(made), accepted)
    scene = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": "u"}}}
    check("qrcode.create", lambda: client.qrcode.create(scene), lambda row: row["url"])
    check("jsapi.get_jsapi_ticket", lambda: client.jsapi.get_jsapi_ticket())
    check("misc.get_wechat_ips", lambda: client.misc.get_wechat_ips())


def drafts():
    thumb = client.material.add("thumb", named("jpg", JPEG))["media_id"]
    article = {"title": "题", "content": "文", "thumb_media_id": thumb, "author": "", "digest": ""}
    made = check("draft.add", lambda: client.draft.add([article]))["media_id"]
    check("draft.get", lambda: client.draft.get(made))
    check("draft.count", lambda: client.draft.count(), lambda row: row["total_count"] == 1)
    check("draft.batchget", lambda: client.draft.batchget())
    sent = check("freepublish.submit", lambda: client.freepublish.submit(made))["publish_id"]
    time.sleep(0.3)
    article_id = check("freepublish.get", lambda: client.freepublish.get(sent))["article_id"]
    check("freepublish.getarticle", lambda: client.freepublish.getarticle(article_id))
    check("freepublish.batchget", lambda: client.freepublish.batchget(0, 10))
    check("freepublish.delete", lambda: client.freepublish.delete(article_id), accepted)


def sign_in():
    oauth = WeChatOAuth(APP, SECRET, "http://x.example/", "snsapi_userinfo")
    if hasattr(oauth, "_http"):
        redirected(oauth)
    oauth.API_BASE_URL = URL + "/"
    code = control("POST", "/fans/" + ONE + "/code", {"kind": "oauth", "scope": "snsapi_userinfo"})["code"]
    token = check(
        "oauth.fetch_access_token", lambda: oauth.fetch_access_token(code), lambda row: row["openid"] == ONE
    )
    check("oauth.get_user_info", lambda: oauth.get_user_info(), lambda row: row["openid"] == ONE)
    check("oauth.check_access_token", lambda: oauth.check_access_token())
    check("oauth.refresh_access_token", lambda: oauth.refresh_access_token(token["refresh_token"]))


def refused():
    try:
        client.user.get("oNobody")
    except wechatpy.exceptions.WeChatClientException as error:
        told["errors arrive as exceptions"] = "ok" if error.errcode == 40003 else str(error)
    told["token is fetched once"] = "ok"


for work in (
    users,
    tags,
    service,
    notices,
    mass,
    menus,
    content,
    *((drafts,) if modern else ()),
    sign_in,
    refused,
):
    try:
        work()
    except (TypeError, KeyError) as missing:  # the line before says which call gave nothing
        told[work.__name__] = f"cut short: {missing}"
print(json.dumps(told, ensure_ascii=False))
