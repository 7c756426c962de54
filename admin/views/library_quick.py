"""Aliases, questions and ordinary messages: added and taken away at once, and undone."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from admin.forms_library import LibraryFilter, Typed
from admin.guard import own_page
from admin.parts import PER_PAGE
from admin.views import library
from bot.content import listing, quick
from bot.content import together as beside
from bot.content.library import key_of
from bot.content.models import QuickAct
from bot.kit import kit
from bot.registry import audit
from core.errors import Refusal

bp = Blueprint("library_quick", __name__)
TOLD = 10  # words that are named in a sentence
Page = Response | tuple[str | Response, int]


@bp.post("/library/ordinary")
@bp.post("/library/types/<code>")
@bp.post("/library/types/<code>/phrases")
def add(code: str = "") -> Page:
    """Aliases, questions or ordinary messages, one a line, sent to the page they stand on; all of them or none."""
    kind, text = request.form.get("kind", ""), request.form.get("text", "")
    try:
        with kit().db.transaction() as session:
            acts = quick.add_all(session, kind, code, text, g.person.login, kit().clock())
            for act in acts:
                noted(session, "library.add", act)
            also = {
                act.text: quick.also_claimed(session, kind, key_of(act.text), code) for act in acts if code
            }
            off = code and not library.type_of(session, code).live
    except quick.LineFaults as wrong:
        return _again(code, Typed(kind, text, wrong.lines, "")), wrong.status
    except Refusal as refusal:
        return _again(code, Typed(kind, text, [], refusal.message)), refusal.status
    works = "类型已停用，重新启用以后才起作用" if off else "下一条消息就起作用"
    flash(f"已添加 {len(acts)} 条{quick.WORDS[kind]}，{works}。", "warning" if off else "success")
    for text, names in also.items():
        if names:
            flash(
                f"“{text}”也是“{'、'.join(names)}”的{quick.WORDS[kind]}，命中时几个类型都会考虑。", "warning"
            )
    return redirect(request.full_path.rstrip("?"))


def _again(code: str, typed: Typed) -> str | Response:
    """The page the words were typed on, with all of them still in their box."""
    if not code:
        return library.ordinary(typed)
    return (
        library.phrases(code, typed) if request.path.endswith("/phrases") else library.type_page(code, typed)
    )


def noted(session: Session, action: str, act: QuickAct) -> None:
    told = {quick.WORDS[act.kind]: act.text}
    audit.note(session, g.person.login, action, act.type_code or "日常话", kit().clock(), None, told)


@bp.post("/library/phrases/retire")
def take() -> Response:
    kind, item = request.form.get("kind", ""), request.form.get("item", 0, int)
    with kit().db.transaction() as session:
        act = quick.retire(session, kind, item, g.person.login, kit().clock())
        noted(session, "library.retire", act)
        told = act.text
    flash(f"已停用“{told}”。按“撤销”可以恢复。", "success")
    return redirect(own_page(request.referrer or ""))


@bp.post("/library/acts/<int:act_id>/undo")
def undo(act_id: int) -> Response:
    with kit().db.transaction() as session:
        act = quick.undo(session, act_id, g.person.login, kit().clock())
        noted(session, "library.undo", act)
        told = f"{quick.DID[act.act]}“{act.text}”"
    flash(f"已撤销：{told}。", "success")
    return redirect(own_page(request.referrer or ""))


@bp.get("/library/acts/<int:act_id>")
def together(act_id: int) -> str:
    """All words that were added in one moment with this one: what a file brought, or one box."""
    form = LibraryFilter(request.args)
    form.validate()
    with kit().db.reading() as session:
        act = beside.act_of(session, act_id)
        part = beside.added_part(session, act, (form.wanted() - 1) * PER_PAGE, PER_PAGE)
        held = {"file": beside.file_of(session, act), "standing": beside.standing(session, act)}
        names = listing.type_names(session)
    shown = library.sheet_of(part, form)
    return render_template(
        "library_together.html", act=act, sheet=shown, names=names, words=quick.WORDS, **held
    )


@bp.post("/library/acts/<int:act_id>/undo-all")
def undo_all(act_id: int) -> Response:
    """Take back what was added together, as far as nobody acted on it since."""
    with kit().db.transaction() as session:
        done = beside.undo_together(session, act_id, g.person.login, kit().clock())
        about = beside.file_of(session, beside.act_of(session, act_id)) or "一起添加的词"
        told = {"条数": len(done.undone)}
        audit.note(session, g.person.login, "library.undo", about, kit().clock(), None, told)
        kept = [act.text for act in done.kept]
    flash(f"已撤销 {len(done.undone)} 条，下一条消息起不再起作用。", "success")
    if kept:
        some = "、".join(f"“{text}”" for text in kept[:TOLD]) + ("等" if len(kept) > TOLD else "")
        flash(f"{len(kept)} 条后来有人动过，没有撤销：{some}。", "warning")
    return redirect(url_for(".together", act_id=act_id))
