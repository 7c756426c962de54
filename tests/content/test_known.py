"""Names are found again, and no others."""

import numpy as np
import pytest

from bot.content.grams import (
    names_of_pieces,
    names_of_runs,
    names_of_words,
    pair_counts,
    piece_names,
    pieces,
    pieces_named,
    runs,
    symbols,
    with_pairs,
    word_names,
)
from bot.content.known import known
from bot.content.weights import weigh


@pytest.mark.parametrize("many", [1, 2, 3, 100, 4_095, 4_096, 60_000])
def test_every_name_has_its_own_number_and_others_none(many):
    names = np.random.default_rng(7).permutation(np.arange(1, 4 * many + 1, dtype=np.uint64))
    table = known(names[:many])
    assert table.numbers(names).tolist() == list(range(many))
    assert table.each(names[: many + 1]) == [*range(many), None]


def test_known_names_are_placed_where_they_stand():
    at, numbers = known(np.array([5, 7], np.uint64)).placed(np.array([9, 7, 5, 8, 7], np.uint64))
    assert (at.tolist(), numbers.tolist()) == ([1, 2, 4], [1, 0, 1])


def test_a_table_without_names_knows_nothing():
    assert known(np.array([], np.uint64)).each(np.arange(1, 50, dtype=np.uint64)) == [None] * 49


@pytest.mark.parametrize("text", ["", "转", "转账", "安全账户账户0,?@a𠮷"])
def test_the_names_of_a_text_are_those_of_its_pieces(text):
    assert piece_names(text).tolist() == names_of_pieces(pieces(text)).tolist()


@pytest.mark.parametrize("text", ["转", "安全账户,?@a𠮷"])
def test_a_name_says_which_piece_it_is(text):
    assert pieces_named(piece_names(text)) == pieces(text)


def test_no_two_pieces_share_a_name():
    held = set(pieces("我把钱转到安全账户0我转账了吗?他说安全"))
    assert len(set(names_of_pieces(sorted(held)).tolist())) == len(held)


@pytest.mark.parametrize("words", [[], ["安全"], ["安全", "账户", "安全", "转账"]])
def test_the_names_of_words_and_of_their_pairs_in_order(words):
    assert word_names(words).tolist() == names_of_words(with_pairs(words)).tolist()
    assert names_of_words(["甲乙 丙丁"]) != names_of_words(["丙丁 甲乙"])


@pytest.mark.parametrize("text", ["", "转", "转账", "安全账户账户,?@a𠮷"])
def test_runs_are_named_as_the_strings_they_are(text):
    for length, named in enumerate(runs(symbols(text), 4), 1):
        held = [text[at : at + length] for at in range(len(text) - length + 1)]
        assert named.tolist() == names_of_runs(held).tolist()
    assert names_of_runs(["转"], 1) == runs(symbols("转") + np.uint64(1), 1)[0]


def test_the_weights_of_each_block_are_of_their_own_length():
    numbers, weights = weigh(
        np.array([3, 0, 0, 1, 4]), np.array([1, 2, 1, 3, 4], np.float32), [3, 5], [1.0, 0.7, 0.6]
    )
    assert numbers.tolist() == [0, 1, 3, 4]
    assert np.linalg.norm(weights[:2]) == pytest.approx(1)
    assert np.linalg.norm(weights[2:]) == pytest.approx(0.7)  # and the last block is empty
    assert weights[0] / weights[1] == pytest.approx((1 + np.log(2)) / 2)


def test_nothing_known_weighs_nothing():
    assert weigh(np.array([], np.intp), np.ones(3, np.float32), [2], [1.0, 0.7]).weights.tolist() == []


def test_pairs_are_counted_up_to_255():
    assert pair_counts("转" * 500).max() == 255
    assert pair_counts("转账").sum() == 3
