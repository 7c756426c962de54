"""`家人`: up to eight family members without WeChat, by what they are called, relation and age band."""

from bot.handlers import synonyms
from bot.handlers.desk import Desk, Reply, Work
from bot.handlers.profile import band_of
from bot.handlers.synonyms import meant
from bot.handlers.typed import number_in
from bot.handlers.words import choice, options
from bot.registry import family, people
from bot.talk.dialogue import OVER, Step
from core.errors import Refusal
from core.wechat.incoming import Incoming

AGES = [(words, f"fage:{code}") for code, words in people.AGE_BANDS]
RELATIONS = [(words, f"rel:{code}") for code, words in family.RELATIONS]
WORDS = dict(family.RELATIONS) | dict(people.AGE_BANDS)
MENU = "family"
CALLED = "family_called"
RELATION = "family_relation"
AGE = "family_age"


HOW = "登记一位家人请回复“添加”；去掉第 1 位请回复“删除 1”；回复 0 退出。"
COMMANDS = {"添加", "加", "添加家人", "新增", "删除", "转账", "家人", "登记", "我的", "帮助"}
"""Not what anybody is called."""


def described(member: family.Relative) -> str:
    """What is held of a family member, in words."""
    return "，".join(WORDS[code] for code in (member.relation, member.age_band) if code)


def start(message: Incoming, desk: Desk) -> Reply:
    if not desk.caller.registered or desk.caller.follower_id is None:
        raise Refusal("请先回复“登记”选好单位，再给家人登记。")
    members = family.listed(desk.session, desk.caller.follower_id)
    lines = [f"{n} {m.called}（{described(m)}）" for n, m in enumerate(members, 1)]
    shown = "\n".join(["已登记的家人：", *lines]) if lines else "还没有登记家人。"
    full = len(members) >= family.MOST
    add = "已满 8 位。" if full else "回复“添加”登记一位（称呼、关系、年龄段，不用真名）。"
    drop = "\n回复“删除 1”去掉第 1 位。" if lines else ""
    ids = [member.id for member in members]
    return Reply(
        f"{shown}\n\n{add}{drop}\n回复 0 退出。", dialogue=Step(MENU, {"ids": ids}), outcome="command"
    )


def menu(message: Incoming, desk: Desk) -> Reply | None:
    text = desk.typed
    if text in ("添加", "加", "添加家人", "新增"):
        if len(desk.caller.data["ids"]) >= family.MOST:
            raise Refusal("最多登记 8 位家人。可以先回复“删除 1”去掉一位。")
        return Reply("怎么称呼这位家人？比如“奶奶”“老爸”。", dialogue=Step(CALLED), outcome="dialogue")
    if text.startswith("删除"):
        return _remove(text.removeprefix("删除"), desk)
    return Reply(HOW, outcome="dialogue") if number_in(text) is not None else None


def _remove(number: str, desk: Desk) -> Reply:
    ids = desk.caller.data["ids"]
    if not (number.isdecimal() and 1 <= int(number) <= len(ids)):
        raise Refusal("请回复“删除”加序号，比如“删除 1”。")
    member_id = ids[int(number) - 1]

    def effect(work: Work) -> None:
        family.remove(work.session, work.follower_id, member_id)

    return Reply("已删除。回复“家人”再看一遍。", (effect,), OVER, outcome="dialogue")


def called(message: Incoming, desk: Desk) -> Reply | None:
    if desk.typed in COMMANDS:
        return Reply("怎么称呼这位家人？比如“奶奶”“老爸”。", outcome="dialogue")
    if (
        len(desk.typed) > family.CALLED_LENGTH
        or desk.judged.match.decision != "none"
        or desk.caller.follower_id is None
    ):
        return None
    name = family.clean_called(session=desk.session, follower_id=desk.caller.follower_id, typed=message.text)
    question = f"{name} 是您的？\n{options(RELATIONS)}"
    return Reply(question, dialogue=Step(RELATION, {"called": name}), outcome="dialogue")


def relation(message: Incoming, desk: Desk) -> Reply | None:
    picked = choice(desk.typed, message.menu_id, RELATIONS)
    code = picked.partition(":")[2] if picked else meant(desk.typed, synonyms.RELATIONS)
    if code is None:
        return None
    data = desk.caller.data | {"relation": code}
    return Reply(f"年龄段？\n{options(AGES)}", dialogue=Step(AGE, data), outcome="dialogue")


def age(message: Incoming, desk: Desk) -> Reply | None:
    picked = choice(desk.typed, message.menu_id, AGES)
    band = picked.partition(":")[2] if picked else band_of(desk.typed)
    if band is None:
        return None
    data = desk.caller.data

    def effect(work: Work) -> object:
        return family.add(work.session, work.follower_id, data["called"], data["relation"], band)

    done = f"已登记 {data['called']}。再加一位请回复“家人”。"
    return Reply(done, (effect,), OVER, outcome="dialogue")
