"""Drafts as reviewers and editors look through them."""

import json
from collections.abc import Sequence

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from bot.content.bodies import TYPE
from bot.content.editing import DRAFT, OPEN, RETURNED, REVIEW, title_of
from bot.content.listing import type_names
from bot.content.models import Draft
from bot.content.parts import Part, part


def draft_part(session: Session, states: Sequence[str], batch: str, start: int, size: int) -> Part:
    """Drafts in these states by the page: those that wait for a reviewer first, then the latest change."""
    here = select(Draft).where(Draft.state.in_(states))
    if batch:
        here = here.where(Draft.batch == batch)
    waits = case((Draft.state == REVIEW, 0), else_=1)
    return part(session, here.order_by(waits, Draft.changed_at.desc(), Draft.id.desc()), start, size)


def drafts_of(session: Session, type_code: str, limit: int = 10) -> list[Draft]:
    """The last drafts under way of a type and its cases."""
    here = select(Draft).where(Draft.state.in_(OPEN), Draft.type_code == type_code)
    return list(session.scalars(here.order_by(Draft.changed_at.desc(), Draft.id.desc()).limit(limit)))


def new_types(session: Session) -> dict[str, Draft]:
    """Code → open draft of every card whose type does not exist yet."""
    here = select(Draft).where(Draft.kind == TYPE, Draft.base == 0, Draft.state.in_(OPEN)).order_by(Draft.id)
    return {row.type_code: row for row in session.scalars(here)}


def all_names(session: Session) -> dict[str, str]:
    """Code → name of every type, those marked that are no more than an open draft."""
    new = {code: f"{title_of(row)}（新类型，等审核）" for code, row in new_types(session).items()}
    return new | type_names(session)


def waiting_of(session: Session, batch: str, limit: int) -> list[Draft]:
    """The first drafts of one file that wait for a reviewer."""
    here = select(Draft).where(Draft.state == REVIEW, Draft.batch == batch)
    return list(session.scalars(here.order_by(Draft.id).limit(limit)))


def waiting(session: Session, batch: str = "") -> int:
    """How many drafts wait for a reviewer, in all or of one file."""
    here = select(func.count(Draft.id)).where(Draft.state == REVIEW)
    return session.scalar(here.where(Draft.batch == batch) if batch else here) or 0


def waiting_for(session: Session, login: str) -> int:
    """How many drafts wait that this person may decide on: those they wrote nothing in."""
    own = Draft.writers.contains(json.dumps(login), autoescape=True)
    return session.scalar(select(func.count(Draft.id)).where(Draft.state == REVIEW, ~own)) or 0


def unfinished_of(session: Session, login: str) -> tuple[int, int]:
    """(drafts returned to this person, drafts of theirs that were never submitted)."""
    here = select(Draft.state, func.count(Draft.id)).where(
        Draft.author == login, Draft.state.in_((RETURNED, DRAFT))
    )
    found = dict(iter(session.execute(here.group_by(Draft.state))))
    return found.get(RETURNED, 0), found.get(DRAFT, 0)
