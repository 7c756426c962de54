"""The menu at the bottom of a chat: its rules, and the conditional ones.

WeChat docs, custom menu: at most three buttons with five entries each; names 16 and 60 bytes,
keys 128, addresses 1024.
"""

from collections.abc import Iterator
from typing import Any

from lab.errors import Refused

KEYED = {"click", "scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album", "pic_weixin"}
KEYED |= {"location_select"}
NEEDS = {
    **dict.fromkeys(KEYED, "key"),
    "view": "url",
    "miniprogram": "url",
    "media_id": "media_id",
    "view_limited": "media_id",
    "article_id": "article_id",
    "article_view_limited": "article_id",
}
TOP, SUB = 3, 5
KEY_BYTES, URL_BYTES, NAME_BYTES, SUB_NAME_BYTES = 128, 1024, 16, 60


class MenuBook:
    """The default menu and the conditional ones of one account."""

    def __init__(self) -> None:
        self.buttons: list[dict[str, Any]] = []
        self.conditional: dict[int, dict[str, Any]] = {}
        self.next_id = 400000001

    def dump(self) -> dict[str, Any]:
        rows = [[menu_id, menu] for menu_id, menu in self.conditional.items()]
        return {"buttons": self.buttons, "conditional": rows, "next_id": self.next_id}

    def load(self, kept: dict[str, Any]) -> None:
        self.buttons, self.next_id = kept["buttons"], kept["next_id"]
        self.conditional = dict(kept["conditional"])

    def shown_to(self, tags: tuple[int, ...], client: str) -> tuple[list[dict[str, Any]], int | None]:
        """The buttons a fan with these tags and client (1 iOS, 2 Android, 3 other) sees, and their id."""
        for menu_id in reversed(self.conditional):
            rule = self.conditional[menu_id]["matchrule"]
            tag, system = str(rule.get("tag_id", "")), str(rule.get("client_platform_type", ""))
            if (not tag or tag in map(str, tags)) and (not system or system == client):
                return self.conditional[menu_id]["button"], menu_id
        return self.buttons, None


def checked(buttons: Any) -> list[dict[str, Any]]:
    """The buttons as the platform keeps them. Raises Refused 40016–40027."""
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= TOP:
        raise Refused(40016)
    return [_top(button) for button in buttons]


def _top(button: Any) -> dict[str, Any]:
    if not isinstance(button, dict):
        raise Refused(40016)
    name = _name(button, NAME_BYTES, 40018)
    entries = button.get("sub_button")
    if entries:
        if not isinstance(entries, list) or len(entries) > SUB:
            raise Refused(40023)
        return {"name": name, "sub_button": [_leaf(entry, sub=True) for entry in entries]}
    return _leaf(button, sub=False) | {"sub_button": []}


def _leaf(button: Any, sub: bool) -> dict[str, Any]:
    if not isinstance(button, dict):
        raise Refused(40023 if sub else 40016)
    kept = {
        "type": button.get("type"),
        "name": _name(button, SUB_NAME_BYTES if sub else NAME_BYTES, 40025 if sub else 40018),
    }
    need = NEEDS.get(str(button.get("type")))
    if need is None:
        raise Refused(40024 if sub else 40017)
    kept[need] = _value(button, need, sub)
    if button["type"] == "miniprogram":
        app_id = str(button.get("appid", ""))
        if not app_id or app_id != app_id.lower():
            raise Refused(40013)
        kept |= {"appid": app_id, "pagepath": str(button.get("pagepath", ""))}
    return kept


def _name(button: dict[str, Any], most: int, code: int) -> str:
    name = button.get("name")
    if not isinstance(name, str) or not 1 <= len(name.encode()) <= most:
        raise Refused(code)
    return name


def _value(button: dict[str, Any], need: str, sub: bool) -> str:
    most, code = (
        (URL_BYTES, 40027 if sub else 40020) if need == "url" else (KEY_BYTES, 40026 if sub else 40019)
    )
    value = button.get(need)
    if not isinstance(value, str) or not 1 <= len(value.encode()) <= most:
        raise Refused(code)
    if need == "url" and not value.startswith(("http://", "https://")):
        raise Refused(40054 if sub else 40055)
    return value


def leaves(buttons: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every entry that can be tapped."""
    for button in buttons:
        yield from button.get("sub_button") or [button]
