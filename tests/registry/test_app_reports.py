"""Totals of the other programme, as units report and correct them."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bot.registry.app_reports import AppForm, report, reports_of
from bot.registry.models import AuditEntry
from core.errors import Conflict, NotFound, Refusal
from tests import make

TODAY = date(2026, 3, 2)


@pytest.fixture
def unit(session):
    return make.unit(session, "东镇", code="E")


@pytest.fixture
def tell(session, unit, clock):
    """tell(total, days ago, …) enters a report as somebody does who has the newest one before them."""

    def enter(total, ago=0, reason="", reporter="王芳", seen=None):
        newest = max((row.id for row in reports_of(session, unit.id)), default=0)
        form = AppForm(TODAY - timedelta(days=ago), total, reporter, reason)
        return report(session, unit.id, form, newest if seen is None else seen, "li", clock())

    return enter


def held(session, unit):
    return [(str(row.day), row.total, row.reason) for row in reports_of(session, unit.id)]


def test_a_report_is_kept_with_its_reporter_and_who_entered_it(session, unit, tell, clock):
    row, new = tell(120, 3)
    assert new and (row.reporter, row.entered_by, row.entered_at) == ("王芳", "li", clock())
    assert held(session, unit) == [("2026-02-27", 120, "")]


def test_the_same_report_twice_is_one(session, unit, tell):
    first, _ = tell(120)
    again, new = tell(120, seen=0)
    assert again.id == first.id and not new
    assert len(held(session, unit)) == 1


def test_a_second_figure_for_a_day_is_a_correction_and_needs_a_reason(session, unit, tell):
    tell(120)
    with pytest.raises(Refusal, match="已经报过 120 人.*原因"):
        tell(130)
    tell(130, reason="漏了一个网格")
    assert held(session, unit) == [("2026-03-02", 130, "漏了一个网格"), ("2026-03-02", 120, "")]


def test_a_figure_before_a_later_one_is_a_correction_too(session, unit, tell):
    tell(120)
    with pytest.raises(Refusal, match="2026-03-02 已经报过"):
        tell(90, 5)
    assert tell(90, 5, reason="补报")[1]


def test_a_later_figure_needs_no_reason_and_keeps_none(session, unit, tell):
    tell(120, 5)
    assert tell(130, reason="多余的话")[0].reason == ""


def test_a_figure_that_somebody_else_entered_meanwhile_is_shown(session, unit, tell):
    tell(120, 5)
    with pytest.raises(Conflict, match="li 已经报了 2026-02-25 的 120 人"):
        tell(125, seen=0)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"total": -1}, "0 到"), ({"total": 10**8}, "0 到"), ({"total": 1, "ago": -1}, "还没有到"),
        ({"total": 1, "ago": 400}, "还没有设立"), ({"total": 1, "reporter": "  "}, "上报人"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(session, unit, tell, words, told):
    with pytest.raises(Refusal, match=told):
        tell(**words)
    assert held(session, unit) == []


def test_a_closed_unit_reports_nothing_more(session, unit, tell):
    unit.closed_on = TODAY
    with pytest.raises(Refusal, match="已经撤销"):
        tell(1)
    assert tell(1, 1)[1]


def test_an_unknown_unit_is_refused(session, clock):
    with pytest.raises(NotFound):
        report(session, 999_999, AppForm(TODAY, 1, "王芳"), 0, "li", clock())


def test_every_report_stands_in_the_log_with_what_it_replaced(session, unit, tell):
    tell(120)
    tell(130, reason="漏了")
    first, second = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    assert (first.actor, first.action, first.subject) == ("li", "app-report", "东镇（E）")
    assert "120" in second.before and "130" in second.after and "漏了" in second.after
