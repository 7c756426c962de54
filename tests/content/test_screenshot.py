"""Lines on a page become what was said: bubbles in order, without what the phone writes around them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.screenshot import bubbles, words_of
from core.sight import Line, Page


def page(*lines):
    return Page(1000, 2000, tuple(Line(*line) for line in lines))


def texts(*lines):
    return [bubble.text for bubble in bubbles(page(*lines))]


def test_lines_of_one_bubble_are_one_sentence():
    said = texts(("您的账户涉嫌洗钱请", 150, 400, 700, 440), ("配合转账核查", 150, 455, 500, 495))
    assert said == ["您的账户涉嫌洗钱请配合转账核查"]


def test_bubbles_stay_apart_and_in_order_however_the_reader_found_them():
    said = texts(("第二句", 150, 700, 400, 740), ("第一句", 150, 400, 400, 440))
    assert said == ["第一句", "第二句"]


def test_letters_of_another_size_begin_something_new():
    assert texts(("大标题", 150, 400, 500, 480), ("小字", 150, 490, 250, 515)) == ["大标题", "小字"]


def test_english_words_do_not_grow_together():
    assert texts(("please pay", 150, 400, 500, 440), ("now", 150, 450, 300, 490)) == ["please pay now"]


@pytest.mark.parametrize(
    "line",
    [
        ("10:32", 50, 20, 150, 60), ("85%", 900, 20, 980, 60), ("昨天 21:41", 400, 500, 600, 540),
        ("2026年3月2日 上午9:05", 300, 500, 700, 540), ("发送", 800, 1900, 900, 1940), ("微信(12)", 100, 100, 260, 150),
        ("客服小王", 420, 110, 580, 160), ("5G", 800, 20, 840, 60), ("按住 说话", 400, 1900, 600, 1940),
    ],
)  # fmt: skip
def test_what_the_phone_writes_is_left_out(line):
    assert texts(line, ("把验证码发我", 150, 700, 500, 740)) == ["把验证码发我"]


def test_a_sum_and_a_short_word_in_the_talk_stay():
    assert texts(("5000", 150, 700, 260, 740), ("转了", 760, 900, 850, 940)) == ["5000", "转了"]


def test_the_owner_speaks_on_the_right():
    said = bubbles(page(("您好", 140, 400, 300, 440), ("我已经转了", 600, 600, 860, 640)))
    assert [bubble.own for bubble in said] == [False, True]


@pytest.mark.parametrize(
    ("left", "right", "own"),
    [(205, 820, True), (180, 795, False), (60, 970, False), (160, 840, False)],
    ids=["as wide as a bubble of ours gets", "theirs as wide", "a page of an article", "in the middle"],
)
def test_a_wide_bubble_is_the_owners_where_it_leans_to_the_right(left, right, own):
    (said,) = bubbles(page(("我已经把三万转给你了，你怎么还不返钱", left, 600, right, 640)))
    assert said.own is own


def test_nothing_is_kept_beyond_a_thousand_characters():
    lines = [("骗" * 100, 150, 200 + 100 * n, 850, 240 + 100 * n) for n in range(15)]
    assert len(words_of(bubbles(page(*lines)))) == 1000


@given(st.lists(st.tuples(st.text(max_size=30), *[st.integers(0, 3000)] * 4), max_size=40))
def test_whatever_the_reader_found_is_put_in_order(lines):
    said = bubbles(page(*lines))
    assert sum(len(bubble.text) for bubble in said) <= sum(len(line[0]) + 1 for line in lines)
