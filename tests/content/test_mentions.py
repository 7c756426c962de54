"""Why a type was named where no telling word explains it: the places of a message that speak most for it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.fit import FEW, RIGHT_WHEN_ONE, _toss_up
from bot.content.grams import pieces, with_pairs
from bot.content.hits import Hit
from bot.content.mentions import LONGEST, as_written, mentions


def telling(folded, words, **worth):
    """What each piece adds: by default a little less than nothing, so that what is named in `worth` stands out."""
    parts = [*pieces(folded), *with_pairs(words)]
    return [(part, worth.get(part, -0.01)) for part in parts]


def test_the_words_that_add_most_are_named_whole_and_in_their_order():
    words = ["老师", "家长群", "资料费"]
    folded = "老师在家长群里让我们收资料费"
    said = mentions(telling(folded, words, 资料=0.5, 料费=0.4, 家长=0.5, 长群=0.4), words, folded)
    assert said == ["家长群", "资料费"]


def test_one_place_is_enough_where_the_second_says_little():
    words = ["老师", "资料费"]
    folded = "老师说要收资料费"
    assert mentions(telling(folded, words, 资料=0.5, 料费=0.4, 老师=0.1), words, folded) == ["资料费"]


def test_a_verb_of_one_character_may_begin_what_is_named_and_no_other_may():
    words = ["押金"]
    assert mentions(telling("他让交押金", words, 押金=0.5, 交押=1.2), words, "他让交押金") == ["交押金"]
    assert mentions(telling("他说押金", words, 押金=0.5, 说押=1.2), words, "他说押金") == ["押金"]


def test_what_two_words_apart_add_together_is_said_of_both():
    words = ["快递", "丢了", "三倍"]
    folded = "快递丢了说赔三倍"
    said = [*telling(folded, words), ("快递 三倍", 1.0)]
    assert mentions(said, words, folded) == ["快递", "三倍"]


@pytest.mark.parametrize("folded", ["", "有人", "骗子", "123456", "?,?"])
def test_empty_words_numbers_and_marks_are_no_reason(folded):
    words = [folded] if folded else []
    assert mentions(telling(folded, words, **{folded: 1.0}), words, folded) == []


@given(st.text("老师家长群收资料费的，?12ab", max_size=60), st.data())
def test_what_is_named_stands_in_the_message_and_is_short(folded, data):
    folded = folded.replace("，", ",")
    cut = sorted(data.draw(st.sets(st.integers(0, len(folded)), max_size=8)) | {0, len(folded)})
    words = [folded[a:b] for a, b in zip(cut, cut[1:], strict=False) if b - a > 1]
    adds = data.draw(st.lists(st.floats(-1, 1), min_size=1, max_size=5))
    tells = [(part, adds[at % len(adds)]) for at, part in enumerate([*pieces(folded), *with_pairs(words)])]
    said = mentions(tells, words, folded)
    assert len(said) <= 2
    assert all(part in folded and part.isalpha() and 1 < len(part) <= LONGEST for part in said)


def test_it_is_shown_as_the_resident_wrote_it():
    assert as_written("電話說我 孫 子", "电话说我孙子", Hit(("kidnap",), "孙子", "孙子", 4, 6)) == "孫 子"


def test_a_choice_is_offered_where_the_best_is_right_little_more_often_than_not():
    leads = np.linspace(0, 1, 200, dtype=np.float32)
    right = leads > 0.2
    lead = _toss_up(leads, right)
    assert 0.4 < lead <= 0.5
    assert right[leads < lead].mean() < RIGHT_WHEN_ONE <= right[leads < lead + 0.1].mean()


def test_where_every_best_is_right_or_little_is_known_nothing_is_offered_to_choose_from():
    leads = np.linspace(0.1, 1, 200, dtype=np.float32)
    assert _toss_up(leads, np.ones(200, bool)) == pytest.approx(0.1)
    assert _toss_up(leads[: FEW - 1], np.zeros(FEW - 1, bool)) == pytest.approx(0.1)
    assert _toss_up(leads[:0], np.ones(0, bool)) == 0
