"""Answers to what we asked last, step by step; and the reminder when something else came in between."""

import re

from bot.handlers import enrol, family, leave, profile
from bot.handlers.desk import Desk, Handler, Reply
from bot.handlers.enrol_words import YES
from bot.handlers.smalltalk import PLAIN as NODS
from bot.handlers.typed import number_in
from bot.handlers.words import ASKS, LEFT, NOT_ALONE
from bot.talk.dialogue import OVER
from core.wechat.incoming import Incoming

STEPS: dict[str, Handler] = {
    enrol.ASK_UNIT: enrol.unit_named,
    enrol.CHOOSE: enrol.chosen,
    enrol.CONFIRM: enrol.chosen,
    "audience": profile.audience,
    "age": profile.age,
    "phone": profile.phone,
    family.MENU: family.menu,
    family.CALLED: family.called,
    family.RELATION: family.relation,
    family.AGE: family.age,
    leave.STEP: leave.confirmed,
}
WAITING = {
    enrol.ASK_UNIT: "登记还没完：请发单位名称，回复 0 退出。",
    enrol.CHOOSE: "登记还没完：请回复单位前面的数字，回复 0 退出。",
    enrol.CONFIRM: "登记还没完：回复 1 同意并登记，回复 0 退出。",
    family.CALLED: "给家人登记还没完：请发称呼，回复 0 退出。",
    family.RELATION: "给家人登记还没完：请回复关系前面的数字，回复 0 退出。",
    family.AGE: "给家人登记还没完：请回复年龄段前面的数字，回复 0 退出。",
    leave.STEP: "注销还没完：回复“确认注销”，或回复 0 退出。",
}


EXPIRED = "刚才那一步过了 30 分钟，已经结束。请回复“登记”或“家人”重新开始。"
TAPS = ("unit:", "rel:", "fage:")
UNREADABLE = "请先回答上面的问题，或回复 0 退出。"
NO = {
    "不同意", "不要", "不", "不了", "算了", "不用", "不用了", "不登记", "不登记了", "不注销", "不注销了", "不想登记",
}  # fmt: skip
GIVES_UP = re.compile(
    r"(?:算了|那算了|先)?(?:我)?(?:不|先不|不想)(?:弄|登|登记|注册|办|填|搞|要)(?:了|吧|啦)*|以后再说|下次吧"
)
SHORT = 8  # a longer message is not an answer gone wrong


def reply(message: Incoming, desk: Desk) -> Reply | None:
    """The answer to the step the dialogue stands at; one that comes too late is told so.

    A bare number that the step does not understand goes no further: it was not meant to open a card.
    """
    is_answer = number_in(desk.typed) is not None
    if step := STEPS.get(desk.caller.step):
        made = step(message, desk)
        if made is None and (desk.typed in NO or GIVES_UP.fullmatch(desk.typed)):
            return Reply(LEFT, dialogue=OVER, outcome="dialogue")
        return made or (unreadable(message, desk) if is_answer or desk.typed in NODS else None)
    if desk.typed in leave.CONFIRM:  # pressed again, or too late: asked anew, and no question for the editors
        return leave.ask(message, desk)
    late = is_answer or desk.typed in YES or message.menu_id.startswith(TAPS)
    if desk.caller.dialogue_version and late:
        return Reply(EXPIRED, dialogue=OVER, outcome="dialogue")
    return Reply(EXPIRED, outcome="dialogue") if message.menu_id.startswith(TAPS) else None


def unreadable(message: Incoming, desk: Desk) -> Reply | None:
    """A short answer that the step does not understand is told what it waits for; it is no question for the editors."""
    asks = ASKS.search(desk.typed)
    if desk.caller.step not in STEPS or not desk.typed or len(desk.typed) > SHORT or asks:
        return None
    return Reply(f"没看懂。{WAITING.get(desk.caller.step, UNREADABLE)}", outcome="dialogue")


def reminded(reply: Reply, desk: Desk) -> Reply:
    """An answer given in the middle of a dialogue says where it stands; optional questions are not repeated."""
    waiting = WAITING.get(desk.caller.step)
    if (
        not waiting
        or not reply.text
        or reply.dialogue is not None
        or reply.erases
        or reply.outcome == "dialogue"
        or NOT_ALONE in reply.text
    ):
        return reply
    return reply.with_more(f"（{waiting}）")
