"""Words that start something, wherever a dialogue stands."""

from bot.handlers import enrol, family, leave, mine
from bot.handlers.desk import Desk, Handler, Reply
from core.wechat.incoming import Incoming

COMMANDS: dict[str, Handler] = {
    "我的": mine.reply,
    "我的信息": mine.reply,
    "我的资料": mine.reply,
    "家人": family.start,
    "给家人登记": family.start,
    "登记家人": family.start,
    "注销": leave.ask,
    "我要注销": leave.ask,
}


def reply(message: Incoming, desk: Desk) -> Reply | None:
    handler = COMMANDS.get(desk.typed)
    return handler(message, desk) if handler else enrol.wanted(message, desk)
