"""The bottom menu: arranged and looked at here, saved, then put into WeChat; and what WeChat shows now."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug import Response

from admin import topics
from admin.forms_menu import MenuForm, filled
from admin.wechat_words import trouble
from bot import menus
from bot.kit import kit
from bot.registry import menu, options
from bot.registry.menu import Button
from bot.registry.options import Changed
from core.errors import Refusal
from core.wechat.outcome import CallFailed

bp = Blueprint("menu", __name__)
Page = str | tuple[str, int] | Response


@bp.get("/settings/menu")
def show() -> str:
    with kit().db.reading() as session:
        held = menu.menu_now(session)
    return page(MenuForm(data=filled(held.value) | {"version": held.version}), held.value)


@bp.post("/settings/menu")
def save() -> Page:
    """With `go=save` the menu is kept, with anything else it is only shown. Pushing it is a step of its own."""
    form = MenuForm(request.form)
    form.validate()
    try:
        if faults := form.mistakes():
            raise Refusal("".join(faults))
        buttons = menu.checked(form.buttons())
        if request.form.get("go") != "save":
            return page(form, buttons, preview=True)
        keep(buttons, -1 if form.version.data is None else form.version.data)
    except Changed as other:
        form.version.process_data(other.now.version)
        return page(form, buttons, preview=True, theirs=other.now), 409
    except Refusal as refusal:
        return page(form, form.buttons(), fault=refusal.message), 400
    flash("菜单已保存，还没有推送到微信。", "success")
    return redirect(url_for(".show"))


def keep(buttons: list[Button], seen: int) -> None:
    with kit().db.transaction() as session:
        options.save(session, menu.MENU, buttons, seen, g.person.login, kit().clock(), menu.outlined)


@bp.post("/settings/menu/push")
def push() -> Response:
    """Into WeChat, with no transaction open while we wait for it."""
    try:
        menus.push(kit(), g.person.login)
    except CallFailed as failure:
        flash(f"没有推送成功，微信上还是原来的菜单。{trouble(failure.outcome)}", "danger")
    else:
        flash("已推送到微信。手机上五分钟内会换成新菜单；取消关注再关注，马上能看到。", "success")
    return redirect(url_for(".show"))


@bp.get("/settings/menu/live")
def live() -> str:
    """What WeChat shows now, beside what is saved here."""
    with kit().db.reading() as session:
        ours = menu.menu_now(session).value
    try:
        theirs, fault = kit().wechat.get_menu(), ""
    except CallFailed as failure:
        theirs, fault = [], trouble(failure.outcome)
    pieces = topics.changes(*("\n".join(menu.outlined(buttons)) for buttons in (theirs, ours)))
    same = menu.outlined(theirs) == menu.outlined(ours)
    return render_template("menu_live.html", fault=fault, pieces=pieces, same=same, absent=not theirs)


def page(form: MenuForm, buttons: list[Button], **more: Any) -> str:
    with kit().db.reading() as session:
        held, sent = menu.menu_now(session), menu.pushed(session)
        versions = options.settings(session, menu.MENU, 10)
    rest = {"preview": False, "theirs": None, "fault": ""} | more
    return render_template(
        "menu.html", form=form, buttons=buttons, held=held, sent=sent, versions=versions, outlined=menu.outlined,
        stale=not sent.version or menu.outlined(sent.value) != menu.outlined(held.value), **rest,
    )  # fmt: skip
