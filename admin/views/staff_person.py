"""One person of the office: name, roles, links, letting them work or not."""

from collections.abc import Callable

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from admin.forms_staff import GrantForm, NameForm
from admin.views.staff import address_of
from admin.words import ROLES
from bot.kit import kit
from bot.registry import audit, second_factor, staff, staff_links, staff_roles
from bot.registry.staff_list import member
from core.errors import Conflict, NotAllowed

bp = Blueprint("staff_person", __name__)
Page = tuple[str, int] | Response


@bp.get("/staff/<int:staff_id>")
def show(staff_id: int) -> str:
    return page(staff_id, GrantForm())


def page(staff_id: int, grant_form: GrantForm, name_form: NameForm | None = None, told: str = "") -> str:
    with kit().db.reading() as session:
        who = member(session, staff_id, kit().real_clock())
    form = name_form or NameForm(data={"name": who.name, "version": who.version})
    return render_template("staff_person.html", who=who, form=form, grant=grant_form, told=told)


@bp.post("/staff/<int:staff_id>/name")
def rename(staff_id: int) -> Page:
    form = NameForm(request.form)
    if not form.validate():
        return page(staff_id, GrantForm(), form), 400
    try:
        with kit().db.transaction() as session:
            before = staff.held(session, staff_id).name
            after = staff.rename(session, staff_id, form.name.data, form.version.data)
            note(session, "staff.rename", after.login, {"name": before}, {"name": after.name})
    except Conflict as conflict:
        return decide(staff_id, form, conflict)
    return done(staff_id, "姓名已保存。")


def decide(staff_id: int, form: NameForm, conflict: Conflict) -> Page:
    """Somebody else changed it meanwhile: their words are shown, ours stay in the field, saving again takes ours."""
    with kit().db.reading() as session:
        form.version.process_data(member(session, staff_id, kit().real_clock()).version)
    form.version.raw_data = None
    form.name.errors = [conflict.message]
    return page(staff_id, GrantForm(), form), 409


@bp.post("/staff/<int:staff_id>/grant")
def grant(staff_id: int) -> Page:
    form = GrantForm(request.form)
    if not form.validate():
        return page(staff_id, form), 400
    with kit().db.transaction() as session:
        who = staff.held(session, staff_id)
        unit = staff_roles.unit_called(session, form.unit.data) if (form.unit.data or "").strip() else None
        if staff_roles.grant(session, staff_id, form.role.data, unit):
            note(session, "staff.grant", who.login, None, {"role": form.role.data, "unit": unit})
    return done(staff_id, f"已有角色：{ROLES[form.role.data]}。")


@bp.post("/staff/<int:staff_id>/revoke")
def revoke(staff_id: int) -> Response:
    role, unit = request.form.get("role", ""), request.form.get("unit") or None
    with kit().db.transaction() as session:
        who = staff.held(session, staff_id)
        if staff_roles.revoke(session, staff_id, role, unit):
            note(session, "staff.revoke", who.login, {"role": role, "unit": unit}, None)
    return done(staff_id, f"已去掉角色：{ROLES.get(role, role)}。")


@bp.post("/staff/<int:staff_id>/link")
def link(staff_id: int) -> Page:
    """A new link, shown once. The old password stays valid until the link is used."""
    now = kit().real_clock()
    with kit().db.transaction() as session:
        made, token = staff_links.make_link(session, staff_id, g.person.login, now)
        who = member(session, staff_id, now)
        note(session, f"link.{made.kind}", who.login, None, {"until": made.until})
    return render_template("staff_link.html", who=who, address=address_of(token), again=True), 201


@bp.post("/staff/<int:staff_id>/close")
def close(staff_id: int) -> Response:
    change(staff_id, "staff.close", lambda session: staff.close(session, staff_id, g.person.id))
    return done(staff_id, "账号已停用，已经登录的也已退出。做过的事仍留在操作记录里。")


@bp.post("/staff/<int:staff_id>/reopen")
def reopen(staff_id: int) -> Response:
    change(staff_id, "staff.reopen", lambda session: staff.reopen(session, staff_id))
    return done(staff_id, "账号已恢复使用。")


@bp.post("/staff/<int:staff_id>/sign-out")
def sign_out(staff_id: int) -> Response:
    change(staff_id, "staff.sign-out", lambda session: staff.sign_out_everywhere(session, staff_id))
    return done(staff_id, "这个账号在所有电脑和手机上的登录都已失效。")


@bp.post("/staff/<int:staff_id>/second-step-off")
def second_step_off(staff_id: int) -> Response:
    """For somebody who lost the phone; nobody does it for themselves here, where no password is asked for."""
    if staff_id == g.person.id:
        raise NotAllowed("自己的两步验证请在“我的账号”里关闭。")
    change(staff_id, "second-step.off", lambda session: second_factor.turn_off(session, staff_id))
    return done(staff_id, "两步验证已关闭。请提醒本人登录后重新打开。")


def change(staff_id: int, action: str, act: Callable[[Session], object]) -> None:
    """Do it in one transaction with its entry in the log."""
    with kit().db.transaction() as session:
        who = staff.held(session, staff_id)
        act(session)
        note(session, action, who.login, None, None)


def note(
    session: Session, action: str, login: str, before: audit.Values | None, after: audit.Values | None
) -> None:
    audit.note(session, g.person.login, action, login, kit().clock(), before, after)


def done(staff_id: int, sentence: str) -> Response:
    flash(sentence, "success")
    return redirect(url_for(".show", staff_id=staff_id))
