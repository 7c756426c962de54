"""Signing in and out, and changing one's own password."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug import Response

from admin import guard
from admin.forms import PasswordForm, SignInForm
from admin.people import Person, person_of
from bot.kit import kit
from bot.registry import audit
from bot.registry.staff import change_password as store_password
from bot.registry.staff import check_password
from core.errors import Refusal

bp = Blueprint("account", __name__)
Page = tuple[str, int] | Response


@bp.get("/sign-in")
def sign_in() -> str:
    return render_template("sign_in.html", form=SignInForm(), next=request.args.get("next", ""))


@bp.post("/sign-in")
def enter() -> Page:
    form = SignInForm(request.form)
    wanted = request.form.get("next", "")
    person = known(form) if form.validate() else None
    if person is None:
        return render_template("sign_in.html", form=form, next=wanted), 400
    guard.let_in(person, kit().real_clock())
    return redirect(guard.own_page(wanted))


def known(form: SignInForm) -> Person | None:
    """The person of this login and password; else None, with the reason in the form.

    The refusal is caught inside the transaction, because the failure it counted is to be kept.
    """
    login = form.login.data.strip()
    with kit().db.transaction() as session:
        try:
            staff = check_password(session, login, form.password.data, kit().real_clock())
        except Refusal as refusal:
            form.password.errors = [refusal.message]
            return None
        audit.note(session, staff.login, "sign-in", staff.login, kit().clock())
        return person_of(session, f"{staff.id}.{staff.session_no}")


@bp.post("/sign-out")
def sign_out() -> Response:
    with kit().db.transaction() as session:
        audit.note(session, g.person.login, "sign-out", g.person.login, kit().clock())
    guard.let_out()
    flash("已退出登录。", "success")
    return redirect(url_for(".sign_in"))


@bp.get("/password")
def password() -> str:
    return render_template("password.html", form=PasswordForm())


@bp.post("/password")
def change_password() -> Page:
    form = PasswordForm(request.form)
    person = with_new_password(g.person, form) if form.validate() else None
    if person is None:
        return render_template("password.html", form=form), 400
    guard.let_in(person, kit().real_clock())
    flash("密码已修改。其他设备上的登录都已失效。", "success")
    return redirect(url_for("admin.overview.show"))


def with_new_password(person: Person, form: PasswordForm) -> Person | None:
    """The person under the new password, which voids older cookies; else None, with the reason in the form."""
    with kit().db.transaction() as session:
        try:
            staff = store_password(session, person.id, form.old.data, form.new.data, kit().real_clock())
        except Refusal as refusal:
            form.old.errors = [refusal.message]
            return None
        audit.note(session, person.login, "password", person.login, kit().clock())
        return person_of(session, f"{staff.id}.{staff.session_no}")
