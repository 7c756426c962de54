"""Registering: find the unit, read the consent text, answer with a number."""

from bot.handlers import profile
from bot.handlers.desk import Desk, Reply, Work
from bot.handlers.words import options
from bot.registry import consent, people
from bot.registry.units import unit_path
from bot.talk.dialogue import Step
from core.wechat.incoming import Incoming

ASK_UNIT = "unit"
CHOOSE = "choose"
CONFIRM = "confirm"
YES = {"1", "同意", "同意并登记", "是", "好", "好的", "确认", "可以"}
ASK = "请发单位名称的几个字，比如“民政局”“东风嘎查”，用拼音也行。\n（回复 0 退出）"


def start(message: Incoming, desk: Desk) -> Reply:
    """`登记`, or `换单位`."""
    if desk.caller.registered and "换" not in message.text:
        return Reply(f"您已经登记在“{desk.caller.unit_name}”。要换单位，请回复“换单位”。", outcome="command")
    return Reply(ASK, dialogue=Step(ASK_UNIT), outcome="command")


def unit_named(message: Incoming, desk: Desk) -> Reply | None:
    """The step after `登记`: part of a unit's name. A question in between is left to the others."""
    desk.units.refresh(desk.session)
    text = message.text.strip()
    strong = desk.units.strong(text)
    if not strong and (desk.judged.match.decision != "none" or len(text) > 20):
        return None
    hits = desk.units.find(text)
    if not hits:
        return Reply(
            f"没有找到“{text[:20]}”。换个叫法试试，比如少打几个字，或者打上级乡镇。\n（回复 0 退出）",
            outcome="dialogue",
        )
    return _candidates([hit.unit_id for hit in hits], desk)


def _candidates(unit_ids: list[int], desk: Desk) -> Reply:
    version, terms = consent.current(desk.session)
    named = [(unit_path(desk.session, unit_id), f"unit:{unit_id}") for unit_id in unit_ids]
    text = f"是哪一个？回复数字，就是同意下面的说明并登记：\n{options(named)}\n\n{terms}\n\n都不是就再发一次名称；回复 0 退出。"
    return Reply(text, dialogue=Step(CHOOSE, {"units": unit_ids, "consent": version}), outcome="dialogue")


def offer(unit_id: int, desk: Desk) -> tuple[str, Step]:
    """The consent text for one unit, and the step that waits for 1."""
    version, terms = consent.current(desk.session)
    return f"{terms}\n\n回复 1 同意并登记。", Step(CONFIRM, {"units": [unit_id], "consent": version})


def chosen(message: Incoming, desk: Desk) -> Reply | None:
    """The step that waits for a number. Another unit's name looks again; anything else is left to the others."""
    unit_ids, text = desk.caller.data["units"], message.text.strip()
    number = (
        1
        if desk.caller.step == CONFIRM and text in YES
        else int(text)
        if text.isdecimal() and len(text) < 3
        else 0
    )
    tapped = message.menu_id.removeprefix("unit:") if message.menu_id.startswith("unit:") else ""
    if tapped.isdecimal() and int(tapped) in unit_ids:
        number = unit_ids.index(int(tapped)) + 1
    if 1 <= number <= len(unit_ids):
        return _register(unit_ids[number - 1], desk)
    if number:
        return Reply(f"请回复 1 到 {len(unit_ids)} 之间的数字，或回复 0 退出。", outcome="dialogue")
    return unit_named(message, desk) if desk.units.strong(text) else None


def _register(unit_id: int, desk: Desk) -> Reply:
    version = int(desk.caller.data["consent"])

    def effect(work: Work) -> object:
        return people.register(work.session, work.follower_id, unit_id, version, "chat", work.now)

    path = unit_path(desk.session, unit_id)
    if desk.caller.registered:
        same = desk.caller.unit_id == unit_id
        said = f"您本来就登记在“{path}”。" if same else f"登记成功，已经换到“{path}”。"
        return Reply(said, (effect,), Step(""), outcome="dialogue")
    question, step = profile.first()
    return Reply(f"登记成功：{path}。谢谢您。\n\n{question}", (effect,), step, outcome="dialogue")
