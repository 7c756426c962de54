"""The sentences residents read that belong to no single gesture, and how options are shown."""

import re
from collections.abc import Iterable

from bot.content.answer import tap
from bot.handlers.typed import number_in, plain

ASKS = re.compile(
    r"[吗么呢?]$|怎么|咋|是不是|能不能|真的|骗|转|钱|款|链接|码|贷|客服|警|帮帮?我|帮帮?忙|怕|急|完了|出事"
)
"""Short, and yet a question or a cry for help: it goes on to whoever can answer, wherever a dialogue stands."""

MONEY = re.compile(r"钱|转|付|款|元|万|千|块|卡|码|赎|汇|贷|账")
"""Without one of these no loss is told, whatever else is."""

EMERGENCY = "emergency"
"""The outcome of the first-minutes card."""

FIRST_MINUTES = """先停手，马上拨打110。
① 别再转、别再点，挂断电话，关掉共享屏幕。
② 拨打110报警，说清：对方账号、户名、开户行，转账的时间和金额。越早说，越可能止付。
③ 给自己的银行打官方客服，挂失、改密码。
④ 聊天、通话、转账凭证都留着，别删软件。
⑤ 被威胁也不要再给钱，给了还会再要。
拿不准就拨打96110。
网上说能“追款”的都不可信，只找办案民警。
这不怪您，说出来就是在止损。"""

NOT_PAID = ("还没转，先帮我看看", "not-paid")
"""The way out of the first-minutes card, for who had only asked."""

NOT_ALONE = """您别一个人待着：叫家人、朋友马上来陪您，或拨打110，民警会来帮您。
有人吃了药、受了伤，先拨打120。
被骗、被威胁都不是您的错，骗子就怕您说出来。
对方再催、再威胁，不用回，也不用再给钱。"""

AWAY = """这条消息我们没能收下，请过一两分钟再发一次。
正在转账的话先停下，已经转了马上拨打110；拿不准拨打96110。"""

HELLO_AWAY = """欢迎关注，这里帮您识别诈骗。
登记暂时办不了，请过一两分钟回复“登记”。
正在转账的话先停下，已经转了马上拨打110；拿不准拨打96110。"""

SORRY = """刚才没处理好，请再发一次。
正在转账的话先停下，已经转了马上拨打110；拿不准拨打96110。"""

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
