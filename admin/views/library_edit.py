"""Writing cards and cases: the form, and the draft it becomes."""

from contextlib import suppress
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug import Response

from admin.forms_library import EMPTY, EMPTY_CASE, HINTS, CardForm, CaseForm, filled, form_for, options
from bot.content import bodies, editing, history, listing, pending, reviews
from bot.content.bodies import CASE, TYPE, Body
from bot.content.body_diff import differences
from bot.content.body_rules import FieldFaults
from bot.content.editing import Seen, Stale, Wish
from bot.content.models import Draft, ScamType
from bot.kit import kit
from bot.registry import audit
from core.db import LARGEST_ID
from core.errors import Conflict, NotFound, Refusal, TryAgain

bp = Blueprint("library_edit", __name__)
TRIES = 3
AnyForm = CardForm | CaseForm
Page = tuple[str, int] | str | Response


@bp.get("/library/write")
def write() -> str:
    """The form of a card or a case: of its open draft, of what residents read, or empty for a new one."""
    subject, draft_id, code = (request.args.get(name, "") for name in ("subject", "draft", "type"))
    with kit().db.reading() as session:
        if draft_id.isdecimal():
            draft = editing.draft_of(session, int(draft_id))
            form = _of_draft(session, draft)
        elif subject:
            form = _of_subject(session, subject)
        else:
            form = _new(session, code)
        return _page(session, form)


def _of_draft(session: Session, draft: Draft) -> AnyForm:
    if draft.state not in editing.OPEN:
        raise Refusal(f"这份稿件{editing.STATES[draft.state]}，不能再改。请从当前正文重新开始。")
    seen = Seen(draft.id, draft.version, editing.live_body(session, draft.subject)[0])
    return _made(draft.kind, draft.subject, draft.type_code, bodies.load(draft.body), seen, draft.why)


def _of_subject(session: Session, subject: str) -> AnyForm:
    draft = editing.open_draft(session, subject)
    if draft is not None:
        return _of_draft(session, draft)
    body, seen = editing.begun(session, subject)
    row = history.row_of(session, subject)
    code = row.code if isinstance(row, ScamType) else row.type_code
    return _made(subject.partition(":")[0], subject, code, body, seen, "")


def _new(session: Session, code: str) -> AnyForm:
    if not code:
        return _made(TYPE, "", "", EMPTY, Seen(0, 0, 0), "")
    if not editing.type_begun(session, code):
        raise NotFound("没有这个类型。")
    return _made(CASE, "", code, EMPTY_CASE, Seen(0, 0, 0), "")


def _made(kind: str, subject: str, code: str, body: Body, seen: Seen, why: str) -> AnyForm:
    form = form_for(kind)
    filled(form, body)
    form.kind_of.data, form.subject.data, form.type_code.data, form.why.data = kind, subject, code, why
    form.put_seen(seen)
    return form


def _page(session: Session, form: AnyForm, stale: Stale | None = None) -> str:
    names = pending.all_names(session)
    if isinstance(form, CardForm):
        known = listing.type_names(session).items()
        others = {code: name for code, name in known if code != form.type_code.data}
        form.second.choices = options(others)
    theirs = differences(stale.theirs, form.body(), names) if stale else []
    begun = _begun(session, form)
    return render_template(
        "library_write.html", form=form, hints=HINTS, names=names, tags=listing.known_tags(session), stale=stale,
        theirs=theirs, is_card=isinstance(form, CardForm), begun=begun,
        writers=editing.writers(begun) if begun else [],
    )  # fmt: skip


def _begun(session: Session, form: AnyForm) -> Draft | None:
    """The open draft that the form goes on with."""
    number = form.draft.data or 0
    row = session.get(Draft, number) if 0 < number <= LARGEST_ID else None
    return row if row and row.state in editing.OPEN else None


@bp.get("/library/save", endpoint="again")
def write_again() -> Response:
    """A form that was refused stands at the address it was sent to; whoever reloads it, or signs in again, writes on."""
    return redirect(f"{url_for('.write')}?{request.query_string.decode('ascii', 'ignore')}".rstrip("?"))


@bp.post("/library/save")
def save() -> Page:
    """Keep the words as a draft; “submit” also puts it before the reviewers."""
    form = form_for(request.form.get("kind_of", ""), request.form)
    form.validate()
    try:
        number = _saved(form, submit="submit" in request.form)
    except Stale as stale:
        form.put_seen(stale.seen)
        return _again(form, 409, stale)
    except FieldFaults as faults:
        for name, told in faults.fields.items():
            form["type_code" if name == "code" else name].errors = [told]
        return _again(form, 400)
    except Refusal as refusal:
        flash(refusal.message, "danger")
        return _again(form, refusal.status)
    return redirect(url_for("admin.library_review.draft", draft_id=number))


def _saved(form: AnyForm, *, submit: bool) -> int:
    """The draft's id, what became of it said. Who began a new thing in the same moment as another sees it the second time."""
    for _ in range(TRIES):
        with suppress(IntegrityError, TryAgain):
            with kit().db.transaction() as session:
                begun = _begun(session, form)
                waited = begun is not None and begun.state == editing.REVIEW
                number = _kept(session, form, submit=submit)
            _told(submit=submit, waited=waited)
            return number
    raise Conflict("同一时刻有好几个人在保存，请再按一次。")


def _told(*, submit: bool, waited: bool) -> None:
    if submit:
        flash("已提交审核，另一个人通过后才生效。", "success")
    elif waited:
        flash("草稿已保存。它原来在等审核，现在撤下来了：改好以后，请再提交审核。", "warning")
    else:
        flash("草稿已保存。", "success")


def _again(form: AnyForm, status: int, stale: Stale | None = None) -> tuple[str, int]:
    faulty = next((field for field in form if field.errors), None)
    if faulty is not None:
        faulty.render_kw = {"autofocus": True}  # where the writing goes on
    with kit().db.reading() as session:
        return _page(session, form, stale), status


def _kept(session: Session, form: AnyForm, *, submit: bool) -> int:
    """Keep the draft, and return its id."""
    now, kind = kit().clock(), TYPE if isinstance(form, CardForm) else CASE
    code = (form.type_code.data or "").strip()
    subject = form.subject.data or (history.subject_of(TYPE, code) if kind == TYPE else "")
    if kind == TYPE:
        code = subject.removeprefix("type:")
    wish = Wish(kind, subject, code, form.body(), (form.why.data or "").strip()[:200])
    draft = editing.save(session, wish, form.seen(), g.person.login, now)
    note(session, "library.save", draft)
    if submit:
        reviews.submit(session, draft.id, draft.version, now)
        note(session, "library.submit", draft)
    return draft.id


def note(session: Session, action: str, draft: Draft, before: Any = None, after: Any = None) -> None:
    """One line of the audit log about a draft."""
    told = {"为什么": draft.why} if after is None else after
    audit.note(session, g.person.login, action, name_of(draft), kit().clock(), before, told)


def name_of(draft: Draft) -> str:
    """`刷单返利`, or `刷单返利：案例标题`."""
    title = editing.title_of(draft)
    return title if draft.kind == TYPE else f"{draft.type_code}：{title}"


@bp.post("/library/retire")
def retire() -> Response:
    """A draft that takes a card or a case out of use, or back into it, put before the reviewers."""
    subject, why = request.form.get("subject", ""), request.form.get("why", "").strip()[:200]
    with kit().db.transaction() as session:
        draft = editing.retire(session, subject, why, g.person.login, kit().clock())
        reviews.submit(session, draft.id, draft.version, kit().clock())
        note(session, "library.submit", draft)
        number = draft.id
    flash("已提交审核。另一个人通过以前，居民看到的不变。", "success")
    return redirect(url_for("admin.library_review.draft", draft_id=number))


@bp.post("/library/restore")
def restore() -> Response:
    subject, number = request.form.get("subject", ""), request.form.get("number", 0, int)
    with kit().db.transaction() as session:
        draft = editing.restore(session, subject, number, g.person.login, kit().clock())
        note(session, "library.save", draft)
        made = draft.id
    flash(f"已按第 {number} 版做成草稿，核对后提交审核。", "success")
    return redirect(url_for("admin.library_review.draft", draft_id=made))
