"""Everything the product asks of WeChat, with typed answers and one exception."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from core.wechat.client import StableClient
from core.wechat.incoming import LAST_SECOND
from core.wechat.outcome import CallFailed, Outcome
from core.wechat.reply import legal

SHOW_QR = "https://mp.weixin.qq.com/cgi-bin/showqrcode"
MEDIA_LIMIT = 10 * 1024 * 1024
QR_LIMIT = 1024 * 1024
NO_MENU = 46003


@dataclass(frozen=True, slots=True)
class FollowerPage:
    """At most 10,000 openids; a page without openids is the end, whatever `next_openid` says."""

    total: int
    openids: tuple[str, ...]
    next_openid: str


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """What WeChat tells about an openid; without a name or picture, and nothing more once they left.

    `subscribe_time` is aware UTC; `scene` is the parameter of the QR code they came by, or "".
    """

    openid: str
    subscribed: bool
    subscribe_time: datetime | None = None
    scene: str = ""


@dataclass(frozen=True, slots=True)
class QrCode:
    """`url` is what the code says; the picture is fetched by `ticket`. `expires_s` None: permanent."""

    ticket: str
    url: str
    expires_s: int | None


@dataclass(frozen=True, slots=True)
class Media:
    """A file a person sent, as WeChat stored it."""

    content_type: str
    data: bytes


class Gateway(Protocol):
    """All methods raise CallFailed and nothing else."""

    def send_text(self, openid: str, text: str) -> None:
        """A customer-service message of at most 2,000 UTF-8 bytes, within the person's window."""

    def send_menu(self, openid: str, head: str, items: Sequence[tuple[str, str]], tail: str) -> None:
        """A customer-service menu of (id, words); a tap comes back as a text with `menu_id`."""

    def typing(self, openid: str, on: bool) -> None:
        """Show or hide "正在输入"; that it is already so is no failure."""

    def followers(self, next_openid: str = "") -> FollowerPage:
        """One page of the followers after `next_openid`."""

    def user_info(self, openid: str) -> Person:
        """Whether and since when they follow."""

    def create_menu(self, buttons: Sequence[Mapping[str, Any]]) -> None:
        """Replace the whole bottom menu; `buttons` as in WeChat docs, custom menus."""

    def get_menu(self) -> list[dict[str, Any]]:
        """The buttons of the bottom menu; [] when there is none."""

    def delete_menu(self) -> None:
        """Remove the bottom menu."""

    def create_qr(self, scene: str, *, expires_s: int | None) -> QrCode:
        """A QR code with `scene` of 1 to 64 characters; permanent (100,000 in all) for None."""

    def qr_image(self, ticket: str) -> bytes:
        """The picture of a QR code."""

    def fetch_media(self, media_id: str, *, limit_bytes: int = MEDIA_LIMIT) -> Media:
        """A picture, voice or file that a person sent in the last three days."""

    def token_check(self) -> float:
        """Ask for the token now: the seconds it lives."""

    def callback_ips(self) -> tuple[str, ...]:
        """The addresses and networks that callbacks come from."""


class WeChatGateway:
    """The gateway over the real platform, or the lab; shareable between threads."""

    def __init__(self, client: StableClient) -> None:
        self._client = client

    def send_text(self, openid: str, text: str) -> None:
        self._client.message.send_text(openid, legal(text))

    def send_menu(self, openid: str, head: str, items: Sequence[tuple[str, str]], tail: str) -> None:
        entries = [{"id": number, "content": legal(words)} for number, words in items]
        menu = {"head_content": legal(head), "list": entries, "tail_content": legal(tail)}
        self._client.message.send_msg_menu(openid, menu)

    def typing(self, openid: str, on: bool) -> None:
        command = "Typing" if on else "CancelTyping"
        try:
            self._client.post("message/custom/typing", data={"touser": openid, "command": command})
        except CallFailed as failure:
            if failure.outcome is not Outcome.IGNORE:
                raise

    def followers(self, next_openid: str = "") -> FollowerPage:
        answer = self._client.user.get_followers(next_openid)
        data = answer.get("data", {})  # left out on an empty page
        openids = data.get("openid", []) if isinstance(data, dict) else None
        if not isinstance(openids, list) or not all(isinstance(openid, str) for openid in openids):
            raise CallFailed(Outcome.UNKNOWN, None, "user/get")
        following = str(answer.get("next_openid", "")) if openids else ""
        return FollowerPage(_number(answer, "total", "user/get"), tuple(openids), following)

    def user_info(self, openid: str) -> Person:
        answer = self._client.user.get(openid)
        if not _number(answer, "subscribe", "user/info"):
            return Person(openid, subscribed=False)
        seconds = _number(answer, "subscribe_time", "user/info")
        if not 0 <= seconds <= LAST_SECOND:
            raise CallFailed(Outcome.UNKNOWN, None, "user/info")
        scene = answer.get("qr_scene_str") or answer.get("qr_scene") or ""
        return Person(openid, True, datetime.fromtimestamp(seconds, UTC), str(scene))

    def create_menu(self, buttons: Sequence[Mapping[str, Any]]) -> None:
        self._client.menu.create({"button": [dict(button) for button in buttons]})

    def get_menu(self) -> list[dict[str, Any]]:
        try:
            answer = self._client.menu.get()
        except CallFailed as failure:
            if failure.code != NO_MENU:
                raise
            return []
        menu = answer.get("menu")
        buttons = menu.get("button") if isinstance(menu, dict) else None
        if not isinstance(buttons, list):
            raise CallFailed(Outcome.UNKNOWN, None, "menu/get")
        return buttons

    def delete_menu(self) -> None:
        self._client.menu.delete()

    def create_qr(self, scene: str, *, expires_s: int | None) -> QrCode:
        # Without expire_seconds WeChat makes a code that lives 30 seconds.
        life = {} if expires_s is None else {"expire_seconds": expires_s}
        action = "QR_LIMIT_STR_SCENE" if expires_s is None else "QR_STR_SCENE"
        asked = {"action_name": action, "action_info": {"scene": {"scene_str": scene}}}
        answer = self._client.qrcode.create(life | asked)
        ticket, url = (_text(answer, name, "qrcode/create") for name in ("ticket", "url"))
        return QrCode(ticket, url, _number(answer, "expire_seconds", "qrcode/create") if life else None)

    def qr_image(self, ticket: str) -> bytes:
        kind, data = self._client.fetch(SHOW_QR, {"ticket": ticket}, QR_LIMIT)
        if not kind.startswith("image/"):
            raise CallFailed(Outcome.UNKNOWN, None, SHOW_QR)
        return data

    def fetch_media(self, media_id: str, *, limit_bytes: int = MEDIA_LIMIT) -> Media:
        return Media(*self._client.fetch("media/get", {"media_id": media_id}, limit_bytes))

    def token_check(self) -> float:
        return float(self._client.fetch_access_token()["expires_in"])

    def callback_ips(self) -> tuple[str, ...]:
        addresses = self._client.get("getcallbackip").get("ip_list")
        if not isinstance(addresses, list):
            raise CallFailed(Outcome.UNKNOWN, None, "getcallbackip")
        return tuple(map(str, addresses))


def _number(answer: Mapping[str, Any], name: str, path: str) -> int:
    value = answer.get(name)
    if not isinstance(value, int):
        raise CallFailed(Outcome.UNKNOWN, None, path)
    return value


def _text(answer: Mapping[str, Any], name: str, path: str) -> str:
    value = answer.get(name)
    if not isinstance(value, str) or not value:
        raise CallFailed(Outcome.UNKNOWN, None, path)
    return value
