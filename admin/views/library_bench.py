"""The test bench: what becomes of a sentence now, and after an edit that nobody saved."""

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from admin.bench_words import Shown, shown
from admin.forms_library import CardForm, form_for
from bot.content import bench, bodies, editing
from bot.content.bench import Edit
from bot.content.bodies import CASE, TYPE
from bot.content.library import ALIAS, QUESTION
from bot.kit import kit

bp = Blueprint("library_bench", __name__)
LONGEST = 1000


@bp.get("/library/bench")
def show() -> str:
    return render_template("library_bench.html", said="", sides=None)


@bp.post("/library/bench")
def run() -> str:
    """The answer now and, where an edit came with the sentence, as it would be after it. Changes nothing."""
    text = request.form.get("say", "").strip()[:LONGEST]
    sides = tried(text) if text else []
    page = "library_bench_answer.html" if "HX-Request" in request.headers else "library_bench.html"
    return render_template(page, said=text, sides=sides)


def tried(text: str) -> list[Shown]:
    with kit().db.reading() as session:
        kit().matcher.refresh(session)
        edit = asked_edit(session)
        aside = bench.with_edit(session, kit().matcher, edit) if edit else None
    sides = [shown("现在" if aside else "", text, kit().matcher)]
    return [*sides, shown(_after(), text, aside)] if aside else sides


def _after() -> str:
    return "通过以后" if request.form.get("bench_draft", 0, int) else "改后（还没有保存）"


def asked_edit(session: Session) -> Edit | None:
    """What came with the sentence: a draft, an unsaved form, or phrases not yet added. None when nothing did."""
    if draft_id := request.form.get("bench_draft", 0, int):
        return _of_draft(session, draft_id)
    if kind := request.form.get("kind_of", ""):
        return _of_form(kind)
    phrases = tuple(
        (kind, line.strip())
        for kind in (ALIAS, QUESTION)
        for line in request.form.get(f"try_{kind}", "").splitlines()[:100]
        if line.strip()
    )
    code = request.form.get("type_code", "")
    return Edit(code, phrases=phrases) if phrases and code in kit().matcher.cards else None


def _of_draft(session: Session, draft_id: int) -> Edit:
    row = editing.draft_of(session, draft_id)
    return Edit(row.type_code, row.kind, editing.case_id_of(row.subject), bodies.load(row.body))


def _of_form(kind: str) -> Edit:
    form = form_for(kind, request.form)
    form.validate()
    subject = form.subject.data or ""
    code = (form.type_code.data or "").strip() or "new"
    kind = TYPE if isinstance(form, CardForm) else CASE
    return Edit(code, kind, editing.case_id_of(subject), form.body())
