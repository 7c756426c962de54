"""Customer-service messages and the typing sign.

WeChat docs, customer-service messages; what is allowed when is in lab/windows.py.
"""

from collections.abc import Callable
from typing import Any

from lab import windows
from lab.api.replies import EVERY, OK
from lab.call import Answer, Call, Endpoint
from lab.errors import Refused


def send(call: Call) -> Answer:
    """POST /cgi-bin/message/custom/send"""
    body, fan = call.json(), call.fan()
    kind = body.get("msgtype")
    reader = READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise Refused(40008)
    shown = reader(call, _part(body, str(kind)))
    windows.spend(fan, call.now, call.world.settings)
    call.world.store.fan(fan)
    call.world.post(fan, "kf", KINDS.get(str(kind), str(kind)), _dressed(body, shown))
    return OK


def _part(body: dict[str, Any], kind: str) -> dict[str, Any]:
    part = body.get(kind)
    if not isinstance(part, dict):
        raise Refused(44004 if kind == "text" else 47001)
    return part


def _hint(body: dict[str, Any], name: str) -> dict[str, Any]:
    part = body.get(name) or {}
    if not isinstance(part, dict):
        raise Refused(47001)
    return part


def _dressed(body: dict[str, Any], shown: Any) -> Any:
    """The AI label and the assistant's name stand under the message."""
    hints: dict[str, Any] = {}
    if _hint(body, "aimsgcontext").get("is_ai_msg") == 1:
        hints["ai"] = "内容由第三方AI生成"
    if account := _hint(body, "customservice").get("kf_account"):
        hints["kf_account"] = account
    if not hints:
        return shown
    return hints | ({"text": shown} if isinstance(shown, str) else shown)


def _text(call: Call, part: dict[str, Any]) -> Any:
    content = part.get("content")
    if not isinstance(content, str) or not content:
        raise Refused(44004)
    if len(content.encode("utf-8", "replace")) > call.world.settings.text_limit_bytes:
        raise Refused(45002)
    return content


def _media(call: Call, part: dict[str, Any]) -> Any:
    media_id = part.get("media_id")
    if not isinstance(media_id, str) or call.app.media.find(media_id, call.now) is None:
        raise Refused(40007)
    return {"media_id": media_id}


def _video(call: Call, part: dict[str, Any]) -> Any:
    words = {"title": str(part.get("title", "")), "description": str(part.get("description", ""))}
    return _media(call, part) | words


def _music(call: Call, part: dict[str, Any]) -> Any:
    names = {"title": "title", "description": "description", "url": "musicurl", "hq_url": "hqmusicurl"}
    return {ours: str(part.get(theirs, "")) for ours, theirs in names.items()}


def _news(call: Call, part: dict[str, Any]) -> Any:
    articles = part.get("articles")
    if not isinstance(articles, list) or not articles:
        raise Refused(44003)
    if len(articles) > 1:
        raise Refused(45008)
    row = articles[0] if isinstance(articles[0], dict) else {}
    names = {"title": "title", "description": "description", "pic_url": "picurl", "url": "url"}
    return {"articles": [{ours: str(row.get(theirs, "")) for ours, theirs in names.items()}]}


def _menu(call: Call, part: dict[str, Any]) -> Any:
    rows = part.get("list")
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise Refused(40035)
    items = [{"id": str(row.get("id", "")), "content": str(row.get("content", ""))} for row in rows]
    if not all(item["id"] and item["content"] for item in items):
        raise Refused(40035)
    head, tail = str(part.get("head_content", "")), str(part.get("tail_content", ""))
    text = "\n".join(filter(None, [head, *(item["content"] for item in items), tail]))
    return {"text": text, "head": head, "list": items, "tail": tail}


def _article(call: Call, part: dict[str, Any]) -> Any:
    """mpnewsarticle: a published article by its id."""
    draft = call.app.drafts.by_article(part.get("article_id"))
    first = draft.articles[0]
    words = {"title": first["title"], "description": first["digest"]}
    return {"articles": [words | {"pic_url": "", "url": str(first.get("url", ""))}]}


def _card(call: Call, part: dict[str, Any]) -> Any:
    if not part.get("card_id"):
        raise Refused(40035)
    return {"card_id": str(part["card_id"])}


def _mini(call: Call, part: dict[str, Any]) -> Any:
    if not part.get("appid") or not part.get("title"):
        raise Refused(40035)
    if part.get("thumb_media_id") and call.app.media.find(str(part["thumb_media_id"]), call.now) is None:
        raise Refused(40007)
    names = {"title": "title", "app_id": "appid", "page": "pagepath", "thumb_media_id": "thumb_media_id"}
    return {ours: str(part.get(theirs, "")) for ours, theirs in names.items()}


Reader = Callable[[Call, dict[str, Any]], Any]
READERS: dict[str, Reader] = {
    "text": _text,
    "image": _media,
    "voice": _media,
    "video": _video,
    "music": _music,
    "news": _news,
    "mpnewsarticle": _article,
    "msgmenu": _menu,
    "wxcard": _card,
    "miniprogrampage": _mini,
}
KINDS = {"mpnewsarticle": "news"}
"""Types that look like another one in the chat."""


def typing(call: Call) -> Answer:
    """POST /cgi-bin/message/custom/typing"""
    fan, command = call.fan(), call.json().get("command")
    if command not in ("Typing", "CancelTyping"):
        raise Refused(45072)
    if call.now - fan.spoke_at > call.world.settings.typing_contact_s:
        raise Refused(45080)
    call.world.hub.tell("typing", {"openid": fan.openid, "on": command == "Typing"})
    return OK


ROUTES = (
    Endpoint("/cgi-bin/message/custom/send", send, kinds=EVERY, verified=True),
    Endpoint("/cgi-bin/message/custom/typing", typing, kinds=EVERY, verified=True),
)
