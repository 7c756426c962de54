"""Whether somebody speaks of dying, of themselves or one of their own; “笑死我了” is no such word."""

import re

from bot.handlers.despair_words import DESPAIR, DID_IT

OTHERS = re.compile(r"(?:他|她|对方|网友|主播|男友|女友)[^我]{0,8}$")
OWN = re.compile(r"爸|妈|爷|奶|儿|女儿|闺女|孙女|侄女|孩|老公|老婆|媳妇|丈夫|哥|姐|弟|妹|家里|同学|朋友")
"""Whom the despair is of: a stranger's threat to die is a swindler's, unless one of the person's own is named."""
_IS_OWN = re.compile("是我(?:的)?(?:同学|室友|朋友|同事|儿子|女儿|孩子|弟|妹|哥|姐|爱人|老公|老婆|表|堂)")
_STANDS_FOR = re.compile(
    "店|厂|公司|生意|企业|单位|平台|电池|手机|电脑|买卖|减肥|健身|跑步|锻炼|考研|复习|上课|作业|打卡|戒|加班|直播|追剧|蚊子"
    "|物价|涨价|天气|太热|太冷"
)
_GOES_UNDER = re.compile("(?:撑|熬|挺|坚持|活)不下去|没法(?:再)?活|活够了|(?:还)?不如死|活腻了")
"""A business goes under in the same words, and so do good intentions."""
_TOLD = re.compile(
    "(?:帮|劝|安慰|帮助)(?:一个|助)?.{0,3}想(?:死|自杀|轻生)|电视剧|电影|小说"
    "|剧里|歌词|游戏|台词|剧情|主角|仓鼠|绿萝|的鱼|哈哈|嘻嘻"
)


def spoken(typed: str) -> bool:
    """Of the person or of one of their own: wanting it, or having done it."""
    found = DESPAIR.search(typed)
    if not found:
        return bool(DID_IT.search(typed))
    if _TOLD.search(typed) or (_GOES_UNDER.search(found[0]) and _STANDS_FOR.search(typed)):
        return False
    before = typed[: found.start()]
    return not OTHERS.search(before) or bool(OWN.search(before) or _IS_OWN.search(typed))


def rest(typed: str) -> str:
    """What is said beside the despair."""
    return DESPAIR.sub("", typed)
