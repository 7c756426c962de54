"""The answer to a callback, judged as the platform judges it."""

from dataclasses import dataclass
from typing import Any

from lab import crypto, xmlwire
from lab.accounts import App
from lab.settings import Settings

BROKEN = {
    "service": "该服务号提供的服务出现故障，请稍后再试",
    "sandbox": "该服务号提供的服务出现故障，请稍后再试",
    "subscription": "该公众号提供的服务出现故障，请稍后再试",
    "miniprogram": "该小程序提供的服务出现故障，请稍后再试",
}


class Invalid(Exception):
    """A reply the platform does not accept; the text says why."""


@dataclass(slots=True)
class Reply:
    """A passive reply: its type and the fields a fan sees."""

    kind: str
    body: Any
    plain: str

    def row(self) -> dict[str, Any]:
        fields = {"text": self.body} if isinstance(self.body, str) else self.body
        return {"type": self.kind, **fields}


def judged(app: App, openid: str, answer: bytes, settings: Settings, event: bool) -> Reply | None:
    """The reply inside the answer; None for `success` and for nothing. Raises Invalid."""
    if answer.strip() in (b"", b"success"):
        return None
    plain = _opened(app, answer)
    fields = _read(plain)
    if fields.get("ToUserName") != openid or fields.get("FromUserName") != app.account_id:
        raise Invalid("ToUserName or FromUserName does not fit")
    if not str(fields.get("CreateTime", "")).strip().isdigit():
        raise Invalid("CreateTime is not a number")
    kind = fields.get("MsgType")
    reader = READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise Invalid(f"MsgType {kind!r}")
    return Reply(str(kind), reader(app, fields, settings, event), plain.decode("utf-8", "replace"))


def _read(body: bytes) -> dict[str, Any]:
    try:
        return xmlwire.read(body)
    except xmlwire.BadXml as broken:
        raise Invalid(f"not XML: {broken}") from broken


def _opened(app: App, answer: bytes) -> bytes:
    fields = _read(answer)
    sealed = fields.get("Encrypt")
    if sealed is None:
        if app.mode == "safe":
            raise Invalid("a plain reply in safe mode")
        return answer
    if app.mode == "plain":
        raise Invalid("an encrypted reply in plain mode")
    parts = [fields.get(name) for name in ("TimeStamp", "Nonce", "Encrypt")]
    if not all(isinstance(part, str) for part in parts):
        raise Invalid("TimeStamp, Nonce or Encrypt is missing")
    if crypto.signature(app.token, *map(str, parts)) != fields.get("MsgSignature"):
        raise Invalid("MsgSignature does not fit")
    try:
        return crypto.open_seal(app.key, app.app_id, str(sealed))
    except crypto.BadSeal as broken:
        raise Invalid(f"cannot decrypt: {broken}") from broken


def _text(app: App, fields: dict[str, Any], settings: Settings, event: bool) -> Any:
    content = fields.get("Content")
    if not isinstance(content, str) or not content:
        raise Invalid("Content is missing")
    if len(content.encode()) > settings.text_limit_bytes:
        raise Invalid("Content is too long")
    return content


def _inner(fields: dict[str, Any], name: str) -> dict[str, Any]:
    found = fields.get(name)
    if not isinstance(found, dict):
        raise Invalid(f"{name} is missing")
    return found


def _media(app: App, found: dict[str, Any]) -> str:
    media_id = found.get("MediaId", "")
    if not isinstance(media_id, str) or not app.media.knows(media_id):
        raise Invalid("MediaId is unknown")
    return media_id


def _one_media(name: str) -> Any:
    def read(app: App, fields: dict[str, Any], settings: Settings, event: bool) -> Any:
        return {"media_id": _media(app, _inner(fields, name))}

    return read


def _video(app: App, fields: dict[str, Any], settings: Settings, event: bool) -> Any:
    found = _inner(fields, "Video")
    words = {"title": found.get("Title", ""), "description": found.get("Description", "")}
    return {"media_id": _media(app, found), **words}


def _music(app: App, fields: dict[str, Any], settings: Settings, event: bool) -> Any:
    found = _inner(fields, "Music")
    names = {"title": "Title", "description": "Description", "url": "MusicUrl", "hq_url": "HQMusicUrl"}
    return {ours: found.get(theirs, "") for ours, theirs in names.items()}


def _news(app: App, fields: dict[str, Any], settings: Settings, event: bool) -> Any:
    items = _inner(fields, "Articles").get("item")
    given = items if isinstance(items, list) else [items]
    rows = [row for row in given if isinstance(row, dict)]
    if not rows or len(rows) != len(given):
        raise Invalid("Articles has no item")
    if str(fields.get("ArticleCount", "")).strip() != str(len(rows)):
        raise Invalid("ArticleCount does not fit")
    most = settings.passive_news_max if event else settings.passive_news_max_message
    return {"articles": [_article(row) for row in rows[:most]]}


def _article(row: dict[str, Any]) -> dict[str, str]:
    names = {"title": "Title", "description": "Description", "pic_url": "PicUrl", "url": "Url"}
    return {ours: str(row.get(theirs, "")) for ours, theirs in names.items()}


def _transfer(app: App, fields: dict[str, Any], settings: Settings, event: bool) -> Any:
    info = fields.get("TransInfo")
    return {"kf_account": info.get("KfAccount", "") if isinstance(info, dict) else ""}


READERS: dict[str, Any] = {
    "text": _text,
    "image": _one_media("Image"),
    "voice": _one_media("Voice"),
    "video": _video,
    "music": _music,
    "news": _news,
    "transfer_customer_service": _transfer,
}
