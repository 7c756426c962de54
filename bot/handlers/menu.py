"""The bottom menu: the buttons, and what a tap on each does."""

from collections.abc import Callable

from bot.handlers import emergency, enrol, family, mine, opening
from bot.handlers.desk import Desk, Reply
from bot.handlers.words import FIRST_MINUTES
from bot.registry.menu import PAID
from core.wechat.incoming import Incoming

CHECK = "把对方说的原话、短信、链接发给我，我帮您看像不像诈骗。\n一句话也行，一段聊天也行。"

KEYS: dict[str, Callable[[Incoming, Desk], Reply | None]] = {
    "CHECK": lambda message, desk: Reply(CHECK, outcome="command"),
    PAID: lambda message, desk: Reply(FIRST_MINUTES, outcome=emergency.OUTCOME),
    "LEARN": lambda message, desk: opening.all_types(desk),
    "ENROL": enrol.start,
    "MINE": mine.reply,
    "FAMILY": family.start,
}


def clicked(message: Incoming, desk: Desk) -> Reply | None:
    handler = KEYS.get(message.event_key)
    return handler(message, desk) if handler else None
