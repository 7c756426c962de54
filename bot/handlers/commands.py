"""Words that start something, wherever a dialogue stands."""

from bot.handlers import enrol, family, leave, mine
from bot.handlers.desk import Desk, Handler, Reply
from core.wechat.incoming import Incoming

COMMANDS: dict[str, Handler] = {
    "登记": enrol.start,
    "注册": enrol.start,
    "我要登记": enrol.start,
    "登记单位": enrol.start,
    "换单位": enrol.start,
    "更换单位": enrol.start,
    "我的": mine.reply,
    "我的信息": mine.reply,
    "家人": family.start,
    "给家人登记": family.start,
    "注销": leave.ask,
}


def reply(message: Incoming, desk: Desk) -> Reply | None:
    handler = COMMANDS.get(message.text.strip().strip("“”\"'。.！!"))
    return handler(message, desk) if handler else None
