"""The bottom menu: the buttons, and what a tap on each does."""

from collections.abc import Callable
from typing import Any

from bot.handlers import emergency, enrol, family, library, mine
from bot.handlers.desk import Desk, Reply
from bot.handlers.words import FIRST_MINUTES
from core.wechat.incoming import Incoming

PAID = "PAID"
CHECK = "把对方说的原话、短信、链接发给我，我帮您看像不像诈骗。\n一句话也行，一段聊天也行。"

BUTTONS: list[dict[str, Any]] = [
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


KEYS: dict[str, Callable[[Incoming, Desk], Reply | None]] = {
    "CHECK": lambda message, desk: Reply(CHECK, outcome="command"),
    PAID: lambda message, desk: Reply(FIRST_MINUTES, outcome=emergency.OUTCOME),
    "LEARN": lambda message, desk: library.all_types(desk),
    "ENROL": enrol.start,
    "MINE": mine.reply,
    "FAMILY": family.start,
}


def clicked(message: Incoming, desk: Desk) -> Reply | None:
    handler = KEYS.get(message.event_key)
    return handler(message, desk) if handler else None
