"""Mass messages: to all, to a tag, to a list; preview, delete, state and speed."""

from collections.abc import Callable
from typing import Any

from lab import massjobs
from lab.api.replies import CERTIFIED, OK
from lab.call import Answer, Call, Endpoint
from lab.errors import Refused
from lab.fans import Fan
from lab.mass import digest, new_job
from lab.published import publish_page

FEWEST, MOST = 2, 10_000
CLIENT_ID = 32
SPEEDS = {0: 80, 1: 60, 2: 45, 3: 30, 4: 10}
"""Ten thousand messages a minute by speed."""


def to_all(call: Call) -> Answer:
    """POST /cgi-bin/message/mass/sendall {filter{is_to_all, tag_id}, msgtype, …, clientmsgid}"""
    body = call.json()
    scope = body.get("filter")
    if not isinstance(scope, dict):
        raise Refused(40035)
    everyone = scope.get("is_to_all") is True
    fans = call.world.fans.followers(call.app.app_id)
    if not everyone:
        tag = scope.get("tag_id")
        if not isinstance(tag, int | str) or str(tag) not in map(str, call.app.tags.names):
            raise Refused(45159)
        fans = [fan for fan in fans if int(str(tag)) in fan.tags]
    return _begin(call, [fan for fan in fans if not fan.blocked], everyone, scope)


def to_list(call: Call) -> Answer:
    """POST /cgi-bin/message/mass/send {touser[2…10000], msgtype, …}"""
    openids = call.json().get("touser")
    if (
        not isinstance(openids, list)
        or len(openids) < FEWEST
        or not all(isinstance(one, str) for one in openids)
    ):
        raise Refused(40130)
    if len(openids) > MOST:
        raise Refused(40032)
    found = [call.world.fans.of(call.app.app_id, str(openid)) for openid in dict.fromkeys(openids)]
    fans = [fan for fan in found if fan is not None and fan.follows]
    if not fans:
        raise Refused(40031)
    return _begin(call, fans, False, openids)


def _begin(call: Call, fans: list[Fan], everyone: bool, scope: Any) -> Answer:
    body, settings = call.json(), call.world.settings
    kind = str(body.get("msgtype"))
    client_id = body.get("clientmsgid") or digest(scope, [kind, body.get(kind)])
    if not isinstance(client_id, str) or len(client_id) > CLIENT_ID:
        raise Refused(45067)
    call.app.mass.once(client_id, call.now, settings.mass_retry_gap_s)
    content, links = _content(call, body, leave=True)
    if everyone or call.app.kind == "subscription":
        call.app.mass.may_send_to_all(call.now, call.app.kind)
    job = new_job(KINDS[kind], content, list(fans), everyone, call.now)
    job.links = links
    call.app.mass.remember(client_id, job)
    massjobs.start(call.world, call.app, job)
    answer = OK | {"errmsg": "send job submission success", "msg_id": job.msg_id}
    return answer | ({"msg_data_id": job.data_id} if links else {})


def _content(call: Call, body: dict[str, Any], leave: bool = False) -> tuple[Any, list[str]]:
    """What the fans see, and the articles' addresses. Raises Refused 40008 and the types' own codes."""
    kind = body.get("msgtype")
    reader = READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise Refused(40008)
    part = body.get("images" if kind == "image" and "images" in body else str(kind))
    return reader(call, part if isinstance(part, dict) else {}, leave)


def _articles(call: Call, part: dict[str, Any], leave: bool) -> tuple[Any, list[str]]:
    """Articles of a draft; it leaves the draft box when it is really sent."""
    draft = call.app.drafts.find(part.get("media_id"))
    links = [publish_page(call.world, article, call.now) for article in draft.articles]
    rows = []
    for article, url in zip(draft.articles, links, strict=True):
        cover = call.app.media.find(article["thumb_media_id"], call.now)
        picture = f"{call.world.url}/__lab/media/{cover.media_id}" if cover else ""
        words = {"title": article["title"], "description": article["digest"]}
        rows.append(words | {"pic_url": picture, "url": url})
    if leave:
        call.app.drafts.leave(draft, call.now)
    return {"articles": rows}, links


def _text(call: Call, part: dict[str, Any], leave: bool) -> tuple[Any, list[str]]:
    content = part.get("content")
    if not isinstance(content, str) or not content:
        raise Refused(44004)
    if len(content.encode()) > call.world.settings.text_limit_bytes:
        raise Refused(45002)
    return content, []


def _media(call: Call, part: dict[str, Any], leave: bool) -> tuple[Any, list[str]]:
    many = part.get("media_ids")
    media_id = many[0] if isinstance(many, list) and many else part.get("media_id")
    if call.app.media.find(str(media_id), call.now) is None:
        raise Refused(40007)
    return {"media_id": str(media_id)}, []


def _card(call: Call, part: dict[str, Any], leave: bool) -> tuple[Any, list[str]]:
    if not part.get("card_id"):
        raise Refused(40035)
    return {"card_id": str(part["card_id"])}, []


KINDS = {
    "mpnews": "news",
    "text": "text",
    "voice": "voice",
    "image": "image",
    "mpvideo": "video",
    "wxcard": "wxcard",
}
READERS: dict[str, Callable[[Call, dict[str, Any], bool], tuple[Any, list[str]]]] = {
    "mpnews": _articles,
    "text": _text,
    "voice": _media,
    "image": _media,
    "mpvideo": _media,
    "wxcard": _card,
}


def preview(call: Call) -> Answer:
    """POST /cgi-bin/message/mass/preview {touser or towxname}: at once, and not counted as a mass message."""
    body = call.json()
    openid = body.get("touser") or body.get("towxname")
    fan = call.world.fans.of(call.app.app_id, str(openid))
    if fan is None or not fan.follows:
        raise Refused(40003)
    content, _ = _content(call, body)
    sent = call.world.post(fan, "mass", KINDS[str(body["msgtype"])], content)
    return OK | {"errmsg": "preview success", "msg_id": sent.msg_id}


def delete(call: Call) -> Answer:
    """POST /cgi-bin/message/mass/delete {msg_id, article_idx}: only articles and videos."""
    job = call.app.mass.find(call.json().get("msg_id"))
    if job is None or job.kind not in ("news", "video"):
        raise Refused(40035)
    job.state = "deleted"
    if isinstance(job.body, dict):
        job.body["deleted"] = True
    call.world.hub.tell("mass", job.row())
    return OK


STATES = {"done": "SEND_SUCCESS", "sending": "SENDING", "confirm": "SENDING", "deleted": "DELETE"}


def state(call: Call) -> Answer:
    """POST /cgi-bin/message/mass/get {msg_id}"""
    job = call.app.mass.find(call.json().get("msg_id"))
    if job is None:
        raise Refused(40035)
    failed = job.status and job.status != "send success"
    return {"msg_id": job.msg_id, "msg_status": "SEND_FAIL" if failed else STATES[job.state]}


def speed(call: Call) -> Answer:
    number = call.app.mass.speed
    return {"speed": number, "realspeed": SPEEDS[number]}


def set_speed(call: Call) -> Answer:
    """Raises Refused 45083 for a number outside 0–4."""
    number = call.json().get("speed")
    if not isinstance(number, int) or number not in SPEEDS:
        raise Refused(45083)
    call.app.mass.speed = number
    return OK


MASS = "/cgi-bin/message/mass"
ROUTES = (
    Endpoint(f"{MASS}/sendall", to_all, kinds=CERTIFIED, verified=True, quota=MASS, per_minute=60),
    Endpoint(f"{MASS}/send", to_list, kinds=("service",), verified=True, quota=MASS, per_minute=60),
    Endpoint(f"{MASS}/preview", preview, kinds=CERTIFIED, verified=True),
    Endpoint(f"{MASS}/delete", delete, kinds=CERTIFIED, verified=True),
    Endpoint(f"{MASS}/get", state, kinds=CERTIFIED, verified=True),
    Endpoint(f"{MASS}/speed/get", speed, ("GET", "POST"), kinds=CERTIFIED, verified=True),
    Endpoint(f"{MASS}/speed/set", set_speed, kinds=CERTIFIED, verified=True),
)
