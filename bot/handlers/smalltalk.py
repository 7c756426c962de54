"""Greetings, thanks, help and messages without words."""

import re

from bot.handlers.desk import Desk, Reply
from bot.handlers.words import THANKS
from bot.registry import greeting
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
GRATEFUL = re.compile(
    r"(?:真的?|太|非常|十分|好的?|嗯|哎呀?|我?要)?(?:谢谢|多谢|感谢|谢了|多亏|幸亏)(?!.*(?:吗|么|呢|怎么|是不是|让|叫|要我|帮我)).{0,24}"
)
"""Thanks with a word on what for. Where the library hears something in it, it is a question."""
ABUSE = re.compile(
    r"(?:你们?|您|这些?|那些?|什么|真|是|个|一群|都|就是|全是|破){0,4}"
    r"(?:傻[逼b比叉x]|煞笔|sb|废物|混蛋|王八蛋|狗屁|滚|滚蛋|滚开|他?妈的|[操草艹日](?:你妈|蛋)|去你妈的?|垃圾|不要脸)"
    r"(?:东西|公众号|玩意儿?|号|机器人|系统)?[啊吧了呢的]*"
)
HURT = "让您不痛快了，对不起。哪里没说对，请告诉我；有可疑的事，把对方的原话发来。\n急的话：已经转账拨打110，拿不准拨打96110。"
DOUBTS = re.compile(
    r"(?:你们?|您|这|这个?号|公众号)(?:就|也|都)?(?:是不是|不会是|不是|是)(?:个|也|真的?)*(?:骗子|假的|诈骗|真的|公安|警察|政府|官方)"
    r"(?:的|号|公众号|办|局)*[吧吗么啊呢]*"
    r"|(?:你们?|您)(?:会不会|会|要不要)?(?:打电话)?(?:给我|跟我|向我|找我)?要(?:我的)?(?:钱|密码|验证码)[吧吗么啊呢]*"
    r"|我?要?(?:投诉|举报)(?:你们?|公众号)"
)
PLEA = re.compile(
    r"(?:快)?(?:帮帮?我|帮帮?忙|救急)(?:一下)?[啊吧呀]?|(?:这可?|那|我)?(?:怎么办|咋办|咋整)[啊呀呢]?|我?(?:完了|出事了|摊上事了)|急+|我?(?:好|很)?(?:害怕|怕)[了啊]?|."
)
CALM = """别急，先停手：不转账、不给验证码、不点链接。
已经转了钱，马上拨打110；拿不准拨打96110。
出了什么事、对方怎么说的，发一句给我，我帮您看。"""
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
        return Reply(greeting.help_of(desk.options))
    if GREET.fullmatch(text):
        return Reply(greeting.hello(desk.options))
    if THANK.fullmatch(text):
        return Reply(THANKS)
    if WHO.fullmatch(desk.typed) or DOUBTS.fullmatch(desk.typed):
        return Reply(greeting.about(desk.options))
    if text in PLAIN or WORDLESS.fullmatch(text):
        return Reply("把对方说的原话发给我，我帮您看像不像诈骗。\n回复“帮助”看能做什么。")
    return None


def felt(message: Incoming, desk: Desk) -> Reply | None:
    """Thanks, anger, fear without a word on what happened: no question for the editors."""
    said = ((GRATEFUL, THANKS), (ABUSE, HURT), (PLEA, CALM))
    return next((Reply(words) for pattern, words in said if pattern.fullmatch(desk.typed)), None)
