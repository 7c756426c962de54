"""What the office's forms ask for, and the sentence for each thing that is wrong."""

from datetime import date

from wtforms import DateField, Form, IntegerField, PasswordField, StringField  # type: ignore[import-untyped]
from wtforms.validators import EqualTo, InputRequired, Length, Optional  # type: ignore[import-untyped]

from bot.registry.passwords import LONGEST, SHORTEST

EARLIEST = date(1990, 1, 1)
"""Nobody counted before; a day near the calendar's beginning has none before it to compare with."""


class SignInForm(Form):  # type: ignore[misc]
    login = StringField("账号", [InputRequired("请填写账号。"), Length(max=40, message="最多 40 个字。")])
    password = PasswordField("密码", [InputRequired("请填写密码。"), Length(max=LONGEST, message="太长。")])


class NewPasswordForm(Form):  # type: ignore[misc]
    new = PasswordField(
        "新密码",
        [
            InputRequired("请填写新密码。"),
            Length(min=SHORTEST, max=LONGEST, message=f"新密码至少 {SHORTEST} 个字符，最多 {LONGEST} 个。"),
        ],
    )
    again = PasswordField("再写一遍新密码", [EqualTo("new", "两次写的新密码不一样，请重新填写。")])


class PasswordForm(NewPasswordForm):
    old = PasswordField(
        "现在的密码", [InputRequired("请填写现在的密码。"), Length(max=LONGEST, message="太长。")]
    )


class UnitFilter(Form):  # type: ignore[misc]
    """Which units on which day. `chosen_day` never lies after today."""

    parent = StringField("上级单位", [Length(max=32)])
    find = StringField("找单位", [Length(max=60, message="最多 60 个字。")])
    day = DateField("截至日期", [Optional()])
    page = IntegerField("页", [Optional()])

    def chosen_day(self, today: date) -> tuple[date, str]:
        """The day to count, and a sentence when it is not the day that was asked for."""
        if self.day.raw_data and self.day.raw_data[0] and self.day.data is None:
            return today, "日期没有看懂，请按 2026-03-01 的样子填写。下面是今天的数字。"
        if self.day.data and self.day.data < EARLIEST:
            return today, f"没有 {EARLIEST.year} 年以前的数字。下面是今天的数字。"
        if self.day.data and self.day.data > today:
            return today, "这一天还没有到。下面是今天的数字。"
        return self.day.data or today, ""


class AuditFilter(Form):  # type: ignore[misc]
    """Which entries of the log; a day that is not understood is left out, with a sentence."""

    since = DateField("从哪天起", [Optional()])
    until = DateField("到哪天止（含）", [Optional()])
    actor = StringField("谁做的（账号）", [Length(max=60)])
    action = StringField("操作", [Length(max=40)])
    about = StringField("对象含有", [Length(max=60)])
    before = IntegerField("更早于", [Optional()])

    def misread(self) -> str:
        """A sentence when a day was not understood."""
        days = (self.since, self.until)
        if any(day.raw_data and day.raw_data[0] and day.data is None for day in days):
            return "日期没有看懂，请按 2026-03-01 的样子填写。下面没有按日期筛选。"
        if all(day.data for day in days) and self.since.data > self.until.data:
            return "开始的日子在结束的日子之后，所以没有记录。"
        return ""
