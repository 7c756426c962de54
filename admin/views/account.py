"""Signing in and out, and changing one's own password."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug import Response

from admin import guard, knocking
from admin.forms import PasswordForm, SignInForm
from admin.knocking import Entered
from admin.people import Person, person_of
from bot.kit import kit
from bot.registry import audit, passwords, sign_in
from bot.registry.sign_in import WRONG, Attempt
from bot.registry.staff import set_password
from core.errors import Refusal

bp = Blueprint("account", __name__)
Page = tuple[str, int] | Response


@bp.get("/sign-in", endpoint="sign_in")
def sign_in_page() -> str:
    return render_template("sign_in.html", form=SignInForm(), next=request.args.get("next", ""))


@bp.post("/sign-in")
def enter() -> Page:
    form = SignInForm(request.form)
    wanted = request.form.get("next", "")
    if form.validate():
        attempt = knocking.try_password(form.login.data.strip(), form.password.data)
        if attempt and (answer := knocking.come_in_with(attempt, form.password.data, wanted)):
            return answer
        form.password.errors = [WRONG]
    return render_template("sign_in.html", form=form, next=wanted), 400


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
    if form.validate() and (new := hashed_or_told(form, g.person.login)):
        if attempt := knocking.try_password(g.person.login, form.old.data):
            return with_new_password(g.person, attempt, new)
        form.old.errors = [WRONG]
    return render_template("password.html", form=form), 400


def hashed_or_told(form: PasswordForm, login: str) -> str:
    """What is kept of the new password; "" when it is refused, with the reason in the form."""
    try:
        return passwords.hashed(form.new.data, login)
    except Refusal as refusal:
        form.new.errors = [refusal.message]
        return ""


def with_new_password(person: Person, attempt: Attempt, new: str) -> Response:
    """Keep it and stay signed in here; older cookies are void."""
    now = kit().real_clock()
    with kit().db.transaction() as session:
        _, device = sign_in.admit(session, attempt, knocking.whence(person.login), now)
        staff = set_password(session, person.id, new)
        audit.note(session, person.login, "password", person.login, kit().clock())
        renewed = person_of(session, f"{staff.id}.{staff.session_no}")
    flash("密码已修改。其他设备上的登录都已失效。", "success")
    return knocking.let_in(Entered(renewed or person, device), url_for("admin.me.show"))
