"""Writing cards and cases: one open draft a thing, never silently over somebody else's words."""

import json
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.content.bodies import CASE, CODE, TYPE, Body, dump, load
from bot.content.body_rules import FieldFaults, check_case, check_type
from bot.content.history import body_of, edition, row_of, subject_of
from bot.content.models import Case, Draft, ScamType
from core.db import LARGEST_ID
from core.errors import Conflict, NotFound, Refusal

DRAFT, REVIEW, RETURNED, APPROVED, WITHDRAWN = "draft", "review", "returned", "approved", "withdrawn"
OPEN = (DRAFT, REVIEW, RETURNED)
STATES = {DRAFT: "草稿", REVIEW: "待审核", RETURNED: "已退回", APPROVED: "已通过", WITHDRAWN: "已撤回"}


class Seen(NamedTuple):
    """What the form was loaded with: the open draft's id and version (0 without one), and the live version."""

    draft: int
    version: int
    base: int


class Wish(NamedTuple):
    """What an editor wants a thing to say. `subject` is "" for a case that does not exist yet."""

    kind: str
    subject: str
    type_code: str
    body: Body
    why: str = ""
    batch: str = ""


class Stale(Conflict):
    """Somebody else was first. `theirs` is what stands there now, `seen` what to post to save over it knowingly."""

    def __init__(self, who: str, at: datetime | None, theirs: Body, seen: Seen) -> None:
        self.who, self.at, self.theirs, self.seen = who, at, theirs, seen
        super().__init__("您打开之后，别人改过这里。请看清对方的改动，再决定保存谁的。")


def open_draft(session: Session, subject: str) -> Draft | None:
    """The draft under way of a thing, or None."""
    return session.scalar(select(Draft).where(Draft.open_subject == subject)) if subject else None


def draft_of(session: Session, draft_id: int, *, lock: bool = False) -> Draft:
    """One draft, open or not. Raises NotFound."""
    wanted = select(Draft).where(Draft.id == draft_id)
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    row = session.scalar(wanted) if draft_id <= LARGEST_ID else None
    if row is None:
        raise NotFound("没有这份稿件。")
    return row


def live_body(session: Session, subject: str) -> tuple[int, Body | None]:
    """The version residents read and what it says; (0, None) for what does not exist yet."""
    try:
        row = row_of(session, subject)
    except NotFound:
        return 0, None
    return row.version, body_of(row)


def begun(session: Session, subject: str) -> tuple[Body, Seen]:
    """What an editor's form starts from: the open draft, else what residents read. Raises NotFound."""
    draft = open_draft(session, subject)
    version, body = live_body(session, subject)
    if draft is not None:
        return load(draft.body), Seen(draft.id, draft.version, version)
    if body is None:
        raise NotFound("没有这个类型或案例。")
    return body, Seen(0, 0, version)


def save(session: Session, wish: Wish, seen: Seen, by: str, now: datetime) -> Draft:
    """Keep the words as the one open draft of their subject; residents read on what they read before.

    Raises FieldFaults for words that break a rule, Refusal when nothing differs, Stale when what the form was
    loaded with has changed since.
    """
    _check(session, wish, seen)
    _lock(session, wish.subject)
    draft = draft_of(session, seen.draft, lock=True) if seen.draft else open_draft(session, wish.subject)
    version, body = live_body(session, wish.subject)
    _notice(draft, version, body, seen)
    if draft is None and body == wish.body:
        raise Refusal("和线上的正文一样，没有要保存的改动。")
    if draft is None:
        draft = Draft(kind=wish.kind, subject=wish.subject, type_code=wish.type_code, made_at=now, version=0)
        draft.writers, draft.batch, draft.open_subject = "[]", wish.batch, wish.subject or None
        session.add(draft)
    draft.body, draft.why, draft.base, draft.author = dump(wish.body), wish.why, version, by
    draft.writers = json.dumps(sorted({*writers(draft), by}), ensure_ascii=False)
    draft.state, draft.changed_at, draft.version = DRAFT, now, draft.version + 1
    session.flush()
    return draft


def title_of(draft: Draft) -> str:
    """The name of a card, the title of a case."""
    body = load(draft.body)
    return str(body["name"] if draft.kind == TYPE else body["title"])


def writers(draft: Draft) -> list[str]:
    """Everybody who wrote in it."""
    held: list[str] = json.loads(draft.writers)
    return held


def _check(session: Session, wish: Wish, seen: Seen) -> None:
    _check_subject(session, wish)
    if wish.kind == TYPE:
        _check_card(session, wish, seen)
        return
    if not type_begun(session, wish.type_code):
        raise NotFound("没有这个诈骗类型。")
    check_case(session, wish.type_code, case_id_of(wish.subject), wish.body)
    if other := _same_case(session, wish, seen.draft):
        told = f"稿件 {other.id} 已经在写同名的案例，请接着改那一份，或换一个标题。"
        raise FieldFaults({"title": told})


def _check_card(session: Session, wish: Wish, seen: Seen) -> None:
    faults = _code_fault(session, wish.type_code, seen)
    try:
        check_type(session, wish.type_code, wish.body)
    except FieldFaults as others:
        faults |= others.fields
    if faults:
        raise FieldFaults(faults)


def _code_fault(session: Session, code: str, seen: Seen) -> dict[str, str]:
    """A new type has a code of its own: it must not end as an edit of the type that has the code already."""
    if not CODE.fullmatch(code):
        return {"code": "编号用 2 到 20 个小写字母或数字。"}
    held = session.get(ScamType, code) if seen == Seen(0, 0, 0) else None
    return (
        {"code": f"编号 {code} 是“{held.name}”的，请换一个。要改那张卡，请从它的页面点“修改卡片”。"}
        if held
        else {}
    )


def type_begun(session: Session, code: str) -> bool:
    """Whether cases may be written for this type: it exists, or its card is an open draft."""
    there = session.get(ScamType, code) is not None
    return there or open_draft(session, subject_of(TYPE, code)) is not None


def _same_case(session: Session, wish: Wish, own: int) -> Draft | None:
    """Another open draft, not `own`, that would give this type a case of this title."""
    here = select(Draft).where(Draft.kind == CASE, Draft.type_code == wish.type_code, Draft.state.in_(OPEN))
    others = session.scalars(here.where(Draft.id != own).order_by(Draft.id))
    same = (row for row in others if load(row.body)["title"] == wish.body["title"])
    return next((row for row in same if not wish.subject or row.subject != wish.subject), None)


def _check_subject(session: Session, wish: Wish) -> None:
    """A form that was put together by hand names a thing of another kind, or of another type. Raises NotFound."""
    fits = wish.subject == subject_of(TYPE, wish.type_code)
    if wish.kind == CASE and wish.subject:
        row = row_of(session, wish.subject)
        fits = isinstance(row, Case) and row.type_code == wish.type_code
    if wish.subject and not fits:
        raise NotFound("没有这个类型或案例。")


def case_id_of(subject: str) -> int | None:
    """12 for `case:12`; None for a new case."""
    kind, _, key = subject.partition(":")
    return int(key) if kind == CASE and key.isdecimal() else None


def _lock(session: Session, subject: str) -> None:
    """Who writes first about a thing is served first; the other then sees what was written."""
    kind, _, key = subject.partition(":")
    if kind == TYPE:
        session.execute(select(ScamType.code).where(ScamType.code == key).with_for_update())
    elif kind == CASE:
        session.execute(select(Case.id).where(Case.id == int(key)).with_for_update())


def _notice(draft: Draft | None, version: int, body: Body | None, seen: Seen) -> None:
    """Raises Stale when the draft, or what residents read, is not what the form was loaded with."""
    if draft is not None and draft.state in OPEN:
        if (draft.id, draft.version) != (seen.draft, seen.version):
            raise Stale(
                draft.author, draft.changed_at, load(draft.body), Seen(draft.id, draft.version, version)
            )
    elif draft is not None:
        raise Conflict(f"这份稿件{STATES[draft.state]}，不能再改。请从当前正文重新开始。")
    if body is not None and version != seen.base:
        held = (draft.id, draft.version) if draft else (0, 0)
        raise Stale("", None, body, Seen(*held, version))


def restore(session: Session, subject: str, number: int, by: str, now: datetime) -> Draft:
    """A draft that says what version `number` said. Raises NotFound, Conflict while another draft is open."""
    held = edition(session, subject, number)
    row = row_of(session, subject)
    if open_draft(session, subject) is not None:
        raise Conflict("这里还有一份没处理完的稿件，请先通过、退回或撤回它。")
    type_code = row.code if isinstance(row, ScamType) else row.type_code
    wish = Wish(subject.partition(":")[0], subject, type_code, load(held.body), f"恢复到第 {number} 版")
    return save(session, wish, Seen(0, 0, row.version), by, now)


def retire(session: Session, subject: str, why: str, by: str, now: datetime) -> Draft:
    """A draft that takes a card or a case out of use (or back into it). Raises NotFound, Conflict."""
    row = row_of(session, subject)
    if open_draft(session, subject) is not None:
        raise Conflict("这里还有一份没处理完的稿件，请先通过、退回或撤回它。")
    body = body_of(row)
    type_code = row.code if isinstance(row, ScamType) else row.type_code
    wish = Wish(subject.partition(":")[0], subject, type_code, body | {"live": not body["live"]}, why)
    return save(session, wish, Seen(0, 0, row.version), by, now)
