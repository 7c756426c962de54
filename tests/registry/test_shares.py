"""Shares and growth as an office writes them, against decimal arithmetic of another kind."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.registry.shares import Span, added_up, earlier, growth, share

PEOPLE = st.integers(0, 10**7)


def by_hand(part, whole):
    return float((Decimal(part) / Decimal(whole)).quantize(Decimal("0.0001"), ROUND_HALF_UP))


@given(PEOPLE, st.integers(1, 10**7))
def test_a_share_is_rounded_half_up(part, whole):
    assert share(part, whole) == by_hand(part, whole)


def test_a_half_is_rounded_away_from_zero():
    assert share(6667, 20_000) == 0.3334  # 0.33335; as a float it lies a little below
    assert growth(13_333, 20_000) == -0.3334


@pytest.mark.parametrize("whole", [None, 0])
def test_without_people_to_measure_against_there_is_no_rate(whole):
    assert share(5, whole) is None


@given(PEOPLE, st.integers(1, 10**7))
def test_growth_is_this_less_last_over_last(now, last):
    assert growth(now, last) == by_hand(now - last, last)


def test_the_bulletin_that_was_wrong():
    """It printed +81.77 %; its own figures, 543 after 99, give +448.48 %."""
    assert growth(543, 99) == 4.4848


@pytest.mark.parametrize(("now", "last"), [(5, 0), (5, None), (None, 5), (0, 0)])
def test_without_a_base_there_is_no_growth(now, last):
    assert growth(now, last) is None


@pytest.mark.parametrize(
    ("day", "span", "steps", "before"),
    [
        ("2026-03-02", Span.WEEK, 1, "2026-02-23"), ("2026-03-02", Span.MONTH, 1, "2026-02-02"),
        ("2026-03-31", Span.MONTH, 1, "2026-02-28"), ("2026-03-30", Span.MONTH, 1, "2026-02-28"),
        ("2026-02-28", Span.MONTH, 1, "2026-01-31"), ("2026-01-15", Span.MONTH, 1, "2025-12-15"),
        ("2026-03-31", Span.QUARTER, 1, "2025-12-31"), ("2026-05-31", Span.QUARTER, 1, "2026-02-28"),
        ("2024-05-29", Span.QUARTER, 1, "2024-02-29"), ("2026-03-30", Span.MONTH, 2, "2026-01-30"),
        ("2026-03-30", Span.MONTH, 15, "2024-12-30"), ("2026-03-02", Span.WEEK, 52, "2025-03-03"),
    ],
)  # fmt: skip
def test_the_day_before_a_span(day, span, steps, before):
    assert earlier(date.fromisoformat(day), span, steps) == date.fromisoformat(before)


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.sampled_from(Span), st.integers(1, 30))
def test_an_earlier_day_lies_before_and_later_steps_before_that(day, span, steps):
    assert earlier(day, span, steps + 1) < earlier(day, span, steps) < day


@given(st.lists(st.fractions(-50, 50, max_denominator=997), min_size=1, max_size=9), st.integers(-2, 2))
def test_parts_add_up_to_what_is_shown(parts, off):
    total = round(sum(parts, Fraction(0))) + off
    whole = added_up(parts, total)
    assert sum(whole) == total
    assert off or all(abs(each - part) <= 1 for each, part in zip(whole, parts, strict=True))
