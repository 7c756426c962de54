"""The bottom menu as the office arranges it: what a button may do, and the rules of WeChat for names and numbers."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from bot.registry import audit
from bot.registry.models import Option
from bot.registry.options import Setting, setting
from bot.registry.wording import plain_text
from core.errors import Refusal

Button = dict[str, Any]
MENU, PUSHED = "menu", "menu_pushed"
PAID = "PAID"
ACTIONS = {
    "CHECK": "请对方把原话发来",
    PAID: "我已经转账了：急救卡",
    "LEARN": "骗局大全",
    "ENROL": "登记单位",
    "MINE": "我的信息",
    "FAMILY": "给家人登记",
}
"""What a tap may do inside the chat; the handlers know the same keys."""
TOP, SUB = 3, 5
TOP_BYTES, SUB_BYTES, URL_BYTES = 16, 60, 1024  # WeChat docs, custom menu
USUAL: list[Button] = [
    {"name": "查骗局", "sub_button": [
        {"type": "click", "name": "这是不是诈骗", "key": "CHECK"},
        {"type": "click", "name": "我已经转账了", "key": PAID},
    ]},
    {"type": "click", "name": "学案例", "key": "LEARN"},
    {"name": "我的", "sub_button": [
        {"type": "click", "name": "登记单位", "key": "ENROL"},
        {"type": "click", "name": "我的信息", "key": "MINE"},
        {"type": "click", "name": "给家人登记", "key": "FAMILY"},
    ]},
]  # fmt: skip


def menu_now(session: Session) -> Setting:
    """The menu as it was last saved, or the usual one."""
    return setting(session, MENU, USUAL)


def pushed(session: Session) -> Setting:
    """The menu that was last put into WeChat; None before the first time."""
    return setting(session, PUSHED)


def note_pushed(session: Session, buttons: Sequence[Button], actor: str, now: datetime) -> None:
    """Remember what WeChat has taken, and when."""
    before = pushed(session)
    written = json.dumps(list(buttons), ensure_ascii=False)
    session.add(Option(name=PUSHED, version=before.version + 1, value=written, set_by=actor[:60], set_at=now))
    session.flush()
    old = {"菜单": outlined(before.value)} if before.version else None
    audit.note(session, actor, "menu.push", "微信菜单", now, old, {"菜单": outlined(buttons)})


def checked(buttons: Sequence[Button]) -> list[Button]:
    """The buttons as WeChat takes them. Raises Refusal naming the button that is wrong."""
    made = [_top(button) for button in buttons]
    if not 1 <= len(made) <= TOP:
        raise Refusal(f"菜单要有 1 到 {TOP} 个一级按钮。")
    if PAID not in {leaf.get("key") for leaf in leaves(made)}:
        raise Refusal(f"菜单里必须有“{ACTIONS[PAID]}”：正在被骗的人要一下就找得到。")
    return made


def _top(button: Button) -> Button:
    entries = button.get("sub_button") or []
    if not entries:
        return _leaf(button, TOP_BYTES)
    if len(entries) > SUB:
        raise Refusal(f"“{button['name']}”下面最多 {SUB} 个。")
    name = _name(button["name"], TOP_BYTES)
    return {"name": name, "sub_button": [_leaf(entry, SUB_BYTES) for entry in entries]}


def _leaf(button: Button, most: int) -> Button:
    name = _name(button.get("name", ""), most)
    if url := button.get("url"):
        return {"type": "view", "name": name, "url": _address(name, url)}
    if button.get("key") not in ACTIONS:
        raise Refusal(f"请给“{name}”选点了以后做什么。")
    return {"type": "click", "name": name, "key": button["key"]}


def _name(typed: str, most: int) -> str:
    what = f"按钮名称“{typed[:12]}”" if typed.strip() else "按钮名称"
    return plain_text(typed, most, what, one_line=True)


def _address(name: str, url: str) -> str:
    parts = urlsplit(url)
    if (
        parts.scheme != "https"
        or not parts.netloc
        or len(url.encode()) > URL_BYTES
        or not url.isprintable()
        or " " in url
    ):
        raise Refusal(f"“{name}”的网址应以 https:// 开头，没有空格，最多 {URL_BYTES} 个字节。")
    return url


def leaves(buttons: Sequence[Button]) -> Iterator[Button]:
    """Every button that does something."""
    for button in buttons:
        yield from button.get("sub_button") or [button]


def outlined(buttons: Sequence[Button]) -> list[str]:
    """The menu as lines a person can compare."""
    lines = []
    for button in buttons:
        lines.append(_said(button))
        lines += [f"　{_said(entry)}" for entry in button.get("sub_button") or []]
    return lines


def _said(button: Button) -> str:
    if button.get("sub_button"):
        return str(button["name"])
    does = button.get("url") or ACTIONS.get(
        str(button.get("key")), f"{button.get('type', '')} {button.get('key', '')}"
    )
    return f"{button.get('name', '')} → {does}"
