"""The weekly totals behind the trend."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert

from bot.registry.models import EventKind, RegistrationEvent
from bot.registry.rates import freeze, rate_rows
from bot.registry.trend import weekly_totals
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
