"""What one editor does at once: aliases, questions and ordinary messages, added and taken away, and undone again."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.content.everyday import said_every_day
from bot.content.library import ALIAS, ORDINARY, QUESTION, key_of, touch_library
from bot.content.models import OrdinaryText, Phrase, QuickAct, ScamType
from bot.content.ordinary import add_ordinary, called_ordinary, retire_ordinary
from bot.content.phrases import add_phrase, retire_phrase
from core.db import LARGEST_ID
from core.errors import Conflict, NotFound, Refusal

ADD, RETIRE = "add", "retire"
WORDS = {ALIAS: "线索词", QUESTION: "群众问法", ORDINARY: "日常话"}
DID = {ADD: "添加", RETIRE: "停用"}


class LineFaults(Refusal):
    """Some of several lines cannot serve: `lines` gives each its sentence. None of them was kept."""

    def __init__(self, lines: list[tuple[str, str]]) -> None:
        self.lines = lines
        super().__init__("".join(f"“{text[:20]}”：{told}" for text, told in lines) + "什么都没有添加。")


def add_all(session: Session, kind: str, type_code: str, text: str, by: str, now: datetime) -> list[QuickAct]:
    """Add the lines of a box, all of them or, raising LineFaults, none. Raises Refusal when there are none, or too many."""
    acts, faults = list[QuickAct](), list[tuple[str, str]]()
    for line in many(text):
        try:
            acts.append(add(session, kind, type_code, line, by, now))
        except Refusal as refusal:
            faults.append((line, refusal.message))
    if faults:
        raise LineFaults(faults)
    return acts


def add(session: Session, kind: str, type_code: str, text: str, by: str, now: datetime) -> QuickAct:
    """Add an alias, a question (of `type_code`) or an ordinary message (code ""); it acts at the next message.

    Raises Refusal for words that cannot serve, NotFound for an unknown type, Conflict when it is there already or
    contradicts a label.
    """
    item: Phrase | OrdinaryText
    if kind == ORDINARY:
        item, type_code = add_ordinary(session, text, by, now), ""
    elif kind == QUESTION and called_ordinary(session, key_of(text)):
        raise Conflict("这句话已经记为日常话，请先在“日常话”里停用它。")
    else:
        if kind == ALIAS and (told := said_every_day(text)):
            raise Refusal(f"{told}。")
        item = add_phrase(session, type_code, kind, text)
    return _noted(session, ADD, kind, item, type_code, by=by, now=now)


def retire(session: Session, kind: str, item_id: int, by: str, now: datetime) -> QuickAct:
    """Take an alias, a question or an ordinary message out of use. Raises NotFound."""
    if kind == ORDINARY:
        return _noted(session, RETIRE, kind, retire_ordinary(session, item_id), "", by=by, now=now)
    row = retire_phrase(session, item_id)
    return _noted(session, RETIRE, row.kind, row, row.type_code, by=by, now=now)


def _noted(
    session: Session,
    act: str,
    kind: str,
    item: Phrase | OrdinaryText,
    type_code: str,
    *,
    by: str,
    now: datetime,
) -> QuickAct:
    made = QuickAct(at=now, by=by, act=act, kind=kind, item_id=item.id, text=item.text, type_code=type_code)
    session.add(made)
    session.flush()
    return made


def undo(session: Session, act_id: int, by: str, now: datetime) -> QuickAct:
    """Take one act back. Raises NotFound, Conflict when it was undone already or somebody acted on it since."""
    wanted = select(QuickAct).where(QuickAct.id == act_id).with_for_update()
    act = session.scalar(wanted) if act_id <= LARGEST_ID else None
    if act is None:
        raise NotFound("没有这一步操作。")
    if act.undone_at is not None:
        raise Conflict("这一步已经撤销过了。")
    row: Phrase | OrdinaryText | None = (
        session.get(OrdinaryText, act.item_id) if act.kind == ORDINARY else session.get(Phrase, act.item_id)
    )
    later = select(QuickAct.id).where(
        QuickAct.id > act.id, QuickAct.kind == act.kind, QuickAct.item_id == act.item_id,
        QuickAct.undone_at.is_(None),
    )  # fmt: skip
    if row is None or row.live != (act.act == ADD) or session.scalar(later) is not None:
        raise Conflict("之后又有人改过这一条，不能撤销，请直接添加或停用。")
    take_back(act, row, by, now)
    touch_library(session)
    session.flush()
    return act


def take_back(act: QuickAct, row: Phrase | OrdinaryText, by: str, now: datetime) -> None:
    """Put the row back as it was before the act, which nobody followed with another."""
    row.live = not row.live
    if isinstance(row, Phrase):
        row.shipped = False
    act.undone_by, act.undone_at = by, now


def recent(session: Session, type_code: str, limit: int = 8) -> list[QuickAct]:
    """The last acts on a type, or on ordinary talk (code ""), the newest first."""
    here = select(QuickAct).where(QuickAct.type_code == type_code)
    return list(session.scalars(here.order_by(QuickAct.id.desc()).limit(limit)))


def also_claimed(session: Session, kind: str, folded: str, type_code: str) -> list[str]:
    """Names of the other types in use that have the same alias or question: a hit then counts for each a part."""
    claims = (
        select(ScamType.name)
        .join(Phrase, Phrase.type_code == ScamType.code)
        .where(Phrase.live, ScamType.live, Phrase.kind == kind, Phrase.folded == folded)
        .where(ScamType.code != type_code)
    )
    return list(session.scalars(claims.order_by(ScamType.position)))


def many(text: str) -> list[str]:
    """The lines of a form's box, each once. Raises Refusal when there are none, or too many for one press."""
    lines = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    if not lines:
        raise Refusal("请写至少一条，一行一条。")
    if len(lines) > 100:
        raise Refusal("一次最多 100 条，更多请用导入。")
    return lines
