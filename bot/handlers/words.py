"""The sentences residents read that belong to no single gesture, and how options are shown."""

from collections.abc import Iterable

from bot.content.answer import tap
from bot.handlers.typed import number_in, plain

FIRST_MINUTES = """先停手，马上拨打110。
① 别再转、别再点，挂断电话，关掉共享屏幕。
② 拨打110报警，说清：对方账号、户名、开户行，转账的时间和金额。越早说，越可能止付。
③ 给自己的银行打官方客服，挂失、改密码。
④ 聊天、通话、转账凭证都留着，别删软件。
⑤ 被威胁也不要再给钱，给了还会再要。
拿不准就拨打96110。
网上说能“追款”的都不可信，只找办案民警。
这不怪您，说出来就是在止损。"""

AWAY = """这条消息我们没能收下，请过一两分钟再发一次。
正在转账的话先停下，已经转了马上拨打110；拿不准拨打96110。"""

HELLO_AWAY = """欢迎关注，这里帮您识别诈骗。
登记暂时办不了，请过一两分钟回复“登记”。
正在转账的话先停下，已经转了马上拨打110；拿不准拨打96110。"""

SORRY = """刚才没处理好，请再发一次。
正在转账的话先停下，已经转了马上拨打110；拿不准拨打96110。"""

HELP = """您可以这样用：
· 把对方的原话发给我，我帮您看像不像诈骗
· 回复“登记”，选您的单位
· 回复“骗局大全”，看各种骗局
· 回复“我的”，看登记了什么
· 回复“家人”，给不用微信的家人登记
· 已经转账了：先拨打110"""

GREETING = "您好，这里是反诈服务号。把对方的原话发给我，我帮您看像不像诈骗。\n急事：已经转账先拨打110，拿不准拨打96110。"
THANKS = "不客气。以后有人谈钱，先发来问一句。"
LEFT = "好的，已经退出。有事随时把原话发给我。"


def options(labels: Iterable[tuple[str, str]]) -> str:
    """Numbered lines a resident can tap or answer by number: (label, menu id)."""
    return "\n".join(f"{number} {tap(label, menu_id)}" for number, (label, menu_id) in enumerate(labels, 1))


def choice(typed: str, menu_id: str, offered: list[tuple[str, str]]) -> str | None:
    """The menu id a person chose out of `offered` (label, menu id), by tapping, by number or by the label itself."""
    if any(menu_id == own for _, own in offered):
        return menu_id
    number = number_in(typed)
    if number is not None and 1 <= number <= len(offered):
        return offered[number - 1][1]
    return next((own for label, own in offered if typed == plain(label)), None)
