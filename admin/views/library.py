"""The case library as it stands: types, a type with all it holds, cases, phrases, ordinary talk, versions."""

from datetime import timedelta
from math import ceil
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug import Response

from admin.forms_library import LibraryFilter, Typed
from admin.marks import chat, marked
from admin.parts import PER_PAGE, Sheet, sheet
from bot.content import bodies, claims, editing, history, listing, pending, quick, together
from bot.content.cards import strings
from bot.content.library import ALIAS, ORDINARY, QUESTION
from bot.content.listing import TypeRow
from bot.content.models import Case, ScamType
from bot.content.parts import Part
from bot.kit import kit
from bot.talk.given import answered_with
from core.clock import county_date
from core.errors import NotFound

bp = Blueprint("library", __name__)
bp.add_app_template_filter(marked, "marked")
bp.add_app_template_filter(chat, "chat")
FEW = 12  # cases and phrases shown on the page of their type
USED_DAYS = 7
SHOWS = {"overdue": "该复核的", "thin": "线索词或问法偏少的", "drafts": "有稿件在改的", "off": "已停用的"}


def asked() -> LibraryFilter:
    form = LibraryFilter(request.args)
    form.validate()
    return form


def sheet_of(part: Part, form: LibraryFilter, size: int = PER_PAGE) -> Sheet[Any]:
    """The rows the database gave for the wanted page."""
    pages = max(1, ceil(part.total / size))
    return Sheet(part.rows, min(form.wanted(), pages), pages, part.total)


@bp.get("/library")
def show() -> str:
    form, today = asked(), county_date(kit().clock())
    with kit().db.reading() as session:
        rows = listing.type_rows(session, form.words())
        waiting, new = pending.waiting(session), list(pending.new_types(session).values())
    picked = {
        "overdue": [row for row in rows if row.overdue(today)], "thin": [row for row in rows if row.thin],
        "drafts": [row for row in rows if row.drafts], "off": [row for row in rows if not row.live],
    }  # fmt: skip
    shown = picked.get(form.show.data or "", rows)
    return render_template(
        "library.html", form=form, sheet=sheet(shown, form.wanted()), counts={k: len(v) for k, v in picked.items()},
        shows=SHOWS, today=today, waiting=waiting, total=totals(rows), kinds=bodies.KINDS,
        new=new, title_of=editing.title_of,
    )  # fmt: skip


def totals(rows: list[TypeRow]) -> dict[str, int]:
    return {
        "types": sum(row.live for row in rows), "cases": sum(row.cases for row in rows),
        "aliases": sum(row.aliases for row in rows), "questions": sum(row.questions for row in rows),
    }  # fmt: skip


@bp.get("/library/types/<code>")
def type_page(code: str, typed: Typed | None = None) -> str | Response:
    """A type with all it holds; `typed` are words that were refused, given back. A type that is a draft only is its draft."""
    now = kit().clock()
    with kit().db.reading() as session:
        if begun := pending.new_types(session).get(code):
            return redirect(url_for("admin.library_review.draft", draft_id=begun.id))
        row = type_of(session, code)
        aliases = listing.phrase_part(session, code, ALIAS, "", 0, FEW * 3)
        held = {
            "cases": listing.case_part(session, code, "", 0, FEW),
            "aliases": aliases,
            "questions": listing.phrase_part(session, code, QUESTION, "", 0, FEW),
            "acts": (acts := quick.recent(session, code)),
            "company": together.company(session, acts),
            "drafts": pending.drafts_of(session, code),
            "named_by": claims.named_second_by(session, code),
            "names": listing.type_names(session),
            "used": answered_with(session, code, now - timedelta(days=USED_DAYS)),
        }
        twice = claims.claimed(session, ALIAS, [each.folded for each in aliases.rows])
    body, open_now = bodies.type_body(row), editing.STATES
    return render_template(
        "library_type.html", title_of=editing.title_of, row=row, body=body, twice=twice, states=open_now, used_days=USED_DAYS,
        today=county_date(now), kinds=bodies.KINDS, labels=bodies.LABELS, least=listing.LEAST, typed=typed,
        **held,
    )  # fmt: skip


def type_of(session: Any, code: str) -> ScamType:
    """Raises NotFound."""
    row: ScamType | None = session.get(ScamType, code)
    if row is None:
        raise NotFound("没有这个类型，它可能还没有通过审核。")
    return row


@bp.get("/library/types/<code>/cases")
def cases(code: str) -> str:
    form = asked()
    with kit().db.reading() as session:
        row = type_of(session, code)
        part = listing.case_part(session, code, form.words(), (form.wanted() - 1) * PER_PAGE, PER_PAGE)
    return render_template("library_cases.html", row=row, form=form, sheet=sheet_of(part, form))


@bp.get("/library/types/<code>/phrases")
def phrases(code: str, typed: Typed | None = None) -> str:
    form = asked()
    kind = QUESTION if form.kind.data == QUESTION else ALIAS
    with kit().db.reading() as session:
        row = type_of(session, code)
        part = listing.phrase_part(
            session, code, kind, form.words(), (form.wanted() - 1) * PER_PAGE, PER_PAGE
        )
        twice = claims.claimed(session, kind, [each.folded for each in part.rows])
        acts = quick.recent(session, code)
        company = together.company(session, acts)
    return render_template(
        "library_phrases.html", row=row, form=form, sheet=sheet_of(part, form), kind=kind, twice=twice, acts=acts,
        company=company, typed=typed,
    )  # fmt: skip


@bp.get("/library/ordinary")
def ordinary(typed: Typed | None = None) -> str:
    form = asked()
    with kit().db.reading() as session:
        part = listing.ordinary_part(session, form.words(), (form.wanted() - 1) * PER_PAGE, PER_PAGE)
        acts = quick.recent(session, "")
        company = together.company(session, acts)
    return render_template(
        "library_ordinary.html", form=form, sheet=sheet_of(part, form), acts=acts, company=company, kind=ORDINARY,
        typed=typed,
    )  # fmt: skip


@bp.get("/library/cases/<int:case_id>")
def case_page(case_id: int) -> str:
    with kit().db.reading() as session:
        subject = history.subject_of(bodies.CASE, case_id)
        row = history.row_of(session, subject)
        assert isinstance(row, Case)
        held = {"type_row": type_of(session, row.type_code), "draft": editing.open_draft(session, subject)}
    return render_template(
        "library_case.html", row=row, tags=strings(row.tags), subject=subject, states=editing.STATES, **held
    )


@bp.get("/library/history/<subject>")
def versions(subject: str) -> str:
    """Every version kept of a card or a case, and how two of them differ."""
    old, new = (request.args.get(name, type=int) for name in ("old", "new"))
    with kit().db.reading() as session:
        row = history.row_of(session, subject)
        kept, names = history.editions(session, subject), listing.type_names(session)
        if old is None and new is None and len(kept) > 1:
            old, new = kept[1].number, kept[0].number
        changes = None
        if old is not None and new is not None:
            changes = history.compare(session, subject, old, new, names)
        begun = editing.open_draft(session, subject)
    name, code = (row.name, row.code) if isinstance(row, ScamType) else (row.title, row.type_code)
    return render_template(
        "library_history.html", subject=subject, row=row, name=name, code=code, names=names, kept=kept, old=old, new=new,
        changes=changes, draft=begun, person=g.person,
    )  # fmt: skip
