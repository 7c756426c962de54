"""What the forms of the inbox and the radar ask for."""

from typing import Any

from wtforms import Field, Form, IntegerField, StringField, TextAreaField  # type: ignore[import-untyped]
from wtforms.validators import Length, Optional, ValidationError  # type: ignore[import-untyped]

from bot.content.bodies import CASE
from bot.content.body_rules import STORY, TITLE
from bot.content.inbox import FILTERS, LONGEST_SEARCH
from bot.content.issue_notes import LONGEST
from bot.content.owing import ANSWER
from bot.content.phrases import LONGEST as LONGEST_PHRASE
from bot.content.rulings import LONGEST_ANSWER, Order
from core.errors import Refusal


class AtMost:
    """No more characters than this; says how many there are."""

    def __init__(self, most: int) -> None:
        self.most = most

    def __call__(self, _: Form, field: Field) -> None:
        if (long := len(field.data or "")) > self.most:
            raise ValidationError(f"最多 {self.most:,} 个字，现在 {long:,} 个。")


class InboxFilter(Form):  # type: ignore[misc]
    why = StringField("为什么在这里", [Optional()])
    q = StringField("原话里有", [Optional()])
    page = IntegerField("页", [Optional()])

    def reason(self) -> str:
        return self.why.data if self.why.data in FILTERS else ""

    def search(self) -> str:
        return (self.q.data or "").strip()[:LONGEST_SEARCH]

    def kept(self) -> dict[str, Any]:
        """What the next page is asked for with."""
        return {"why": self.reason() or None, "q": self.search() or None, "page": self.page.data or None}


def _refusal(form: Form) -> Refusal:
    """Which fields are wrong, and why, in one sentence."""
    return Refusal(
        "；".join(f"{form[name].label.text}：{' '.join(told)}" for name, told in form.errors.items())
    )


def _lines(typed: str | None) -> str | None:
    """Browsers send a line's end as two characters and count one."""
    return typed and typed.replace("\r\n", "\n")


class RulingForm(Form):  # type: ignore[misc]
    """One press on a group: the act, and the words for it."""

    act = StringField("处理")
    type_code = StringField("类型", [Length(max=20, message="请从列表里选类型。")])
    words = TextAreaField(
        "收进案例库的说法",
        [AtMost(LONGEST_PHRASE)],
        [_lines],
    )
    title = StringField("案例标题", [AtMost(TITLE)])
    story = TextAreaField("案例正文", [AtMost(STORY)], [_lines])
    answer = TextAreaField("答复", [AtMost(LONGEST_ANSWER)], [_lines])

    instead = IntegerField("代替", [Optional()])
    """The act of another editor that is to be undone first."""
    next = IntegerField("下一组", [Optional()])

    def order(self) -> Order:
        """The order as the room takes it. Raises Refusal naming the field that is wrong.

        Enter in a field presses a form's first button, which chooses nothing.
        """
        if not self.act.data:
            raise Refusal("还没有处理：请按下面的按钮选一种处理。您写的都还在。")
        if not self.validate():
            raise _refusal(self)
        act, _, near = self.act.data.partition(":")  # a button may name the type itself: question:kefu
        code = near or (self.type_code.data or "").strip()
        if act == CASE:
            return Order(act, code, f"{self.title.data or ''}\n{self.story.data or ''}")
        if act == ANSWER:
            return Order(act, "", self.answer.data or "")
        return Order(act, code, self.words.data or "")


class IssueNoteForm(Form):  # type: ignore[misc]
    """A line for this week's issue."""

    type_code = StringField("类型", [Length(max=20, message="请从列表里选类型。")])
    text = TextAreaField("写给周刊编辑的一句话", [AtMost(LONGEST)])

    def line(self) -> tuple[str, str]:
        """(text, type). Raises Refusal naming the field that is wrong."""
        if not self.validate():
            raise _refusal(self)
        return self.text.data or "", (self.type_code.data or "").strip()
