"""Answers to what we asked last, step by step; and the reminder when something else came in between."""

from bot.handlers import enrol, family, leave, profile
from bot.handlers.desk import Desk, Handler, Reply
from bot.handlers.typed import number_in
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


def reply(message: Incoming, desk: Desk) -> Reply | None:
    """The answer to the step the dialogue stands at; one that comes too late is told so.

    A bare number that the step does not understand goes no further: it was not meant to open a card.
    """
    is_answer = number_in(desk.typed) is not None
    if step := STEPS.get(desk.caller.step):
        return step(message, desk) or (Reply(UNREADABLE, outcome="dialogue") if is_answer else None)
    late = is_answer or desk.typed in enrol.YES or message.menu_id.startswith(TAPS)
    if desk.caller.dialogue_version and late:
        return Reply(EXPIRED, dialogue=OVER, outcome="dialogue")
    return Reply(EXPIRED, outcome="dialogue") if message.menu_id.startswith(TAPS) else None


def reminded(reply: Reply, desk: Desk) -> Reply:
    """An answer given in the middle of a dialogue says where it stands; optional questions are not repeated."""
    waiting = WAITING.get(desk.caller.step)
    if (
        not waiting
        or not reply.text
        or reply.dialogue is not None
        or reply.erases
        or reply.outcome == "dialogue"
    ):
        return reply
    return reply.with_more(f"（{waiting}）")
