"""Three optional questions after registering — identity, age band, phone — each one tap, each skippable."""

import re
from collections.abc import Callable
from datetime import timedelta

from bot.handlers import synonyms
from bot.handlers.desk import Desk, Reply, Work
from bot.handlers.synonyms import meant
from bot.handlers.words import ASKS, choice, options
from bot.registry import people
from bot.talk.dialogue import OVER, Step
from core.wechat.incoming import Incoming

SKIP = {
    "跳过",
    "不填",
    "略过",
    "不了",
    "没有",
    "无",
    "不留",
    "不想留",
    "不想说",
    "不说",
    "不用",
    "不用了",
    "算了",
    "不需要",
    "不想给",
    "不给",
    "不方便",
    "保密",
    "不想填",
    "先不填",
    "先不留",
}
DONE = "好了，都记下了。以后有人谈钱，先把原话发来问一句。\n回复“我的”可以随时查看、修改、注销。"
AUDIENCES = [(words, f"audience:{code}") for code, words in people.AUDIENCES]
AGES = [(words, f"age:{code}") for code, words in people.AGE_BANDS]
SKIP_LINE = "不想说就回复“跳过”。"
TOO_SOON = timedelta(seconds=1)  # WeChat's times are whole seconds
SHORT = 8
_NUMBER = re.compile(
    r"(?:我的?|本人)?(?:手机号?码?|电话号?码?|号码)?(?:是|就是|:|：)?(?:\+?86)?-?([\d-]{5,20})"
)
_YEARS = re.compile(r"(\d{1,3})(?:岁|周岁)?")
_BANDS = ((16, "under16"), (31, "16-30"), (46, "31-45"), (61, "46-60"), (200, "over60"))


def first() -> tuple[str, Step]:
    return f"您的身份？选一个，好给您发用得上的提醒：\n{options(AUDIENCES)}\n{SKIP_LINE}", Step("audience")


def again(desk: Desk) -> Reply | None:
    """`修改`: the three questions once more; what is skipped stays as it is."""
    if not desk.caller.registered:
        return None
    question, step = first()
    said = f"改单位请回复“换单位”，家人请回复“家人”。下面三项可以改，不改的回复“跳过”。\n\n{question}"
    return Reply(said, dialogue=step, outcome="command")


def _ask_age() -> tuple[str, Step]:
    return f"您的年龄段？\n{options(AGES)}\n{SKIP_LINE}", Step("age")


def _ask_phone() -> tuple[str, Step]:
    asked = (
        f"手机号要留吗？只用来和单位名册核对，加密保存。直接发 11 位号码，{SKIP_LINE}留过想删掉，回复“删除”。"
    )
    return asked, Step("phone")


def audience(message: Incoming, desk: Desk) -> Reply | None:
    """A second press of the 1 that registered is not an answer to a question nobody has read yet."""
    if desk.typed == "1" and desk.caller.since and message.at < desk.caller.since + TOO_SOON:
        return Reply(first()[0], outcome="dialogue")
    return _one_tap(message, desk, AUDIENCES, people.set_audience, _ask_age)


def age(message: Incoming, desk: Desk) -> Reply | None:
    return _one_tap(message, desk, AGES, people.set_age_band, _ask_phone)


def _one_tap(
    message: Incoming,
    desk: Desk,
    offered: list[tuple[str, str]],
    setter: Callable[..., object],
    then: Callable[[], tuple[str, Step]],
) -> Reply | None:
    question, step = then()
    if desk.typed in SKIP:
        return Reply(question, dialogue=step, outcome="dialogue")
    picked = choice(desk.typed, message.menu_id, offered) or _meant(desk.typed, offered)
    if picked is None:
        return _not_understood(desk)
    code = picked.partition(":")[2]
    effect = (lambda work: setter(work.session, work.follower_id, code),)
    return Reply(question, effect, step, outcome="dialogue")


def band_of(typed: str) -> str | None:
    """The code of an age in years, as people answer who do not look at the numbers; a small number is a choice."""
    years = _YEARS.fullmatch(typed)
    if not years or (int(years[1]) < len(AGES) + 1 and typed.isdecimal()):
        return None
    return next((code for below, code in _BANDS if int(years[1]) < below), None)


def _meant(typed: str, offered: list[tuple[str, str]]) -> str | None:
    """What is said in other words than those offered: an age in years, 牧民, 农民, 老师."""
    if offered is AGES:
        band = band_of(typed)
        return f"age:{band}" if band else None
    code = meant(typed, synonyms.AUDIENCES)
    return f"audience:{code}" if code else None


def _not_understood(desk: Desk) -> Reply | None:
    """A short answer that is none: say how to answer. Anything longer is a question for the others."""
    if (
        len(desk.typed) > SHORT
        or ASKS.search(desk.typed)
        or desk.judged.match.decision != "none"
        or desk.judged.match.topic
    ):
        return None
    return Reply(f"请回复前面的数字，{SKIP_LINE}", outcome="dialogue")


def phone(message: Incoming, desk: Desk) -> Reply | None:
    if desk.typed in SKIP:
        return Reply(DONE, dialogue=OVER, outcome="dialogue")
    if desk.typed in ("删除", "删掉", "删"):
        return Reply(DONE, (forget_phone,), OVER, outcome="dialogue")
    found = _NUMBER.fullmatch(desk.typed)
    if not found:
        return _no_number(desk)
    number = people.mobile(found[1])

    def effect(work: Work) -> None:
        people.set_phone(work.session, work.vault, work.follower_id, number)

    return Reply(DONE, (effect,), OVER, outcome="dialogue")


def _no_number(desk: Desk) -> Reply | None:
    """A refusal in other words, or too short to be a question: how to go on."""
    if len(desk.typed) > SHORT or ASKS.search(desk.typed) or desk.judged.match.decision != "none":
        return None
    return Reply(f"请直接发 11 位手机号，{SKIP_LINE}", outcome="dialogue")


def forget_phone(work: Work) -> None:
    people.set_phone(work.session, work.vault, work.follower_id, None)


def tapped_late(message: Incoming, desk: Desk) -> Reply | None:
    """An option tapped after its question was over still counts: the person meant it."""
    kind, _, code = message.menu_id.partition(":")
    setter = {"audience": people.set_audience, "age": people.set_age_band}.get(kind)
    if setter is None or not desk.caller.registered:
        return None
    return Reply("记下了。", (lambda work: setter(work.session, work.follower_id, code),), outcome="command")
