"""What stands in a chat: one row for everything a fan sent or received."""

from typing import Any

OUTGOING = ("passive", "kf", "template", "subscribe", "mass")
"""Ways a message reaches a fan; the fan's own words have `fan`, notices of the platform `system`."""

NAMES = {
    "image": "[图片]",
    "voice": "[语音]",
    "video": "[视频]",
    "shortvideo": "[小视频]",
    "music": "[音乐]",
    "location": "[位置]",
    "link": "[链接]",
    "sticker": "[表情]",
    "miniprogrampage": "[小程序]",
    "wxcard": "[卡券]",
}


class Message:
    """One row; `body` is the text itself, or a dict shared by all who received the same thing."""

    __slots__ = ("id", "at", "openid", "via", "kind", "body", "msg_id")

    def __init__(self, at: float, openid: str, via: str, kind: str, body: Any, msg_id: int) -> None:
        self.id = 0
        self.at = at
        self.openid = openid
        self.via = via
        self.kind = kind
        self.body = body
        self.msg_id = msg_id

    def row(self, iso: str) -> dict[str, Any]:
        """The row of an inbox: `{"id","at","via","type","text"?,"articles"?,"data"?,"url"?,"msg_id"}`."""
        fields = {"text": self.body} if isinstance(self.body, str) else self.body
        return {"id": self.id, "at": iso, "via": self.via, "type": self.kind, "msg_id": self.msg_id, **fields}


def in_words(kind: str, body: Any) -> str:
    """What a fan sees of it, as one string."""
    if isinstance(body, str):
        return body
    if kind == "news":
        return "\n".join(
            f"{a.get('title', '')}\n{a.get('description', '')}".strip() for a in body["articles"]
        )
    if kind == "transfer_customer_service":
        return ""
    return str(body.get("text") or NAMES.get(kind, f"[{kind}]"))
