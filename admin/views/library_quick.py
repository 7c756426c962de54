"""Aliases, questions and ordinary messages: added and taken away at once, and undone."""

from flask import Blueprint, flash, g, redirect, request
from sqlalchemy.orm import Session
from werkzeug import Response

from admin.guard import own_page
from bot.content import quick
from bot.content.library import key_of
from bot.content.models import QuickAct
from bot.kit import kit
from bot.registry import audit
from core.errors import Refusal

bp = Blueprint("library_quick", __name__)


@bp.post("/library/phrases/add")
def add() -> Response:
    """Aliases, questions or ordinary messages, one a line; all of them or none."""
    kind, code = request.form.get("kind", ""), request.form.get("type_code", "")
    with kit().db.transaction() as session:
        acts = [_added(session, kind, code, text) for text in quick.many(request.form.get("text", ""))]
        also = {act.text: quick.also_claimed(session, kind, key_of(act.text), code) for act in acts if code}
    flash(f"已添加 {len(acts)} 条{quick.WORDS[kind]}，下一条消息就起作用。", "success")
    for text, names in also.items():
        if names:
            flash(
                f"“{text}”也是“{'、'.join(names)}”的{quick.WORDS[kind]}，命中时几个类型都会考虑。", "warning"
            )
    return redirect(own_page(request.referrer or ""))


def _added(session: Session, kind: str, code: str, text: str) -> QuickAct:
    try:
        act = quick.add(session, kind, code, text, g.person.login, kit().clock())
    except Refusal as refusal:
        raise type(refusal)(f"“{text[:20]}”：{refusal.message}什么都没有添加。") from refusal
    noted(session, "library.add", act)
    return act


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
