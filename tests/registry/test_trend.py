"""The totals behind the trend: the banner's by week, any unit's on any days."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert

from bot.registry.models import (
    AppReport,
    CountKind,
    EventKind,
    HeadCount,
    RegistrationEvent,
    UnitKind,
    UnitPlace,
)
from bot.registry.rates import Programme, freeze, rate_rows
from bot.registry.shares import Span
from bot.registry.trend import days_of, series, weekly_totals
from tests import make

TODAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


def events(session, unit, *steps):
    """(days ago, +1 or −1) for each event, each of another person."""
    rows = [
        {"at": NOON, "day": TODAY - timedelta(days=ago), "unit_id": unit.id, "person_no": number, "delta": delta,
         "kind": EventKind.JOINED if delta > 0 else EventKind.LEFT}
        for number, (ago, delta) in enumerate(steps, 1)
    ]  # fmt: skip
    session.execute(insert(RegistrationEvent), rows)


@pytest.fixture
def town(session):
    made = make.unit(session)
    events(session, made, (100, 1), (21, 1), (20, 1), (14, 1), (10, -1), (7, 1), (1, 1), (0, 1))
    return made


def test_each_total_counts_everything_up_to_the_end_of_its_day(session, town):
    assert weekly_totals(session, TODAY, 4) == [
        (TODAY - timedelta(days=21), 2),
        (TODAY - timedelta(days=14), 4),
        (TODAY - timedelta(days=7), 4),
        (TODAY, 6),
    ]


def test_events_after_the_last_day_are_not_counted(session, town):
    assert weekly_totals(session, TODAY - timedelta(days=7), 1) == [(TODAY - timedelta(days=7), 4)]


def test_without_events_every_week_is_zero(session):
    assert [total for _, total in weekly_totals(session, TODAY, 3)] == [0, 0, 0]


@pytest.mark.parametrize("ago", [30, 21, 15, 1])
def test_frozen_days_change_no_total(session, town, ago):
    before = weekly_totals(session, TODAY, 4)
    freeze(session, TODAY - timedelta(days=ago), NOON)
    assert weekly_totals(session, TODAY, 4) == before


def test_the_totals_agree_with_the_rates_of_those_days(session, town):
    freeze(session, TODAY - timedelta(days=15), NOON)
    for day, total in weekly_totals(session, TODAY, 5):
        assert sum(row.registered_here for row in rate_rows(session, day)) == total


def counted(session, days, unit, kind=None):
    """The same, one day after the other by the rates."""
    rows = [rate_rows(session, day, kind=kind) for day in days]
    mine = [next((row for row in each if row.unit_id == unit.id), None) for each in rows]
    return [row and (row.registered, row.head_count, row.rate) for row in mine]


def plotted(session, days, unit, kind=None):
    points = series(session, days, unit.id, kind)
    return [None if each.people is None else (each.people, each.head_count, each.rate) for each in points]


@pytest.fixture
def moving(session):
    """Two towns of a banner; a village moves from one to the other, another is closed with its people."""
    top = make.unit(session, "旗", kind=UnitKind.COUNTY)
    east, west = (make.unit(session, name, parent=top) for name in ("东镇", "西镇"))
    moving, closing = (make.unit(session, name, parent=east, head_count=9) for name in ("移村", "撤村"))
    events(session, moving, (30, 1), (16, 1), (9, 1), (2, 1))
    events(session, closing, (30, 1), (12, 1))
    events(session, west, (20, 1))
    make.keep(session, UnitPlace(unit_id=moving.id, since=TODAY - timedelta(days=10), parent_id=west.id))
    closing.closed_on = TODAY - timedelta(days=5)
    make.keep(session, HeadCount(
        unit_id=moving.id, kind=CountKind.RESIDENTS, since=TODAY - timedelta(days=8), count=12, source="",
        entered_at=NOON,
    ))  # fmt: skip
    return top, east, west, moving, closing


@pytest.mark.parametrize("frozen", [None, 31, 15, 9, 1])
def test_each_point_is_the_rate_of_its_day(session, moving, frozen):
    if frozen:
        freeze(session, TODAY - timedelta(days=frozen), NOON)
    days = [TODAY - timedelta(days=ago) for ago in (28, 21, 14, 9, 7, 3, 0)]
    for unit in moving:
        assert plotted(session, days, unit) == counted(session, days, unit), unit.name
    assert plotted(session, days, moving[4])[-2:] == [None, None]


def test_without_a_unit_the_whole_county_is_plotted(session, moving):
    days = days_of(TODAY, Span.WEEK, 5)
    whole = [(each.people, each.head_count) for each in series(session, days, None)]
    assert whole == [(row[0], row[1]) for row in counted(session, days, moving[0])]


def test_a_year_of_points_needs_few_statements(session, statements, moving):
    statements.clear()
    assert len(series(session, days_of(TODAY, Span.WEEK, 53), moving[0].id)) == 53
    assert len(statements) < 15


def test_the_other_programme_is_plotted_by_what_was_reported(session, clock):
    top = make.unit(session, "旗", kind=UnitKind.COUNTY, head_count=100)
    units = [make.unit(session, name, parent=top) for name in ("东镇", "西镇")]
    for unit, total, ago in ((units[0], 10, 15), (units[0], 12, 8), (units[1], 30, 2)):
        make.keep(session, AppReport(
            unit_id=unit.id, day=TODAY - timedelta(days=ago), total=total, reporter="王芳", entered_by="li",
            entered_at=NOON,
        ))  # fmt: skip
    points = series(session, days_of(TODAY, Span.WEEK, 4), top.id, None, Programme.APP)
    assert [(each.people, each.rate) for each in points] == [(None, None), (10, 0.1), (12, 0.12), (42, 0.42)]
