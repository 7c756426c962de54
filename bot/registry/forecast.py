"""When a target is met at the present pace, and how far that can be trusted."""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum
from math import sqrt
from statistics import mean, stdev
from typing import NamedTuple

WEEKS = 8
"""The pace is that of so many weeks."""
FEWEST = 4
"""With fewer weeks than this nothing is foretold."""
FARTHEST = 5 * 365
"""Days; what lies beyond is not told as a date."""
T = {3: 1.63774, 4: 1.53321, 5: 1.47588, 6: 1.43976, 7: 1.41492}
"""Student's t at 0.90 by degrees of freedom: the ends of an interval that holds in eight cases of ten."""


class State(StrEnum):
    REACHED = "reached"  # the target is met already
    YOUNG = "young"  # too few weeks to tell a pace
    STILL = "still"  # the pace is flat or falling
    FAR = "far"  # not within five years
    EXPECTED = "expected"


class Forecast(NamedTuple):
    """`day` is when the target is met at the mean pace; in eight cases of ten between `earliest` and `latest`.

    None stands for “not within five years”. `pace` and `spread` are people a week: mean and standard deviation.
    """

    state: State
    target: int
    pace: float = 0.0
    spread: float = 0.0
    weeks: int = 0
    day: date | None = None
    earliest: date | None = None
    latest: date | None = None


def forecast(totals: Sequence[int], last: date, target: int) -> Forecast:
    """When `target` people are reached. `totals` are a unit's people at the ends of weeks, the last on day `last`.

    Method: a random walk with drift. The weekly increases d of the last 8 weeks (n of them; weeks before the
    first person are left out) have the mean m and the standard deviation s. After h weeks the total is expected at
    the last one + h·m, with the 80 % prediction interval ± t·s·√(h + h²/n), where t is Student's 0.90 quantile
    with n − 1 degrees of freedom: h weeks of chance, and the mean itself being only an estimate. It starts at
    today's figure, which a line fitted to totals does not, and does not take totals for independent.
    `earliest` and `latest` are the first days on which the upper and the lower end reach the target.
    """
    if totals and totals[-1] >= target:
        return Forecast(State.REACHED, target)
    begun = next((n for n, total in enumerate(totals) if total), len(totals))
    kept = list(totals[begun:])[-WEEKS - 1 :]
    steps = [after - before for before, after in zip(kept, kept[1:], strict=False)]
    if len(steps) < FEWEST:
        return Forecast(State.YOUNG, target, weeks=len(steps))
    pace, spread = mean(steps), stdev(steps)
    told = Forecast(State.STILL, target, pace, spread, len(steps))
    if pace <= 0:
        return told
    missing = target - totals[-1]
    days = [_first_day(missing, pace, sign * T[len(steps) - 1] * spread, len(steps)) for sign in (0, 1, -1)]
    day, earliest, latest = (None if each is None else last + timedelta(days=each) for each in days)
    state = State.EXPECTED if day else State.FAR
    return told._replace(state=state, day=day, earliest=earliest, latest=latest)


def _first_day(missing: int, pace: float, width: float, weeks: int) -> int | None:
    """The first day, counted from the last total, on which so many more people are reached."""
    for day in range(1, FARTHEST + 1):
        h = day / 7
        if h * pace + width * sqrt(h + h * h / weeks) >= missing:
            return day
    return None


def needed_pace(total: int, target: int, last: date, by: date) -> float | None:
    """People a week that would meet the target on the day `by`; None when that day is over or the target met."""
    return (target - total) / ((by - last).days / 7) if by > last and target > total else None
