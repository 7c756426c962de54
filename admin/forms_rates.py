"""What the pages of the rates ask for."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, TypeVar

from wtforms import (  # type: ignore[import-untyped]
    BooleanField,
    DateField,
    DecimalField,
    Form,
    IntegerField,
    SelectField,
    StringField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional  # type: ignore[import-untyped]

from admin.forms import UnitFilter
from bot.registry.models import CountKind, UnitKind
from bot.registry.rates import Programme
from bot.registry.shares import Span
from bot.registry.units import COUNT_WORDS

PROGRAMMES = {Programme.REGISTERED: "本平台登记", Programme.APP: "国家反诈中心APP"}
SPANS = {Span.WEEK: "按周", Span.MONTH: "按月", Span.QUARTER: "按季"}
SORTS = {"": "单位编号", "rate": "比率从高到低", "-rate": "比率从低到高", "people": "人数从多到少"}
WEEK = timedelta(days=7)
Word = TypeVar("Word", Programme, CountKind, Span, UnitKind)


def one_of(words: type[Word], value: str | None, usual: Word | None) -> Word | None:
    """The word with this value; the usual one for anything else."""
    return words(value) if value in {str(each) for each in words} else usual


def worded(words: Mapping[Any, str]) -> dict[str, str]:
    """Choices of a select field."""
    return {str(key): said for key, said in words.items()}


class RateFilter(UnitFilter):
    """Which figures of which unit: of a day, a programme, measured against a kind of head-count."""

    programme = SelectField("统计什么", choices=worded(PROGRAMMES), validate_choice=False)
    kind = SelectField(
        "人数口径", choices={"": "各单位自己的口径"} | worded(COUNT_WORDS), validate_choice=False
    )
    sort = SelectField("排列", choices=SORTS, validate_choice=False)
    format = StringField("导出")
    print = BooleanField("打印")

    def chosen_programme(self) -> Programme:
        return one_of(Programme, self.programme.data, None) or Programme.REGISTERED

    def chosen_kind(self) -> CountKind | None:
        """None = each unit by its own basis."""
        return one_of(CountKind, self.kind.data, None)


class RankingFilter(RateFilter):
    among = StringField("比哪些单位", [Length(max=12)])


class TrendFilter(RateFilter):
    span = SelectField("间隔", choices=worded(SPANS), validate_choice=False)
    target = DecimalField("目标（%）", [Optional(), NumberRange(0, 100)])

    def chosen_span(self) -> Span:
        return one_of(Span, self.span.data, None) or Span.WEEK

    def chosen_target(self) -> float | None:
        """As a fraction; None when nothing sensible was asked for."""
        given = self.target.data
        sensible = given is not None and given.is_finite() and 0 < given <= 100
        return float(given) / 100 if sensible else None


class WhyFilter(RateFilter):
    since = DateField("从哪天结束时", [Optional()])

    def chosen_start(self, end: date) -> date:
        """The day at whose end the time begins: a week before `end` unless an earlier day was asked for."""
        given: date | None = self.since.data
        return given if given is not None and given < end else end - WEEK


class CorrectionFilter(RateFilter):
    late = BooleanField("也列出补报、补录的数")


class Whole(IntegerField):  # type: ignore[misc]
    """A whole number, whose error is said in Chinese."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([each.replace(",", "").replace("，", "").strip() for each in valuelist])
        except ValueError:
            raise ValueError("请写整数，只写数字。") from None


class Day(DateField):  # type: ignore[misc]
    """A county day, whose error is said in Chinese."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("日期没有看懂，请按 2026-03-01 的样子填写。") from None


class ReportForm(Form):  # type: ignore[misc]
    """A unit's total of the other programme."""

    day = Day("截至日期", [InputRequired("请填写日期，例如 2026-03-01。")])
    total = Whole("累计安装人数", [InputRequired("请填写累计人数，只写数字。")])
    reporter = StringField(
        "上报人", [InputRequired("请写明上报人。"), Length(max=60, message="最多 60 个字。")]
    )
    reason = StringField("更正原因", [Length(max=200, message="最多 200 个字。")])
    seen = IntegerField("", [Optional()])
