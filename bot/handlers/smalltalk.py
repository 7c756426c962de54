"""Greetings, thanks, help and messages without words."""

import re

from bot.handlers.desk import Desk, Reply
from bot.handlers.words import GREETING, HELP, THANKS
from core.wechat.incoming import Incoming

GREET = re.compile(
    r"(您好|你好|hi|hello|在吗|在么|有人吗|有人在吗|早上好|上午好|下午好|晚上好|早|嗨|哈喽)[呀啊吗么！!~。.？?]*"
)
THANK = re.compile(r"(谢谢|多谢|感谢|谢了|辛苦了?|好的谢谢|谢谢(你|您|你们)|thanks?)[啦了呀啊！!~。.]*")
HELPS = {"帮助", "help", "?", "？", "怎么用", "菜单", "功能"}
WORDLESS = re.compile(r"[\W\d_]*")
PLAIN = {
    "嗯",
    "嗯嗯",
    "哦",
    "噢",
    "好",
    "好的",
    "行",
    "知道了",
    "收到",
    "ok",
    "哈哈",
    "哈哈哈",
    "是",
    "是的",
    "对",
    "没有",
    "不是",
}


def reply(message: Incoming, desk: Desk) -> Reply | None:
    text = message.text.strip().lower()
    if text in HELPS:
        return Reply(HELP)
    if GREET.fullmatch(text):
        return Reply(GREETING)
    if THANK.fullmatch(text):
        return Reply(THANKS)
    if text in PLAIN or WORDLESS.fullmatch(text):
        return Reply("把对方说的原话发给我，我帮您看像不像诈骗。\n回复“帮助”看能做什么。")
    return None
