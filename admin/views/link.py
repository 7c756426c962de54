"""What an invitation or a reset link opens: setting one's own password."""

from flask import Blueprint, flash, render_template, request, url_for
from werkzeug import Response

from admin import knocking
from admin.forms import NewPasswordForm
from admin.knocking import Entered, Half
from admin.people import person_of
from admin.views.account import hashed_or_told
from bot.kit import kit
from bot.registry import audit, sign_in
from bot.registry.models import Staff
from bot.registry.staff_links import holder_of, use_link

bp = Blueprint("link", __name__)
Page = tuple[str, int] | Response


@bp.get("/link/<token>")
def show(token: str) -> str:
    """Opening the link uses nothing up: chat programs open links by themselves to show a preview."""
    return render_template("link.html", form=NewPasswordForm(), staff=holder(token), token=token)


@bp.post("/link/<token>")
def set_own_password(token: str) -> Page:
    form, staff = NewPasswordForm(request.form), holder(token)
    if form.validate() and (new := hashed_or_told(form, staff.login)):
        return done(token, new)
    return render_template("link.html", form=form, staff=staff, token=token), 400


def holder(token: str) -> Staff:
    """Whose link it is. Raises NotFound."""
    with kit().db.reading() as session:
        staff = holder_of(session, token, kit().real_clock())
        session.expunge(staff)
        return staff


def done(token: str, new: str) -> Response:
    """Use the link up and sign the person in; who has a second step still owes its code."""
    now = kit().real_clock()
    with kit().db.transaction() as session:
        staff = use_link(session, token, new, now)
        audit.note(session, staff.login, "link.used", staff.login, kit().clock())
        half = Half(staff.id, staff.session_no, staff.login, "")
        owes_code = staff.totp_sealed is not None
        device = "" if owes_code else sign_in.prove(session, staff, knocking.whence(staff.login), now)
        person = person_of(session, f"{staff.id}.{staff.session_no}")
    if owes_code or person is None:
        return knocking.half_in(half)
    flash("密码已设好，您已登录。", "success")
    return knocking.let_in(Entered(person, device), url_for("admin.me.show"))
