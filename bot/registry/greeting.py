"""The words people read on arriving, made of what the office has set; the office sees the same before it saves."""

from collections.abc import Sequence

from bot.registry.options import KEPT_LINES, Hotline, Options, dialled

COUNTY, PHONES = "〔旗县〕", "〔电话〕"
"""What the welcome text may hold for the county's name and the hotlines."""
HELP = """您可以这样用：
· 把对方的原话发给我，我帮您看像不像诈骗
· 回复“登记”，选您的单位
· 回复“骗局大全”，看各种骗局
· 回复“我的”，看登记了什么
· 回复“家人”，给不用微信的家人登记
· 已经转账了：先拨打110"""
HELLO = (
    "您好，这里是{county}反诈服务号。把对方的原话发给我，我帮您看像不像诈骗。\n"
    "急事：已经转账先拨打110，拿不准拨打96110。"
)
ABOUT = """这里是自动回复的{county}反诈服务号，把对方的原话发来，我帮您看像不像诈骗。
我们不会打电话给您，也不会要钱、要密码、要验证码。
要跟人说：拿不准、要举报线索拨打96110；已经转账拨打110。"""


def welcome(options: Options) -> str:
    """The first sentence for somebody who has just followed."""
    phones = dialled(options.hotlines)
    return options.welcome.replace(COUNTY, options.county_name).replace(PHONES, phones)


def by_search(options: Options, told: str = "") -> str:
    """For who came without a unit's code; `told` stands between the welcome and the help."""
    return "\n".join(part for part in (welcome(options), told, help_of(options)) if part)


def by_code(options: Options, path: str, terms: str) -> str:
    """For who came by a unit's code: `terms` is the consent text with what to answer."""
    return f"{welcome(options)}\n您扫的是“{path}”的码。\n\n{terms}\n不是这个单位？回复“登记”另选。"


def terms_of(text: str) -> str:
    """The consent text as it is shown before the message that registers."""
    return f"{text}\n\n回复 1 同意并登记。"


def hello(options: Options) -> str:
    """The answer to a greeting."""
    return HELLO.format(county=options.county_name)


def about(options: Options) -> str:
    """The answer to who asks who is there, or for a person."""
    return ABOUT.format(county=options.county_name) + _local(options.hotlines, "\n")


def help_of(options: Options) -> str:
    """What one can do here, with the county's own numbers."""
    return HELP + _local(options.hotlines, "\n· ")


def _local(lines: Sequence[Hotline], before: str) -> str:
    known = {line.number for line in KEPT_LINES}
    own = [line for line in lines if line.number not in known]
    return f"{before}本地电话：{dialled(own)}" if own else ""
