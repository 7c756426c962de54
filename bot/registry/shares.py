"""Arithmetic of rates: shares and growth, rounded as an office rounds, and parts that add up as they are shown."""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from math import floor

PLACES = 10_000
"""A rate is kept to one part in this: 0.4444 = 44.44 %."""
ONE_DAY = timedelta(days=1)


class Span(StrEnum):
    """What a figure is compared over; 环比 by week, month, quarter."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


MONTHS = {Span.MONTH: 1, Span.QUARTER: 3}


def quotient(part: int, whole: int) -> float:
    """`part` / `whole` to four places, a half away from zero (四舍五入), in whole numbers: floats would err at halves."""
    steps = (2 * abs(part) * PLACES + whole) // (2 * whole)
    return (steps if part >= 0 else -steps) / PLACES


def share(part: int, whole: int | None) -> float | None:
    """`part` of `whole` as a fraction to four places; None when there is no whole to measure against."""
    return quotient(part, whole) if whole else None


def growth(now: int | None, last: int | None) -> float | None:
    """环比: (this − last) / last as a fraction to four places; None without a base, or when the base is 0."""
    if now is None or not last:
        return None
    return quotient(now - last, last)


def earlier(day: date, span: Span, steps: int = 1) -> date:
    """The county day so many weeks, months or quarters before. A month's last day goes with a month's last day."""
    if span is Span.WEEK:
        return day - timedelta(days=7 * steps)
    last = _last_day(day.year * 12 + day.month - 1 - MONTHS[span] * steps)
    at_end = (day + ONE_DAY).month != day.month
    return last if at_end or day.day > last.day else last.replace(day=day.day)


def _last_day(months: int) -> date:
    """The last day of a month, counted in months since the year 0."""
    following = months + 1
    return date(following // 12, following % 12 + 1, 1) - ONE_DAY


def added_up(parts: Sequence[Fraction], total: int) -> list[int]:
    """The parts as whole numbers that add up to `total`, each as near to its own value as that allows.

    Largest remainders first; `total` should be near the sum of the parts.
    """
    whole = [floor(part) for part in parts]
    missing = total - sum(whole)
    by_rest = sorted(range(len(parts)), key=lambda n: parts[n] - whole[n], reverse=True)
    for step in range(abs(missing)):
        n = by_rest[step % len(parts)] if missing > 0 else by_rest[-1 - step % len(parts)]
        whole[n] += 1 if missing > 0 else -1
    return whole
