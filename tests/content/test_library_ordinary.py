"""The ordinary messages: many, none twice, none taken from elsewhere, and half of them in the scams' own words."""

from collections import Counter

import pytest

from bot.content.corpus import ordinary
from bot.content.fold import fold
from bot.content.hits import NAME, Hits, Words
from bot.content.library import key_of, read_library
from bot.content.matcher import Segmenter

LINES = ordinary()
EMPTY = frozenset(
    "可以 没有 一个 一下 一次 一天 一年 不会 不能 不到 不用 自己 现在 两个 两次 两天 还有 出来 起来 回来 过去".split()  # noqa: SIM905
)
"""Words that speak of nothing."""


@pytest.fixture(scope="module")
def words_of():
    segmenter = Segmenter()
    return lambda text: set(segmenter.cut(fold(text))) - EMPTY


def scam_texts():
    files = [file for file in read_library() if file.kind != "topic"]
    return [text for file in files for text in (*file.questions, *(case.text for case in file.cases))]


def test_there_are_three_thousand_and_none_stands_twice():
    assert len(LINES) >= 3_000
    assert [key for key, times in Counter(map(key_of, LINES)).items() if times > 1] == []


def test_half_of_them_use_words_that_are_the_scams_own(words_of):
    """A scams' word: in five of their texts, and twice as common there as in ordinary talk."""
    scams = Counter(word for text in scam_texts() for word in words_of(text))
    plain = Counter(word for line in LINES for word in words_of(line))
    more = len(scam_texts()) / len(LINES) * 2
    own = {word for word, times in scams.items() if times >= 5 and times >= more * plain[word]}
    assert not {"怎么", "天气", "羊毛"} & own and {"客服", "押金", "验证码"} <= own
    assert sum(not own.isdisjoint(words_of(line)) for line in LINES) / len(LINES) >= 0.5


def test_none_is_a_question_about_a_scam():
    asked = {
        key_of(question) for file in read_library() if file.kind != "topic" for question in file.questions
    }
    assert [line for line in LINES if key_of(line) in asked] == []


def test_none_is_heard_as_the_name_of_a_scam():
    files = [file for file in read_library() if file.kind != "topic"]
    names = [(file.code, name) for file in files for name in (file.name, *file.also, *file.aliases)]
    hits = Hits(Words(NAME, code, name, key_of(name)) for code, name in names)
    segmenter = Segmenter()
    assert [line for line in LINES if hits.called(key_of(line), segmenter.cut(fold(line)))] == []
