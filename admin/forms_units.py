"""What the office's forms about units ask for."""

from datetime import date

from wtforms import (  # type: ignore[import-untyped]
    BooleanField,
    DateField,
    Form,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[import-untyped]
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError  # type: ignore[import-untyped]

from bot.registry.models import CountKind, UnitKind
from bot.registry.unit_verbs import LARGEST_COUNT
from bot.registry.units import COUNT_WORDS, KIND_WORDS, LONGEST_NAME

KINDS = [SelectChoice(kind.value, word) for kind, word in KIND_WORDS.items()]
BASES = [SelectChoice(kind.value, word) for kind, word in COUNT_WORDS.items()]
NAME = [InputRequired("请填写名称。"), Length(max=LONGEST_NAME, message=f"最长 {LONGEST_NAME} 个字。")]
SHORT = [Length(max=1000, message="太长。")]
DAY = "日期没有看懂，请按 2026-03-01 的样子填写。"
TARGET = Length(max=120, message="太长，请填写单位的名称或编号。")


class Day(DateField):  # type: ignore[misc]
    """A day, whose one thing that can be wrong is said in Chinese."""

    def process_formdata(self, values: list[str]) -> None:
        try:
            super().process_formdata(values)
        except ValueError:
            raise ValueError(DAY) from None


class Number(IntegerField):  # type: ignore[misc]
    """A whole number; 1,200 and １２００ are understood."""

    def process_formdata(self, values: list[str]) -> None:
        plain = [value.replace(",", "").replace("，", "").strip() for value in values]
        try:
            super().process_formdata(plain)
        except ValueError:
            raise ValueError("请填写整数。") from None


class Choice(SelectField):  # type: ignore[misc]
    """One of a list; what a browser never sends is refused in Chinese as well."""

    def pre_validate(self, form: Form) -> None:
        try:
            super().pre_validate(form)
        except ValidationError:
            raise ValidationError("请从列表中选择。") from None


class NewUnit(Form):  # type: ignore[misc]
    code = StringField("编号", [InputRequired("请填写编号。"), Length(max=32, message="最长 32 个字符。")])
    name = StringField("名称", NAME)
    kind = Choice("类别", choices=KINDS, default=UnitKind.VILLAGE.value)
    target = StringField("上级单位", [TARGET])
    short = TextAreaField("简称和别名", SHORT)
    basis = Choice(
        "人数口径", choices=[SelectChoice("", "按类别：居民类用常住人口，单位类用在册职工"), *BASES]
    )
    count = Number("应登记人数", [Optional(), NumberRange(0, LARGEST_COUNT, "人数应是不太大的正整数。")])
    source = StringField("人数来源", [Length(max=120, message="最长 120 个字。")])
    since = Day("设立日期", [InputRequired("请选择日期。")])


class EditUnit(Form):  # type: ignore[misc]
    name = StringField("名称", NAME)
    keep_old = BooleanField("改名后，旧名称仍能找到这个单位（作为别名）", default=True)
    kind = Choice("类别", choices=KINDS)
    basis = Choice("人数口径", choices=BASES)
    short = TextAreaField("简称和别名", SHORT)


class MoveUnit(Form):  # type: ignore[misc]
    target = StringField("新的上级单位", [InputRequired("请填写上级单位。"), TARGET])
    since = Day("从哪天起", [InputRequired("请选择日期。")])


class MergeUnit(Form):  # type: ignore[misc]
    target = StringField("并入哪个单位", [InputRequired("请填写并入的单位。"), TARGET])
    since = Day("哪天合并", [InputRequired("请选择日期。")])
    add_counts = BooleanField("两边都有的应登记人数，从合并那天起相加", default=True)


class CloseUnit(Form):  # type: ignore[misc]
    since = Day("哪天撤销", [InputRequired("请选择日期。")])


class CountUnit(Form):  # type: ignore[misc]
    kind = Choice("口径", choices=BASES, default=CountKind.RESIDENTS.value)
    count = Number(
        "人数", [InputRequired("请填写人数。"), NumberRange(0, LARGEST_COUNT, "人数应是不太大的正整数。")]
    )
    since = Day("从哪天起", [InputRequired("请选择日期。")])
    source = StringField("来源", [InputRequired("请写明来源。"), Length(max=120, message="最长 120 个字。")])
    reason = StringField("更正原因", [Length(max=200, message="最长 200 个字。")])


def today_as_default(form: Form, today: date) -> Form:
    """A fresh form's day is today."""
    if "since" in form and form.since.data is None and not form.since.raw_data:
        form.since.data = today
    return form
