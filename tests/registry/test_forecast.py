"""The forecast, against statsmodels and scipy."""

from datetime import date, timedelta

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t

from bot.registry.forecast import FARTHEST, FEWEST, WEEKS, State, T, forecast, needed_pace

TODAY = date(2026, 3, 2)


def totals(*steps, start=100):
    return [start, *(int(total) for total in start + np.cumsum(steps))]


def reference(steps, target, last):
    """The first days on which the mean and the ends of the prediction interval reach the target, None for never.

    A least squares fit of the steps on a constant; the total of h weeks ahead is a new observation with the
    regressor h and the variance h, which is what statsmodels calls a weight of 1/h.
    """
    fitted = sm.OLS(np.asarray(steps, float), np.ones(len(steps))).fit()
    days = np.arange(1, FARTHEST + 1)
    told = fitted.get_prediction(exog=(days / 7).reshape(-1, 1), weights=7 / days).summary_frame(alpha=0.2)
    ends = (told[name] + last >= target for name in ("mean", "obs_ci_upper", "obs_ci_lower"))
    return [int(days[each][0]) if each.any() else None for each in ends]


STEPS = st.lists(st.integers(-20, 400), min_size=FEWEST, max_size=WEEKS)


@given(STEPS, st.integers(1, 20_000))
def test_the_days_are_those_of_the_reference(steps, missing):
    told = totals(*steps)
    found = forecast(told, TODAY, told[-1] + missing)
    if np.mean(steps) <= 0:
        assert found.state is State.STILL and found.day is None
        return
    wanted = [
        each and TODAY + timedelta(days=each) for each in reference(steps, told[-1] + missing, told[-1])
    ]
    for day, other in zip((found.day, found.earliest, found.latest), wanted, strict=True):
        assert day == other or abs((day - other).days) <= 1  # T is kept to five places


@pytest.mark.parametrize("df", range(FEWEST - 1, WEEKS))
def test_the_quantiles_are_students(df):
    assert T[df] == pytest.approx(t.ppf(0.9, df), abs=1e-5)


def test_an_even_pace_has_no_spread():
    found = forecast(totals(*[70] * 8), TODAY, 800)
    assert (found.state, found.pace, found.spread) == (State.EXPECTED, 70, 0)
    assert found.earliest == found.day == found.latest == TODAY + timedelta(days=14)


def test_only_the_last_eight_weeks_count():
    assert forecast(totals(*[900] * 10, *[70] * 8), TODAY, 99_999).pace == 70


def test_weeks_before_the_first_person_are_no_pace():
    found = forecast([0, 0, 0, 0, 0, *totals(5, 5, 5, start=5)], TODAY, 100)
    assert (found.state, found.weeks) == (State.YOUNG, 3)


@pytest.mark.parametrize(
    ("told", "target", "state"),
    [
        ([], 10, State.YOUNG), ([5], 10, State.YOUNG), ([5], 5, State.REACHED), (totals(1, 1, 1), 999, State.YOUNG),
        (totals(0, 0, 0, 0), 999, State.STILL), (totals(5, -5, 5, -9), 999, State.STILL),
        (totals(1, 1, 1, 1), 99_999, State.FAR), (totals(50, 60, 40, 50), 300, State.REACHED),
    ],
)  # fmt: skip
def test_what_cannot_be_foretold_is_said_so(told, target, state):
    found = forecast(told, TODAY, target)
    assert found.state is state and found.day is None


def test_an_uneven_pace_may_never_reach_it():
    found = forecast(totals(300, -200, 250, -150, 280, -160, 200, -120), TODAY, 5000)
    assert found.state is State.EXPECTED and found.latest is None and found.earliest < found.day


def test_the_pace_that_would_be_needed():
    assert needed_pace(100, 240, TODAY, TODAY + timedelta(days=14)) == 70
    assert needed_pace(100, 100, TODAY, TODAY + timedelta(days=14)) is None
    assert needed_pace(100, 240, TODAY, TODAY) is None
