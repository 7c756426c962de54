"""The cut is jieba's own, word for word."""

import jieba
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bot.content.corpus import ordinary
from bot.content.fold import fold
from bot.content.library import read_library
from bot.content.segmenter import Segmenter

LIBRARY = read_library()
ALIASES = sorted({fold(alias) for held in LIBRARY for alias in held.aliases})
SYMBOLS = "百万保障刷单安全账户的了abz09+#&._%-,?@γ㐀"


@pytest.fixture(scope="module")
def own():
    made = Segmenter()
    made.learn(ALIASES)
    return made


@pytest.fixture(scope="module")
def theirs():
    made = jieba.Tokenizer()
    made.initialize()
    for alias in ALIASES:
        made.add_word(alias, 20_000)
    return made


def jiebas(theirs, text):
    return [word for word in theirs.cut(text, HMM=False) if len(word) > 1]


def test_the_librarys_texts_are_cut_as_jieba_cuts_them(own, theirs):
    texts = [text for held in LIBRARY for text in (*held.questions, *(case.text for case in held.cases))]
    for text in [*texts, *ordinary()]:
        folded = fold(text, mask_digits=True)
        assert own.cut(folded) == jiebas(theirs, folded)


@given(text=st.text(SYMBOLS, max_size=40) | st.text(max_size=40))
@hypothesis_settings(max_examples=300, deadline=None)
def test_any_text_is_cut_as_jieba_cuts_it(own, theirs, text):
    folded = fold(text, mask_digits=True)
    if "γ射线" not in folded:  # the one word of jieba's dictionary that jieba itself never finds
        assert own.cut(folded) == jiebas(theirs, folded)


def test_words_are_learnt_and_forgotten(own):
    own.learn(["百万保障"])
    assert "百万保障" in own.cut("我的百万保障到期")
    own.learn([])
    assert "百万保障" not in own.cut("我的百万保障到期")


@pytest.mark.parametrize(
    "text", ["中华人民共和国公安部", "在中华人民共和国", "中华人民共和", "中华人民", "人民共和国国"]
)
def test_words_longer_than_four_characters_are_found_by_their_beginning(own, theirs, text):
    own.learn(ALIASES)
    assert own.cut(text) == jiebas(theirs, text)


def test_letters_and_digits_beside_each_other_are_one_word():
    made = Segmenter()
    assert made.cut("qwxz0号qwxz") == ["qwxz0", "qwxz"]
    assert made.cut("") == []
