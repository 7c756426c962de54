"""Words that start something, wherever a dialogue stands."""

import re

from bot.handlers import enrol, family, leave, mine, profile
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
    "取消登记": leave.ask,
    "不想登记了": leave.ask,
    "我不想登记了": leave.ask,
    "删除我的信息": leave.ask,
    "删除信息": leave.ask,
    "删除我的资料": leave.ask,
    "怎么注销": leave.ask,
    "如何注销": leave.ask,
    "怎么取消登记": leave.ask,
}
FOR_FAMILY = re.compile(
    r"(?:我)?(?:家里?人?|老人|父母|爸妈?|妈妈?|爸爸|老爸|老妈|爷爷?|奶奶?|姥姥|姥爷|孩子|老伴)(?:他|她)?(?:不用|没有|没|不会用)微信(?:我)?(?:想|要|能|可以|怎么)?(?:给|帮|替)(?:他|她|他们)(?:登记|注册)(?:一下)?[吗呢吧]?"
    r"|(?:我)?(?:想|要|怎么|能)?(?:给|帮|替)(?:我)?(?:的)?(?:家里?人?|老人|父母|爸妈?|妈妈?|爸爸|老爸|老妈|爷爷?|奶奶?|姥姥|姥爷|孩子|儿子|女儿|老公|老婆|老伴|媳妇)(?:登记|注册)(?:一下)?[吗呢吧]?"
)
CHANGES = re.compile(
    r"(?:我要|我想)?(?:修改|更改|(?:更换|换|改)(?=.))(?:一下)?(?:我的)?"
    r"(?:信息|资料|身份|年龄段?|手机号?码?|电话|电话号码)?"
)


def reply(message: Incoming, desk: Desk) -> Reply | None:
    if handler := COMMANDS.get(desk.typed):
        return handler(message, desk)
    if FOR_FAMILY.fullmatch(desk.typed):
        return family.start(message, desk)
    return profile.again(desk) if CHANGES.fullmatch(desk.typed) else enrol.wanted(message, desk)
