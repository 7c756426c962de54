"""What an editor makes of a group of questions: at once, by one person, undone as easily; and who is told."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.content import editing, grouping, owing, quick, reviews
from bot.content.asked import DONE, OPEN, reopen
from bot.content.bodies import CASE
from bot.content.grouping import standing_ruling
from bot.content.library import ALIAS, ORDINARY, QUESTION, key_of
from bot.content.models import Asked, Draft, OrdinaryText, Phrase, QuickAct, Ruling, ScamType
from bot.content.owing import ANSWER
from bot.push import notes
from bot.registry import audit
from core.errors import Conflict, NotFound, Refusal

IGNORE, KNOWN = "ignore", "known"
ACTS: Mapping[str, str] = {
    QUESTION: "设为群众问法",
    ALIAS: "设为线索词",
    CASE: "写成新案例",
    ORDINARY: "记为日常话",
    IGNORE: "不处理",
    ANSWER: "单独答复",
    KNOWN: "案例库已经会答",
}
TYPED = (QUESTION, ALIAS, CASE, KNOWN)
WORDLESS = (IGNORE, KNOWN)
"""Acts that add nothing: they only say what becomes of the group."""
LONGEST_ANSWER = 300
LONGEST_ALIAS = 20


class Order(NamedTuple):
    """What the editor pressed: the act, the type it points to, the words as the editor wants them."""

    act: str
    type_code: str = ""
    words: str = ""


class Done(NamedTuple):
    """The act, how many people asked, how many of them can be told by message and how many with their next contact."""

    ruling: Ruling
    people: int
    by_message: int
    later: int


class Overtaken(Conflict):
    """An act stands on the group: somebody else was first, or the editor was, on another page or a moment ago."""

    def __init__(self, ruling: Ruling, said: str, actor: str) -> None:
        self.ruling_id = ruling.id
        who = "您自己刚才已经处理过" if ruling.actor == actor else "刚才已经由别人处理"
        super().__init__(f"这一组{who}：{said}。")


def rule(session: Session, number: int, order: Order, actor: str, now: datetime) -> Done:
    """Carry the act out for every question that waits in the group; it acts at the next message, and is told of later.

    `number` is the group's, or that of one of its questions. Raises Overtaken when somebody else was first, Refusal for
    words that cannot serve, NotFound for an unknown type.
    """
    group_no = _group_of(session, number, now)
    rows = _locked(session, group_no, actor)
    made_id = _carry_out(session, order, actor, now)
    ruling = Ruling(
        group_no=group_no, at=now, actor=actor, act=order.act, made_id=made_id,
        type_code=order.type_code if order.act in TYPED else None,
        words="" if order.act in WORDLESS else order.words.strip(),
    )  # fmt: skip
    session.add(ruling)
    session.flush()
    mine = Asked.id.in_([row.id for row in rows])
    session.execute(update(Asked).where(mine).values(state=DONE, ruling_id=ruling.id))
    people = len({row.follower_id for row in rows})
    _note(session, f"inbox.{order.act}", ruling, actor, now, people)
    wait = [open_now for _, open_now in owing.listeners(session, order.act, rows, now).values()]
    return Done(ruling, people, sum(wait), len(wait) - sum(wait))


def _group_of(session: Session, number: int, now: datetime) -> int:
    """Questions that came in since the page was shown are compared first, so that none of the group is left behind."""
    while grouping.group_new(session, now) == grouping.AT_ONCE:
        pass
    return session.scalar(select(Asked.group_no).where(Asked.id == number)) or number


def _locked(session: Session, group_no: int, actor: str) -> list[Asked]:
    """The waiting questions of the group, held until the transaction ends."""
    waits = (Asked.group_no == group_no) & (Asked.state == OPEN) & Asked.follower_id.is_not(None)
    rows = list(session.scalars(select(Asked).where(waits).order_by(Asked.id).with_for_update()))
    if rows:
        return rows
    first = standing_ruling(session, group_no)
    if first is None:
        raise NotFound("这一组已经不在收件箱里了，可能提问的人已经注销。")
    raise Overtaken(first, said_of(session, first), actor)


def said_of(session: Session, ruling: Ruling) -> str:
    """The act in words: 设为群众问法（刷单返利）."""
    return in_words(
        ruling.act, session.scalar(select(ScamType.name).where(ScamType.code == ruling.type_code))
    )


def in_words(act: str, name: str | None) -> str:
    """An act and the name of the type it points to."""
    return ACTS.get(act, act) + (f"（{name}）" if name else "")


def _carry_out(session: Session, order: Order, actor: str, now: datetime) -> int | None:
    if order.act not in ACTS:
        raise Refusal("没有这种处理方式。")
    if order.act == ALIAS and len(order.words.strip()) > LONGEST_ALIAS:
        raise Refusal(f"线索词请只留有代表性的几个字（{LONGEST_ALIAS} 字以内）；整句话请设为群众问法。")
    if order.act in TYPED and session.get(ScamType, order.type_code) is None:
        raise NotFound("请先在“属于哪一类”里选一个类型。")
    return _HOW[order.act](session, order, actor, now)


def _quickly(session: Session, order: Order, actor: str, now: datetime) -> int | None:
    """As on the library's own page; what is there already need not be added."""
    if _there(session, order):
        return None
    code = "" if order.act == ORDINARY else order.type_code
    return quick.add(session, order.act, code, order.words.strip(), actor, now).id


def _there(session: Session, order: Order) -> bool:
    key = key_of(order.words)
    if order.act == ORDINARY:
        held = select(OrdinaryText.id).where(OrdinaryText.folded == key, OrdinaryText.live)
    else:
        held = select(Phrase.id).where(
            Phrase.kind == order.act, Phrase.folded == key, Phrase.type_code == order.type_code, Phrase.live
        )
    return session.scalar(held) is not None


def _case(session: Session, order: Order, actor: str, now: datetime) -> int:
    """A draft like any other: somebody else reads it before residents do."""
    title, _, text = order.words.strip().partition("\n")
    body = {"title": title.strip(), "text": text.strip(), "tags": [], "live": True}
    wish = editing.Wish(CASE, "", order.type_code, body, "来自收件箱")
    return editing.save(session, wish, editing.Seen(0, 0, 0), actor, now).id


def _answer(session: Session, order: Order, actor: str, now: datetime) -> None:
    if not 2 <= len(order.words.strip()) <= LONGEST_ANSWER:
        raise Refusal(f"答复请写 2 到 {LONGEST_ANSWER} 个字。")


def _nothing(session: Session, order: Order, actor: str, now: datetime) -> None:
    """Passing over adds nothing, nor does finding that the library knows the words by now."""


_HOW: Mapping[str, Callable[[Session, Order, str, datetime], int | None]] = {
    QUESTION: _quickly, ALIAS: _quickly, ORDINARY: _quickly, CASE: _case, ANSWER: _answer, IGNORE: _nothing, KNOWN: _nothing,
}  # fmt: skip


def undo(session: Session, ruling_id: int, actor: str, now: datetime) -> Ruling:
    """Take the act back: the questions wait again, what was added goes, and nobody is told who was not told yet.

    Raises NotFound; Conflict when it was undone already, or somebody changed since what it made.
    """
    ruling = session.scalar(select(Ruling).where(Ruling.id == ruling_id).with_for_update())
    if ruling is None:
        raise NotFound("没有这一步处理。")
    if ruling.undone_at is not None:
        raise Conflict("这一步已经撤销过了。")
    _take_back(session, ruling, actor, now)
    reopen(session, ruling, actor, now)
    taken = notes.withdraw(session, ruling.id)
    _note(session, "inbox.undo", ruling, actor, now, taken)
    return ruling


def _take_back(session: Session, ruling: Ruling, actor: str, now: datetime) -> None:
    if ruling.made_id is None:
        return
    if ruling.act == CASE:
        draft = session.get(Draft, ruling.made_id)
        if draft is not None and draft.state == editing.APPROVED:
            raise Conflict("这个案例已经发布了。要撤下，请到案例库停用它。")
        if draft is not None and draft.state in editing.OPEN:
            reviews.withdraw(session, draft.id, draft.version, actor, now, why="在收件箱里撤销")
        return
    made = session.get(QuickAct, ruling.made_id)
    if made is not None and made.undone_at is None:
        quick.undo(session, made.id, actor, now)


def _note(session: Session, action: str, ruling: Ruling, actor: str, now: datetime, people: int) -> None:
    """The log names the group, the type and the number of people, never a resident's words."""
    after = {"处理": said_of(session, ruling), "人数": people}
    audit.note(session, actor, action, f"收件箱第 {ruling.group_no} 组", now, None, after)
