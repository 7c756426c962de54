"""The second step of a sign-in: the code of the phone, or a recovery code."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug import Response

from admin import knocking
from admin.forms_staff import CodeForm

bp = Blueprint("second_step", __name__)
WRONG_CODE = "验证码不对，或者已经用过。请等手机上换出下一个再填；连续填错会暂停登录。"


@bp.get("/second-step")
def ask() -> str | Response:
    if knocking.who_is_half_in() is None:
        return again()
    return render_template("second_step.html", form=CodeForm())


@bp.post("/second-step")
def check() -> tuple[str, int] | Response:
    form, half = CodeForm(request.form), knocking.who_is_half_in()
    if half is None:
        return again()
    if form.validate():
        if answer := knocking.try_code(half, form.code.data):
            return answer
        form.code.errors = [WRONG_CODE]
    return render_template("second_step.html", form=form), 400


def again() -> Response:
    """Five minutes are over, or nobody began: the password first."""
    flash("请先填写账号和密码。第二步要在 5 分钟内完成。", "warning")
    return redirect(url_for("admin.account.sign_in", next=knocking.wanted_then() or None))
