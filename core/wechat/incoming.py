"""Read one callback body into Incoming, or refuse it: the only place that trusts nothing about its XML."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from core.wechat.tree import HEADER, MAX_BYTES, Contents, Malformed, contents_of

MAX_NUMBER = 2**64 - 1
LAST_SECOND = 253_402_300_799  # the end of year 9999, where datetime ends
LONGEST_DETAIL = 64  # a longer EventKey (a URL may have 1,024 bytes) enters the twin key as its digest

KINDS = frozenset({"text", "image", "voice", "video", "shortvideo", "location", "link", "event"})
COUNTED = frozenset({"templatesendjobfinish", "masssendjobfinish", "subscribe_msg_sent_event"})

__all__ = ["MAX_BYTES", "Incoming", "Malformed", "element", "read"]

_NAME = re.compile(r"[A-Za-z0-9_.@-]{1,64}")
_EVENT = re.compile(r"[a-z0-9_.-]{1,64}")
_DIGITS = re.compile(r"[0-9]{1,20}")


@dataclass(frozen=True, slots=True, repr=False)
class Incoming:
    """A message or event as the product sees it.

    `key` is the same for every delivery of one message (WeChat docs, passive replies: MsgId, or
    FromUserName + CreateTime for events). `at` is aware UTC. Strings are without outer blanks.
    `scene` is the parameter of the QR code behind a follow or a scan. `fields` holds every other element
    by its name, nested ones by a dotted path ("ScanCodeInfo.ScanResult", a repeated one "item[1]");
    `listed` holds the List entries of subscription events. Its repr shows no person and no text.
    """

    key: str
    openid: str
    account: str
    at: datetime
    kind: str
    text: str = ""
    menu_id: str = ""
    event: str = ""
    scene: str = ""
    event_key: str = ""
    fields: Mapping[str, str] = field(default_factory=dict, hash=False)
    listed: tuple[Mapping[str, str], ...] = field(default=(), hash=False)

    def __repr__(self) -> str:
        return f"<Incoming {self.kind} {self.event}>" if self.event else f"<Incoming {self.kind}>"


def _name(plain: dict[str, str], element: str) -> str:
    value = plain.get(element, "")
    if not _NAME.fullmatch(value):
        raise Malformed(f"no usable {element}")
    return value


def _number(value: str, limit: int = MAX_NUMBER) -> int:
    if not _DIGITS.fullmatch(value) or int(value) > limit:
        raise Malformed("a number is not usable")
    return int(value)


def _openid(plain: dict[str, str], event: str) -> str:
    """Authorization events come from a service account of the platform; the person is in OpenID.

    Source: WeChat docs, change of user authorization.
    """
    sender = _name(plain, "FromUserName")
    if event.startswith("user_authorization_") or (event == "user_info_modified" and "OpenID" in plain):
        return _name(plain, "OpenID")
    return sender


def _scene(event: str, event_key: str) -> str:
    """A scan carries the bare scene, a follow carries it behind "qrscene_" (WeChat docs, event pushes)."""
    if event == "scan":
        return event_key
    return event_key.removeprefix("qrscene_") if event_key.startswith("qrscene_") else ""


def _kind_and_event(plain: dict[str, str]) -> tuple[str, str]:
    kind = plain.get("MsgType", "").lower()
    event = plain.get("Event", "").lower() if kind == "event" else ""
    if not _NAME.fullmatch(kind) or (kind == "event" and not _EVENT.fullmatch(event)):
        raise Malformed("no usable MsgType and Event")
    return kind, event


def _key(openid: str, seconds: int, kind: str, event: str, contents: Contents) -> str:
    plain = contents.plain
    if "MsgId" in plain and (number := _number(plain["MsgId"])):
        return f"m:{number}"
    if event in COUNTED and (numbers := _message_numbers(contents)):
        return f"e:{event}:{_short(','.join(numbers))}"
    detail = plain.get("EventKey", "") if event else plain.get("Content", "")
    return f"e:{openid}:{seconds}:{event or kind}:{_short(detail)}"


def _message_numbers(contents: Contents) -> list[str]:
    given = [contents.plain.get("MsgID", ""), *(entry.get("MsgID", "") for entry in contents.listed)]
    return [str(_number(number)) for number in given if number]


def _short(detail: str) -> str:
    if len(detail) <= LONGEST_DETAIL:
        return detail
    return "#" + hashlib.sha256(detail.encode()).hexdigest()[:40]


def read(xml: bytes) -> Incoming:
    """The message in a plain or decrypted body of at most 64 KB; raises Malformed and nothing else.

    An unknown MsgType is kind "other" with its name in `fields["MsgType"]`; an unknown event is kept.
    """
    contents = contents_of(xml)
    plain = contents.plain
    kind, event = _kind_and_event(plain)
    seconds = _number(plain.get("CreateTime", ""), LAST_SECOND)
    openid = _openid(plain, event)
    fields = {name: value for name, value in plain.items() if name not in HEADER} | contents.nested
    return Incoming(
        key=_key(openid, seconds, kind, event, contents),
        openid=openid,
        account=_name(plain, "ToUserName"),
        at=datetime.fromtimestamp(seconds, UTC),
        kind=kind if kind in KINDS else "other",
        text=plain.get("Content", ""),
        menu_id=plain.get("bizmsgmenuid", ""),
        event=event,
        scene=_scene(event, plain.get("EventKey", "")),
        event_key=plain.get("EventKey", "") if event else "",
        fields=fields if kind in KINDS else fields | {"MsgType": kind},
        listed=tuple(contents.listed),
    )


def element(xml: bytes, name: str) -> str | None:
    """The text of one plain top-level element, None when it is not there; raises Malformed."""
    return contents_of(xml).plain.get(name)
