"""Three optional questions after registering — identity, age band, phone — each one tap, each skippable."""

from collections.abc import Callable

from bot.handlers.desk import Desk, Reply, Work
from bot.handlers.words import choice, options
from bot.registry import people
from bot.talk.dialogue import OVER, Step
from core.wechat.incoming import Incoming

SKIP = {"跳过", "不填", "略过", "不了"}
DONE = "好了，都记下了。以后有人谈钱，先把原话发来问一句。\n回复“我的”可以随时查看、修改、注销。"
AUDIENCES = [(words, f"audience:{code}") for code, words in people.AUDIENCES]
AGES = [(words, f"age:{code}") for code, words in people.AGE_BANDS]
SKIP_LINE = "不想说就回复“跳过”。"


def first() -> tuple[str, Step]:
    return f"您的身份？选一个，好给您发用得上的提醒：\n{options(AUDIENCES)}\n{SKIP_LINE}", Step("audience")


def _ask_age() -> tuple[str, Step]:
    return f"您的年龄段？\n{options(AGES)}\n{SKIP_LINE}", Step("age")


def _ask_phone() -> tuple[str, Step]:
    return f"手机号要留吗？只用来和单位名册核对，加密保存。直接发 11 位号码，{SKIP_LINE}", Step("phone")


def _finish() -> tuple[str, Step]:
    return DONE, OVER


def audience(message: Incoming, desk: Desk) -> Reply | None:
    return _one_tap(message, AUDIENCES, people.set_audience, _ask_age)


def age(message: Incoming, desk: Desk) -> Reply | None:
    return _one_tap(message, AGES, people.set_age_band, _ask_phone)


def _one_tap(
    message: Incoming,
    offered: list[tuple[str, str]],
    setter: Callable[..., object],
    then: Callable[[], tuple[str, Step]],
) -> Reply | None:
    text, (question, step) = message.text.strip(), then()
    if text in SKIP:
        return Reply(question, dialogue=step, outcome="dialogue")
    if (picked := choice(text, message.menu_id, offered)) is None:
        return None
    code = picked.partition(":")[2]
    effect = (lambda work: setter(work.session, work.follower_id, code),)
    return Reply(question, effect, step, outcome="dialogue")


def phone(message: Incoming, desk: Desk) -> Reply | None:
    text = message.text.strip().replace(" ", "").replace("-", "")
    if text in SKIP:
        return Reply(DONE, dialogue=OVER, outcome="dialogue")
    if not text.isdecimal():
        return None
    people.mobile(text)

    def effect(work: Work) -> None:
        people.set_phone(work.session, work.vault, work.follower_id, text)

    return Reply(DONE, (effect,), OVER, outcome="dialogue")


def tapped_late(message: Incoming, desk: Desk) -> Reply | None:
    """An option tapped after its question was over still counts: the person meant it."""
    kind, _, code = message.menu_id.partition(":")
    setter = {"audience": people.set_audience, "age": people.set_age_band}.get(kind)
    if setter is None or not desk.caller.registered:
        return None
    return Reply("记下了。", (lambda work: setter(work.session, work.follower_id, code),), outcome="command")
