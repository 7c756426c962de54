"""Which entries changed a past figure."""

from datetime import timedelta

import pytest

from bot.registry.app_reports import AppForm, report, reports_of
from bot.registry.corrections import corrections
from bot.registry.models import CountKind, HeadCount
from core.clock import county_date
from tests import make


@pytest.fixture
def town(session):
    return make.unit(session, "东镇", code="E", head_count=100)


def enter(session, clock, unit, count, ago, reason=""):
    since = county_date(clock()) - timedelta(days=ago)
    make.keep(session, HeadCount(
        unit_id=unit.id, kind=CountKind.RESIDENTS, since=since, count=count, source="统计局", entered_at=clock(),
        reason=reason, entered_by="li",
    ))  # fmt: skip


def shown(session, unit, **wanted):
    found = corrections(session, [unit.id], **wanted)
    return [(each.what, each.before, each.after, each.reason, each.entered_by) for each in found]


def test_a_head_count_of_today_is_no_correction(session, clock, town):
    enter(session, clock, town, 120, 0)
    assert shown(session, town) == []


def test_a_back_dated_head_count_is_one(session, clock, town):
    enter(session, clock, town, 120, 5, "普查数有误")
    assert shown(session, town) == [("应登记人数（常住人口）", 100, 120, "普查数有误", "li")]


def test_the_value_before_is_that_of_its_own_day(session, clock, town):
    enter(session, clock, town, 150, 0)
    enter(session, clock, town, 120, 5, "一")
    enter(session, clock, town, 130, 3, "二")
    assert [row[1:4] for row in shown(session, town)] == [(100, 120, "一"), (120, 130, "二")]


def test_the_same_number_again_changes_nothing(session, clock, town):
    enter(session, clock, town, 100, 5, "再写一遍")
    assert shown(session, town) == []


def test_a_first_entry_made_late_is_told_when_asked_for(session, clock):
    bare = make.unit(session, "西镇")
    enter(session, clock, bare, 50, 5)
    assert shown(session, bare) == []
    assert shown(session, bare, late_too=True) == [("应登记人数（常住人口）", None, 50, "", "li")]


def test_reports_that_replace_others_are_corrections(session, clock, town):
    for total, ago, reason in ((40, 9, ""), (60, 2, ""), (45, 9, "漏报")):
        seen = max((row.id for row in reports_of(session, town.id)), default=0)
        form = AppForm(county_date(clock()) - timedelta(days=ago), total, "王芳", reason)
        report(session, town.id, form, seen, "li", clock())
    assert shown(session, town) == [("国家反诈中心APP总数", 40, 45, "漏报", "li")]


def test_a_report_that_only_came_late_is_told_when_asked_for(session, clock, town):
    for total, ago in ((40, 9), (60, 2), (70, 0)):
        seen = max((row.id for row in reports_of(session, town.id)), default=0)
        form = AppForm(county_date(clock()) - timedelta(days=ago), total, "王芳")
        report(session, town.id, form, seen, "li", clock())
    assert shown(session, town) == []
    late = shown(session, town, late_too=True)
    assert sorted(late, key=lambda row: row[2]) == [
        ("国家反诈中心APP总数", None, 40, "补报", "li"),
        ("国家反诈中心APP总数", 40, 60, "补报", "li"),
    ]


def test_other_units_are_left_out(session, clock, town):
    enter(session, clock, town, 120, 5, "普查数有误")
    assert corrections(session, []) == []
