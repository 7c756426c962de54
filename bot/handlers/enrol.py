"""Registering: find the unit, read the consent text, answer with a number."""

from dataclasses import replace

from bot.handlers import profile
from bot.handlers.desk import Desk, Reply, Work
from bot.handlers.enrol_words import (
    ABOUT,
    ANYWHERE,
    ASK,
    FREE,
    HOW,
    I_AM,
    LONGEST_NAME,
    MEANS,
    NO_UNIT,
    NOTHING_MORE,
    SHORT,
    UNITLIKE,
    WANTS,
    YES,
)
from bot.handlers.typed import number_in
from bot.handlers.words import ASKS, options
from bot.registry import consent, people, promoters
from bot.registry.greeting import terms_of
from bot.registry.scenes import unit_of_scene
from bot.registry.search import EXACT
from bot.registry.units import unit_path
from bot.talk import ledger
from bot.talk.dialogue import OVER, Step
from core.clock import county_date
from core.wechat.incoming import Incoming

ASK_UNIT = "unit"
CHOOSE = "choose"
CONFIRM = "confirm"
CHOICE = "choice"
NOT_THE_FRAUDS = "看上面的骗局，请点它的名字；登记还没完，回复下面的数字才算数。"
ROOM = 900  # bytes for the candidates, so that the consent text fits in the same message


def wanted(message: Incoming, desk: Desk) -> Reply | None:
    """`登记`, `换单位`, also with the unit in the same message: `我要登记民政局`."""
    if ABOUT.fullmatch(desk.typed):
        return Reply(FREE, outcome="command")
    if HOW.fullmatch(desk.typed):
        return start(message, desk)
    found = WANTS.fullmatch(desk.typed)
    if not found:
        return None
    rest, moves = found[2], found[1] not in ("登记", "注册") or found[2] in ("错了", "错单位了")
    if desk.caller.registered and not moves:
        return _already(desk) if rest in NOTHING_MORE or desk.units.strong(rest) else None
    if rest in NOTHING_MORE:
        return _start(desk)
    named = desk.units.strong(rest) or (
        len(rest) <= SHORT and not _no_name(desk) and bool(UNITLIKE.search(rest) or desk.units.find(rest))
    )
    return _search(rest, desk) if named else None


def unit_alone(message: Incoming, desk: Desk) -> Reply | None:
    """Somebody who is not registered sends nothing but a unit's name."""
    if desk.caller.registered or not desk.units.strong(desk.typed):
        return None
    return _search(desk.typed, desk)


def start(message: Incoming, desk: Desk) -> Reply:
    """The menu's button."""
    return _already(desk) if desk.caller.registered else _start(desk)


def _already(desk: Desk) -> Reply:
    said = f"您已经登记在“{desk.caller.unit_name}”。要换单位，请回复“换单位”。"
    return Reply(said, outcome="command")


def _start(desk: Desk) -> Reply:
    """Who came by a unit's code is offered that unit; everybody else is asked."""
    unit = (
        None
        if desk.caller.registered
        else unit_of_scene(desk.session, desk.caller.scene, county_date(desk.now))
    )
    if unit is None:
        return Reply(ASK, dialogue=Step(ASK_UNIT), outcome="command")
    terms, step = offer(unit.id, desk)
    path = unit_path(desk.session, unit.id)
    return Reply(
        f"您扫过“{path}”的码。\n\n{terms}\n不是这个单位？直接发单位名称。", dialogue=step, outcome="command"
    )


def unit_named(message: Incoming, desk: Desk) -> Reply | None:
    """The step after `登记`: part of a unit's name. A question in between is left to the others."""
    if desk.units.strong(desk.typed):
        return _search(desk.typed, desk)
    if told := _told_in_a_sentence(desk):
        return _search(told, desk)
    if desk.typed in NO_UNIT:
        return Reply(ANYWHERE, outcome="dialogue")
    return None if _no_name(desk) or not desk.units.find(desk.typed) else _search(desk.typed, desk)


def _told_in_a_sentence(desk: Desk) -> str:
    """The unit in “我是东风嘎查的”, where we know it; "" otherwise."""
    told = I_AM.fullmatch(desk.typed)
    return told[1] if told and desk.units.strong(told[1]) else ""


def not_found(message: Incoming, desk: Desk) -> Reply | None:
    """The same step, when nobody else had an answer: the name may be misspelt."""
    return None if desk.caller.step != ASK_UNIT or _no_name(desk) else _search(desk.typed, desk)


def _no_name(desk: Desk) -> bool:
    """A question or a cry for help rather than part of a name."""
    return (
        desk.judged.match.decision != "none"
        or not 0 < len(desk.typed) <= LONGEST_NAME
        or bool(ASKS.search(desk.typed))
    )


def _search(name: str, desk: Desk) -> Reply:
    hits = desk.units.find(name)
    if not hits:
        said = f"没有找到“{name[:20]}”。换个叫法试试，比如少打几个字，或者打上级乡镇。\n（回复 0 退出）"
        return Reply(said, dialogue=Step(ASK_UNIT), outcome="dialogue")
    exact = [hit for hit in hits if hit.score >= EXACT]
    unit_ids = [hit.unit_id for hit in (exact if len(exact) == 1 else hits)]
    if len(unit_ids) > 1:
        return _candidates(unit_ids, desk)
    terms, step = offer(unit_ids[0], desk)
    said = f"您要登记的是“{unit_path(desk.session, unit_ids[0])}”。\n\n{terms}\n不是这个单位？再发一次名称；回复 0 退出。"
    return Reply(said, dialogue=step, outcome="dialogue")


def _candidates(unit_ids: list[int], desk: Desk) -> Reply:
    version, terms = consent.current(desk.session)
    named = [(unit_path(desk.session, unit_id), f"unit:{unit_id}") for unit_id in unit_ids]
    while len(options(named).encode()) > ROOM and len(named) > 1:
        named.pop()
    ask = f"是哪一个？回复数字，就是同意下面的说明并登记：\n{options(named)}"
    step = Step(CHOOSE, {"units": unit_ids[: len(named)], "consent": version})
    return Reply(
        f"{ask}\n\n{terms}\n\n都不是就再发一次名称；回复 0 退出。", dialogue=step, outcome="dialogue"
    )


def offer(unit_id: int, desk: Desk) -> tuple[str, Step]:
    """The consent text for one unit, and the step that waits for 1."""
    version, terms = consent.current(desk.session)
    return terms_of(terms), Step(CONFIRM, {"units": [unit_id], "consent": version})


def chosen(message: Incoming, desk: Desk) -> Reply | None:
    """The step that waits for a number. Another unit's name looks again; anything else is left to the others."""
    if desk.typed in MEANS:
        return Reply(FREE, outcome="chat")
    unit_ids = desk.caller.data["units"]
    number = _number(message, desk, unit_ids)
    if number is None:
        named = desk.units.strong(desk.typed) or _told_in_a_sentence(desk)
        return unit_named(message, desk) if named else None
    if not message.menu_id and _frauds_shown(desk):
        return _asked_again(unit_ids, desk)
    if 1 <= number <= len(unit_ids):
        return _register(unit_ids[number - 1], desk)
    named = "1" if len(unit_ids) == 1 else f"1 到 {len(unit_ids)} 之间的数字"
    return Reply(f"请回复 {named}，或回复 0 退出。", outcome="dialogue")


def _number(message: Incoming, desk: Desk, unit_ids: list[int]) -> int | None:
    tapped = message.menu_id.removeprefix("unit:") if message.menu_id.startswith("unit:") else ""
    if tapped.isdecimal() and int(tapped) in unit_ids:
        return unit_ids.index(int(tapped)) + 1
    if desk.typed in YES or desk.typed.removeprefix("1") in YES:
        return None if _spoke_since(desk) else 1 if len(unit_ids) == 1 else 0
    return number_in(desk.typed)


def _spoke_since(desk: Desk) -> bool:
    """Whether anything came in between: “可以” may then be said of its answer, and is no consent."""
    since, follower_id = desk.caller.since, desk.caller.follower_id
    return (
        since is not None and follower_id is not None and ledger.heard_since(desk.session, follower_id, since)
    )


def _frauds_shown(desk: Desk) -> bool:
    """Whether the person has just read a choice of frauds: their number may be meant for it."""
    since, follower_id = desk.caller.since, desk.caller.follower_id
    if since is None or follower_id is None:
        return False
    last = ledger.last_shown(desk.session, follower_id, since)
    return last is not None and last.outcome == CHOICE


def _asked_again(unit_ids: list[int], desk: Desk) -> Reply:
    if len(unit_ids) > 1:
        again = _candidates(unit_ids, desk)
        return replace(again, text=f"{NOT_THE_FRAUDS}\n\n{again.text}")
    terms, step = offer(unit_ids[0], desk)
    path = unit_path(desk.session, unit_ids[0])
    return Reply(f"{NOT_THE_FRAUDS}\n\n要登记的是“{path}”。\n\n{terms}", dialogue=step, outcome="dialogue")


def _register(unit_id: int, desk: Desk) -> Reply:
    version = int(desk.caller.data["consent"])

    def effect(work: Work) -> None:
        done = people.register(work.session, work.follower_id, unit_id, version, "chat", work.now)
        if done.is_new:
            promoters.credit(work.session, work.follower_id)

    path = unit_path(desk.session, unit_id)
    if desk.caller.registered:
        same = desk.caller.unit_id == unit_id
        said = f"您本来就登记在“{path}”。" if same else f"登记成功，已经换到“{path}”。"
        return Reply(said, (effect,), OVER, outcome="dialogue")
    question, step = profile.first()
    return Reply(f"登记成功：{path}。谢谢您。\n\n{question}", (effect,), step, outcome="dialogue")
