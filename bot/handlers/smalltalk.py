"""Greetings, thanks, help and messages without words."""

import re

from bot.content.answer import tap
from bot.handlers.desk import Desk, Reply
from bot.handlers.typed import plain
from bot.handlers.words import THANKS
from bot.registry import greeting
from core.wechat.incoming import Incoming

GREET = re.compile(
    r"(?:(?:您好|你好|hi|hello|在吗|在么|在不在|在没|有人吗|有人没|有人在吗|早上好|上午好|中午好|下午好|晚上好|早安?|嗨|哈喽|老师好|老师|警察同志|同志)[呀啊吗么,，]*){1,3}"
    r"(?:我)?(?:想|要)?(?:问|咨询|请教)?(?:您|你)?(?:一下|个事|个问题|点事|件事)?"
)
THANK = re.compile(
    r"(?:知道了|好的?|明白了?|懂了|收到|行|嗯+|哦|太|真是?|非常|十分|谢谢)*(?:谢谢|多谢|感谢|谢了|谢啦|辛苦了?|thanks?|thankyou)"
    r"(?:你们?|您们?|老师|同志|警察|反诈办|的|提醒|了|啦|啊|呀|哈|哦)*"
)
BYE = re.compile(
    r"(?:好的?|行|嗯|没事了?|那)*(?:再见|拜拜?|拜拜了|晚安|先这样|没事了|bye|byebye|88)[了啦啊吧哈]*"
)
SEE_YOU = "好的，有事随时把原话发给我。"
EMOTE = re.compile(r"\[[a-z\u4e00-\u9fff]{1,6}\]", re.I)
"""A face as WeChat writes it: [微笑], [OK]."""
LOOKS_UP = re.compile(
    r"(?:请|麻烦)?(?:帮我|帮忙|能不能|能|可以|可不可以)*(?:查|看|核实|鉴定)(?:查|看|一查|一下|下)?[\d@]*(?:这|这个|那个|一个|个)?(?:陌生)?"
    r"(?:电话号码|手机号码?|电话|号码?|网址|网站|链接|qq号?|微信号?|账号|账户|卡号|app|软件|公司|平台)"
    r"(?:是不是|是|靠不靠谱|靠谱|安不安全|安全|真的?|假的?|能不能信|可信|有没有问题|有问题|谁的?|骗子|诈骗|骗人|的|电话|吗|么|呢|不|,|\d|@)*"
)
SAY_MORE = "把对方说的原话发给我，我帮您看像不像诈骗。\n回复“帮助”看能做什么。"
NO_LOOKUP = """单看号码、网址，我认不出真假。
国家反诈中心APP里有“风险查询”，能查支付账户、网址、QQ和微信；查不出问题，也不等于安全。
把对方说的原话发给我，我看像不像骗局；拿不准拨打96110。"""
HELPS = {"帮助", "help", "?", "？", "怎么用", "菜单", "功能"}
WHO = re.compile(
    r"(?:你|您)(?:是|们是)(?:谁|什么|机器人|真人|人工)[吗呢啊呀]?|(?:转|找|我要)?人工(?:客服|服务)?"
    r"|(?:你们的?)?(?:联系)?电话(?:是)?(?:多少|号码)?|怎么联系(?:你们)?|(?:怎么|在哪|我要)?举报[吗呢]?"
    r"|(?:你|这)?(?:有(?:啥|什么|何)用|能干(?:啥|什么)|是?干(?:啥|什么)(?:用)?的)[啊呀呢]?|(?:是)?谁(?:开发|做|搞|办)的(?:你|这个)?"
)
WEEKLY = re.compile(
    r"(?:我)?(?:要|想)?(?:看|订阅|订|收)?(?:一下)?(?:这期|本期|本周|每周|这周|上期|最近|最新)?的?(?:周刊|周报|预警)(?:在哪里?看?|怎么看|怎么订阅?|在哪儿?)?"
    r"|订阅|(?:我要|参加)?(?:反诈)?答题|最近(?:有|出了?)?(?:什么|啥|哪些)(?:新的?)?(?:骗局|诈骗|骗术|骗法)"
)
NOT_YET = """每周预警和答题还没有开始。常见骗局可以现在看：{list}。
收到可疑的短信、电话、聊天，把对方的原话发给我，我帮您看像不像诈骗。"""
POLICE_HERE = re.compile(
    r"(?:我)?(?:想|要)?找(?:个|一下)?(?:民警|警察|派出所|反诈中心)|(?:你们|附近|当地|旗里?|县里?)?(?:的)?(?:派出所|反诈中心|公安局|刑警队)(?:的)?"
    r"(?:联系)?(?:电话|地址|怎么走|号码)?(?:号码)?(?:是|在)?(?:多少|哪里?|哪儿)?|(?:你们)?(?:几点)?(?:上班|工作|下班)(?:时间)?(?:几点|是几点)?"
)
HERE = """急事拨打110；问真假、举报线索拨打96110，都有民警接。附近派出所在哪，打110也能问到。
这里自动回复，什么时候发来都行：把对方的原话发给我，我看像不像诈骗。"""
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
    r"(?:你们?|您|这个?号|公众号)(?:就|也|都)?(?:是不是|不会是|不是|是)(?:个|也|真的?)*(?:骗子|假的|诈骗|真的|公安|警察|政府|官方)"
    r"(?:的|号|公众号|办|局)*[吧吗么啊呢]*"
    r"|这(?:就|也|都)?(?:是不是|不是|是)(?:个|也|真的?)*(?:公安|警察|政府|官方)(?:的|号|公众号|办|局)*[吧吗么啊呢]*"
    r"|(?:你们?|您)(?:会不会|会|要不要)?(?:打电话)?(?:给我|跟我|向我|找我)?要(?:我的)?(?:钱|密码|验证码)[吧吗么啊呢]*"
    r"|我?要?(?:投诉|举报)(?:你们?|公众号)"
    r"|(?:我们?)?(?:单位|学校|老师|班主任|村里|嘎查|社区|派出所|民警|网格员|公司|群里)(?:都)?(?:让|叫|要求|通知)(?:我们?|大家|家长)?(?:都|全部)?"
    r"(?:扫码)?关注(?:一下)?(?:这个|你们的?|咱们?)?(?:反诈)?(?:公众|服务)?号?(?:截图)?(?:发群里)?[吗呢啊吧]?"
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
    text = EMOTE.sub("", message.text).strip().lower()
    typed = plain(text)
    if text in HELPS or typed in HELPS:
        return Reply(greeting.help_of(desk.options))
    if GREET.fullmatch(typed):
        return Reply(greeting.hello(desk.options))
    said = (
        (THANK, THANKS), (BYE, SEE_YOU), (LOOKS_UP, NO_LOOKUP),
        (WEEKLY, NOT_YET.format(list=tap("骗局大全", "list"))), (POLICE_HERE, HERE),
    )  # fmt: skip
    if words := next((words for pattern, words in said if pattern.fullmatch(typed)), ""):
        return Reply(words)
    if WHO.fullmatch(typed) or DOUBTS.fullmatch(typed):
        return Reply(greeting.about(desk.options))
    if typed in PLAIN or WORDLESS.fullmatch(text):
        return Reply(SAY_MORE)
    return None


def felt(message: Incoming, desk: Desk) -> Reply | None:
    """Thanks, anger, fear without a word on what happened: no question for the editors."""
    said = ((GRATEFUL, THANKS), (ABUSE, HURT), (PLEA, CALM))
    return next((Reply(words) for pattern, words in said if pattern.fullmatch(desk.typed)), None)
