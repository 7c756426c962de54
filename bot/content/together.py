"""Words that one editor added in one moment, by a file or in one box: found, counted and taken back together."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from bot.content.library import ORDINARY, touch_library
from bot.content.models import Draft, OrdinaryText, Phrase, QuickAct
from bot.content.parts import Part, part
from bot.content.quick import ADD, take_back
from bot.registry.models import AuditEntry
from core.db import LARGEST_ID
from core.errors import NotFound


class Back(NamedTuple):
    """What was taken back, and what was not because somebody acted on it since."""

    undone: list[QuickAct]
    kept: list[QuickAct]


def act_of(session: Session, act_id: int) -> QuickAct:
    """An act that added something. Raises NotFound."""
    act = session.get(QuickAct, act_id) if act_id <= LARGEST_ID else None
    if act is None or act.act != ADD:
        raise NotFound("没有这一步操作。")
    return act


def first_at(session: Session, by: str, at: datetime) -> QuickAct | None:
    """The first word that this editor added in that moment."""
    return session.scalar(_added(by, at).order_by(QuickAct.id).limit(1))


def of_batch(session: Session, batch: str) -> QuickAct | None:
    """The first word that came in the file that brought these drafts; they have the moment in common."""
    draft = session.scalar(select(Draft).where(Draft.batch == batch).order_by(Draft.id).limit(1))
    return first_at(session, draft.author, draft.made_at) if draft else None


def file_of(session: Session, act: QuickAct) -> str:
    """The name of the file that brought it; "" for words typed in a box."""
    here = select(AuditEntry.subject).where(
        AuditEntry.action == "library.import", AuditEntry.actor == act.by, AuditEntry.at == act.at
    )
    return (session.scalar(here.limit(1)) or "").strip('"')


def added_part(session: Session, act: QuickAct, start: int, size: int) -> Part:
    """All that was added together with this act, by the page."""
    return part(session, _added(act.by, act.at).order_by(QuickAct.id), start, size)


def standing(session: Session, act: QuickAct) -> int:
    """How many of them nobody took back yet."""
    rest = _added(act.by, act.at).where(QuickAct.undone_at.is_(None))
    return session.scalar(select(func.count()).select_from(rest.subquery())) or 0


def company(session: Session, acts: Sequence[QuickAct]) -> dict[int, int]:
    """How many words were added together with each of these acts, itself among them; left out where it came alone."""
    moments = {act.at for act in acts if act.act == ADD}
    counted = session.execute(
        select(QuickAct.at, QuickAct.by, func.count())
        .where(QuickAct.at.in_(moments), QuickAct.act == ADD)
        .group_by(QuickAct.at, QuickAct.by)
    )
    sizes = {(at, by): count for at, by, count in counted if count > 1}
    return {act.id: sizes[act.at, act.by] for act in acts if act.act == ADD and (act.at, act.by) in sizes}


def undo_together(session: Session, act_id: int, by: str, now: datetime) -> Back:
    """Take back all that was added together with this act, but for what somebody acted on since. Raises NotFound."""
    first = act_of(session, act_id)
    acts = session.scalars(_added(first.by, first.at).order_by(QuickAct.id).with_for_update()).all()
    rows, latest, done = _rows(session, first), _latest(session, first), Back([], [])
    for act in acts:
        if act.undone_at is not None:
            continue
        row = rows.get((act.kind == ORDINARY, act.item_id))
        if row is None or not row.live or latest.get((act.kind, act.item_id), 0) > act.id:
            done.kept.append(act)
        else:
            take_back(act, row, by, now)
            done.undone.append(act)
    if done.undone:
        touch_library(session)
    session.flush()
    return done


def _added(by: str, at: datetime) -> Select[QuickAct]:
    return select(QuickAct).where(_together(by, at))


def _together(by: str, at: datetime) -> ColumnElement[bool]:
    return and_(QuickAct.at == at, QuickAct.by == by, QuickAct.act == ADD)


def _rows(session: Session, act: QuickAct) -> dict[tuple[bool, int], Phrase | OrdinaryText]:
    """(whether it is ordinary talk, its id) → row of each word of the moment."""
    ids = select(QuickAct.item_id).where(_together(act.by, act.at))
    phrases = session.scalars(select(Phrase).where(Phrase.id.in_(ids.where(QuickAct.kind != ORDINARY))))
    plain = session.scalars(
        select(OrdinaryText).where(OrdinaryText.id.in_(ids.where(QuickAct.kind == ORDINARY)))
    )
    return {(False, row.id): row for row in phrases} | {(True, row.id): row for row in plain}


def _latest(session: Session, act: QuickAct) -> dict[tuple[str, int], int]:
    """(kind, item) → the last act on it that stands, of all since this moment."""
    rows = session.execute(
        select(QuickAct.kind, QuickAct.item_id, func.max(QuickAct.id))
        .where(QuickAct.at >= act.at, QuickAct.undone_at.is_(None))
        .group_by(QuickAct.kind, QuickAct.item_id)
    )
    return {(kind, item): last for kind, item, last in rows}
