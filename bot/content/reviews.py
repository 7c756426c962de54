"""A second person reads: drafts are sent for review, returned with a word, approved and then read by residents."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.content.asked import reopen
from bot.content.bodies import TYPE, Body, load, write_case, write_type
from bot.content.body_rules import FieldFaults, check_case, check_type
from bot.content.editing import (
    APPROVED,
    DRAFT,
    OPEN,
    RETURNED,
    REVIEW,
    STATES,
    WITHDRAWN,
    case_id_of,
    draft_of,
    live_body,
    title_of,
    writers,
)  # fmt: skip
from bot.content.grouping import ruling_of_draft
from bot.content.history import keep, keep_before, row_of, subject_of
from bot.content.library import touch_library
from bot.content.models import Case, Draft, ScamType
from bot.content.pending import waiting_of
from core.errors import Conflict, NotAllowed, Refusal

BATCH = 200
"""Drafts approved by one press: it takes a few seconds."""
MOVES = {
    DRAFT: {REVIEW, WITHDRAWN},
    REVIEW: {APPROVED, RETURNED, WITHDRAWN},
    RETURNED: {REVIEW, WITHDRAWN},
}


def submit(session: Session, draft_id: int, version: int, now: datetime) -> Draft:
    """Put a draft before the reviewers. Raises FieldFaults without a reason, Conflict when it is not as it was seen."""
    draft = _seen(session, draft_id, version)
    if not draft.why.strip():
        raise FieldFaults({"why": "请写一句，审核的人才知道看什么。"})
    _move(draft, REVIEW, now)
    return draft


def withdraw(session: Session, draft_id: int, version: int, by: str, now: datetime, why: str = "") -> Draft:
    """Give a draft up; the thing is free for another, and questions it was to answer wait in the inbox again.

    Raises Refusal when who wrote nothing in it says no reason.
    """
    ruling = ruling_of_draft(session, draft_id, lock=True)
    draft = _seen(session, draft_id, version)
    own = by in writers(draft)
    if not own and not why.strip():
        raise Refusal("这是别人写的稿件。请写明为什么撤回，作者才知道。")
    draft.reviewer, draft.comment = ("", "") if own else (by, why.strip()[:500])
    _move(draft, WITHDRAWN, now)
    if ruling is not None:
        reopen(session, ruling, by, now)
    return draft


def send_back(session: Session, draft_id: int, version: int, comment: str, by: str, now: datetime) -> Draft:
    """Return a draft to its editors with a word. Raises Refusal without one."""
    draft = _seen(session, draft_id, version)
    if not comment.strip():
        raise Refusal("请写明为什么退回，编辑才知道改哪里。")
    _move(draft, RETURNED, now)
    draft.reviewer, draft.comment = by, comment.strip()[:500]
    return draft


def approve(session: Session, draft_id: int, version: int, by: str, now: datetime) -> Draft:
    """Let residents read it from the next message on.

    Raises NotAllowed for who wrote in it, Conflict when it, or what residents read, is not what it was begun from,
    and FieldFaults when a rule no longer holds (the name was taken meanwhile).
    """
    draft = _approved(session, draft_id, version, by, now)
    touch_library(session)
    return draft


def _approved(session: Session, draft_id: int, version: int, by: str, now: datetime) -> Draft:
    draft = _seen(session, draft_id, version)
    if by in writers(draft):
        raise NotAllowed("自己写的稿件要由另一个人审核。")
    if draft.kind != TYPE and session.get(ScamType, draft.type_code) is None:
        raise Conflict("这个案例的类型还没有通过审核。请先审核它的卡片；卡片撤回了，案例也请撤回。")
    _move(draft, APPROVED, now)
    if draft.base != live_body(session, draft.subject)[0]:
        raise Conflict("起草之后，线上的正文又变过。请编辑打开这份稿件，按新的正文核对后再提交。")
    draft.reviewer = by
    _publish(session, draft, now)
    return draft


def approve_batch(session: Session, batch: str, count: int, by: str, now: datetime) -> int:
    """Approve the first BATCH of one file that still wait, or none; `count` is how many the reviewer was shown.

    Raises Conflict naming the draft that stands in the way.
    """
    waiting = waiting_of(session, batch, BATCH) if batch else []
    if len(waiting) != count or not count:
        raise Conflict("这一批的稿件刚刚变过，请刷新页面再看一遍。")
    for draft in waiting:
        try:
            _approved(session, draft.id, draft.version, by, now)
        except (FieldFaults, Conflict) as refusal:
            named = f"稿件 {draft.id}“{title_of(draft)}”"
            raise Conflict(f"{named}不能通过，所以一份都没有通过。{refusal.message}") from refusal
    touch_library(session)
    return len(waiting)


def _seen(session: Session, draft_id: int, version: int) -> Draft:
    draft = draft_of(session, draft_id, lock=True)
    if draft.version != version:
        raise Conflict("这份稿件在您打开之后又改过，请看过新的内容再决定。")
    return draft


def _move(draft: Draft, to: str, now: datetime) -> None:
    if to not in MOVES.get(draft.state, ()):
        raise Conflict(f"这份稿件现在是“{STATES[draft.state]}”，可能已被别人处理过，请刷新页面。")
    draft.state, draft.changed_at, draft.version = to, now, draft.version + 1
    if to not in OPEN:
        draft.open_subject = None


def _publish(session: Session, draft: Draft, now: datetime) -> None:
    body = load(draft.body)
    if draft.kind == TYPE:
        check_type(session, draft.type_code, body)
    else:
        check_case(session, draft.type_code, case_id_of(draft.subject), body)
    row: ScamType | Case = row_of(session, draft.subject) if draft.base else _new_row(session, draft)
    if draft.base:
        keep_before(session, draft.subject, row, now)
    _write(row, body, now)
    session.add(row)
    session.flush()
    if isinstance(row, Case):
        draft.subject = subject_of("case", row.id)
    keep(session, draft.subject, row, now, by=(draft.author, draft.reviewer), why=draft.why)


def _new_row(session: Session, draft: Draft) -> ScamType | Case:
    if draft.kind != TYPE:
        return Case(type_code=draft.type_code, version=0, shipped="", first_title="")
    last = session.scalar(select(func.max(ScamType.position))) or 0
    return ScamType(code=draft.type_code, position=last + 1, version=0, shipped="")


def _write(row: ScamType | Case, body: Body, now: datetime) -> None:
    if isinstance(row, ScamType):
        write_type(row, body)
        row.changed_at = now
    else:
        write_case(row, body)
    row.version += 1
