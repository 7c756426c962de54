"""Fair ranking, against statsmodels."""

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from bot.registry.models import UnitKind
from bot.registry.ranking import ranking, why_unranked, wilson_low
from bot.registry.rates import UnitRate

SIZES = (100, 500)


@given(st.integers(1, 200_000), st.data(), st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_the_lower_bound_is_wilsons(people, data, confidence):
    registered = data.draw(st.integers(0, people))
    low, _ = proportion_confint(registered, people, alpha=1 - confidence, method="wilson")
    assert isclose(wilson_low(registered, people, confidence), low, rel_tol=1e-9, abs_tol=1e-12)


def row(code, registered, people, **more):
    rate = registered / people if people else None
    return UnitRate(
        code, code, None, UnitKind.VILLAGE, 1, registered, registered, people, rate, hash(code)
    )._replace(**more)


def places(found):
    return [[(each.place, each.row.code) for each in band.ranked] for band in found.bands]


def test_units_are_ranked_among_their_like():
    rows = [row("A", 20, 50), row("B", 40, 50), row("C", 90, 400), row("D", 900, 3000), row("E", 100, 101)]
    assert places(ranking(rows, SIZES)) == [[(1, "B"), (2, "A")], [(1, "E"), (2, "C")], [(1, "D")]]


def test_a_full_small_unit_does_not_beat_a_nearly_full_larger_one():
    """20 of 20 could be luck, 95 of 100 is not: the rate alone would say the contrary."""
    assert places(ranking([row("A", 20, 20), row("B", 95, 100)], SIZES))[0] == [(1, "B"), (2, "A")]


def test_equals_share_a_place():
    rows = [row("A", 30, 50), row("B", 30, 50), row("C", 20, 50)]
    assert places(ranking(rows, SIZES))[0] == [(1, "A"), (1, "B"), (3, "C")]


@pytest.mark.parametrize(
    ("unit", "told"),
    [
        (row("A", 5, None), "没有应登记人数"), (row("A", 0, 0), "没有应登记人数"), (row("A", 5, 19), "不足 20 人"),
        (row("A", 21, 20), "超过 100%"), (row("A", 0, 50, known=False), "没有上报"), (row("A", 5, 50, gaps=1), "不全"),
    ],
)  # fmt: skip
def test_who_cannot_be_ranked_fairly_stands_apart(unit, told):
    found = ranking([unit], SIZES)
    assert [told in each.why for each in found.unranked] == [True] and places(found) == [[], [], []]


def test_twenty_people_are_enough():
    assert why_unranked(row("A", 5, 20)) == ""


def test_the_place_before_is_that_among_its_like():
    now, last = [row("A", 30, 50), row("B", 20, 50)], [row("A", 10, 50), row("B", 20, 50)]
    first, second = ranking(now, SIZES, last).bands[0].ranked
    assert (first.row.code, first.place, first.before) == ("A", 1, 2)
    assert (second.row.code, second.place, second.before) == ("B", 2, 1)


def test_groups_are_no_competitors():
    assert places(ranking([row("G", 30, 50, kind=UnitKind.GROUP)], SIZES)) == [[], [], []]


@pytest.mark.parametrize("bands", [(), (5,), (500, 100, 100)])
def test_any_bands_put_each_unit_into_one(bands):
    rows = [row(f"U{people}", 10, people) for people in (20, 100, 101, 500, 501, 9000)]
    assert sum(len(band) for band in places(ranking(rows, bands))) == 6


def test_a_town_of_which_some_villages_told_nothing_is_not_ranked():
    """What they have is missing from its total, not from its head-count."""
    half, whole = row("A", 20, 100, covered=(1, 2)), row("B", 20, 100, covered=(2, 2))
    assert [why_unranked(each) for each in (half, whole)] == ["下级没有报全", ""]
