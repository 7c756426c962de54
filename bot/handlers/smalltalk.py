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
WHO = re.compile(
    r"(?:你|您)(?:是|们是)(?:谁|什么|机器人|真人|人工)[吗呢啊呀]?|(?:转|找|我要)?人工(?:客服|服务)?"
    r"|(?:你们的?)?(?:联系)?电话(?:是)?(?:多少|号码)?|怎么联系(?:你们)?|(?:怎么|在哪|我要)?举报[吗呢]?"
)
ABOUT = """这里是自动回复的反诈服务号，把对方的原话发来，我帮您看像不像诈骗。
要跟人说：拿不准、要举报线索拨打96110；已经转账拨打110。"""
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
    if WHO.fullmatch(desk.typed):
        return Reply(ABOUT)
    if text in PLAIN or WORDLESS.fullmatch(text):
        return Reply("把对方说的原话发给我，我帮您看像不像诈骗。\n回复“帮助”看能做什么。")
    return None
