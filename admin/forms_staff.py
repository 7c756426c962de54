"""What the pages about accounts ask for."""

from wtforms import (  # type: ignore[import-untyped]
    Form,
    IntegerField,
    PasswordField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import AnyOf, InputRequired, Length, Optional  # type: ignore[import-untyped]

from admin.words import ROLES
from bot.registry.passwords import LONGEST
from bot.registry.staff import LONGEST_NAME
from bot.registry.staff_roles import ONE_UNIT

CHOICES = [SelectChoice(role, label) for role, label in ROLES.items()]


class CodeForm(Form):  # type: ignore[misc]
    code = StringField("验证码", [InputRequired("请填写验证码。"), Length(max=40, message="太长。")])


class ConfirmForm(Form):  # type: ignore[misc]
    password = PasswordField(
        "现在的密码", [InputRequired("请填写现在的密码。"), Length(max=LONGEST, message="太长。")]
    )


class TurnOnForm(ConfirmForm):
    code = StringField(
        "手机上的 6 位验证码", [InputRequired("请填写验证码。"), Length(max=40, message="太长。")]
    )


class NameForm(Form):  # type: ignore[misc]
    name = StringField(
        "姓名",
        [InputRequired("请填写姓名。"), Length(max=LONGEST_NAME, message=f"最多 {LONGEST_NAME} 个字。")],
    )
    version = IntegerField("version", [InputRequired()])


class GrantForm(Form):  # type: ignore[misc]
    role = SelectField(
        "角色", [AnyOf(ROLES, message="请选一个角色。")], choices=CHOICES, validate_choice=False
    )
    unit = StringField("单位（全名或编号）", [Length(max=120, message="太长。")])


class InviteForm(GrantForm):
    name = StringField(
        "姓名",
        [InputRequired("请填写姓名。"), Length(max=LONGEST_NAME, message=f"最多 {LONGEST_NAME} 个字。")],
    )
    login = StringField("账号", [Length(max=40, message="最多 40 个字符。")])


class BulkForm(Form):  # type: ignore[misc]
    role = SelectField("角色", choices=[each for each in CHOICES if each.value in ONE_UNIT])
    people = TextAreaField(
        "名单", [InputRequired("请粘贴名单。"), Length(max=60_000, message="太长，请分几次。")]
    )


class StaffFilter(Form):  # type: ignore[misc]
    find = StringField("找人", [Length(max=60)])
    role = StringField("角色")
    state = StringField("状态")
    page = IntegerField("页", [Optional()])
