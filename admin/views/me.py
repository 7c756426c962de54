"""One's own account: what one may do, the second step, and leaving everywhere."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask import session as browser
from werkzeug import Response

from admin import knocking
from admin.forms_staff import ConfirmForm, TurnOnForm
from admin.knocking import Entered
from admin.people import person_of
from bot.kit import kit
from bot.registry import audit, second_factor, sign_in
from bot.registry.sign_in import WRONG
from bot.registry.staff import sign_out_everywhere
from bot.registry.staff_list import member
from core.errors import Conflict
from core.qr import as_data_uri

bp = Blueprint("me", __name__)
Page = tuple[str, int] | Response
PENDING = "totp"
WRONG_CODE = "验证码和这个二维码对不上。请看手机时间是否准确，再填最新的 6 位数字。"


@bp.get("/me")
def show() -> str:
    return page(ConfirmForm())


def page(form: ConfirmForm) -> str:
    with kit().db.reading() as session:
        me = member(session, g.person.id, kit().real_clock())
        left = second_factor.codes_left(session, me.id)
    return render_template("me.html", me=me, codes_left=left, form=form)


@bp.get("/me/second-step")
def second_step() -> str:
    refuse_twice()
    return enrolling(TurnOnForm())


@bp.post("/me/second-step")
def turn_on() -> Page:
    refuse_twice()
    form = TurnOnForm(request.form)
    if not form.validate():
        return enrolling(form), 400
    step = second_factor.step_of(pending_secret(), form.code.data, kit().real_clock())
    if step is None:
        form.code.errors = [WRONG_CODE]
    elif not password_is_right(form):
        return enrolling(form), 400
    else:
        return render_template("recovery_codes.html", codes=turned_on(step)), 200
    return enrolling(form), 400


def turned_on(step: int) -> list[str]:
    """Begin asking for codes; returns the recovery codes."""
    with kit().db.transaction() as session:
        codes = second_factor.turn_on(session, g.person.id, pending_secret(), step, kit().vault)
        audit.note(session, g.person.login, "second-step.on", g.person.login, kit().clock())
    browser.pop(PENDING, None)
    return codes


@bp.post("/me/codes")
def new_codes() -> Page:
    form = ConfirmForm(request.form)
    if not (form.validate() and password_is_right(form)):
        return page(form), 400
    with kit().db.transaction() as session:
        if not member(session, g.person.id, kit().real_clock()).second_step:
            raise Conflict("还没有打开两步验证，用不着备用码。")
        codes = second_factor.new_recovery_codes(session, g.person.id)
        audit.note(session, g.person.login, "second-step.codes", g.person.login, kit().clock())
    return render_template("recovery_codes.html", codes=codes, renewed=True), 200


@bp.post("/me/second-step-off")
def turn_off() -> Page:
    form = ConfirmForm(request.form)
    if not (form.validate() and password_is_right(form)):
        return page(form), 400
    with kit().db.transaction() as session:
        if second_factor.turn_off(session, g.person.id):
            audit.note(session, g.person.login, "second-step.off", g.person.login, kit().clock())
    flash("两步验证已关闭，以后只凭密码登录。", "success")
    return redirect(url_for(".show"))


@bp.post("/me/leave-everywhere")
def leave_everywhere() -> Response:
    """Every other browser is out and forgotten; this one stays in."""
    now = kit().real_clock()
    with kit().db.transaction() as session:
        staff = sign_out_everywhere(session, g.person.id)
        token = sign_in.prove(session, staff, knocking.whence(staff.login), now)
        audit.note(session, g.person.login, "sign-out.everywhere", g.person.login, kit().clock())
        person = person_of(session, f"{staff.id}.{staff.session_no}")
    flash("其他电脑和手机上的登录都已失效。", "success")
    return knocking.let_in(Entered(person or g.person, token), url_for(".show"))


def enrolling(form: TurnOnForm) -> str:
    secret = pending_secret()
    address = second_factor.address_of(secret, g.person.login)
    spaced = " ".join(secret[n : n + 4] for n in range(0, len(secret), 4))
    return render_template("second_step_on.html", form=form, picture=as_data_uri(address), secret=spaced)


def pending_secret() -> str:
    """The secret on offer in this browser; the same until it is taken, so that two tabs do not disagree."""
    if PENDING not in browser:
        browser[PENDING] = second_factor.new_secret()
    secret: str = browser[PENDING]
    return secret


def refuse_twice() -> None:
    with kit().db.reading() as session:
        if member(session, g.person.id, kit().real_clock()).second_step:
            raise Conflict("两步验证已经打开。换手机时请先关闭，再重新打开。")


def password_is_right(form: ConfirmForm) -> bool:
    """Whether the password in the form is the person's own; the try counts like one at the sign-in."""
    attempt = knocking.try_password(g.person.login, form.password.data)
    if attempt is None:
        form.password.errors = [WRONG]
        return False
    with kit().db.transaction() as session:
        sign_in.give_back(session, attempt, kit().real_clock())
    return True
