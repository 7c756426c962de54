"""The kinds of words: how they are kept, found, and what a fit makes of them."""

from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from bot.content.corpus import CASE, Corpus
from bot.content.fit import fit
from bot.content.fold import fold
from bot.content.grams import kind_names, names_of_words
from bot.content.kinds import each_once, kinds_in, named, read_kinds, spoken
from bot.content.serving import NONE

HELD = read_kinds()
LINES = [
    "明天几点上班",
    "超市几点关门",
    "快递放在门口就行",
    "水费怎么交",
    "学校什么时候放假",
    "今年雨水多",
    "牛什么时候配种",
]


def test_every_word_is_spelt_as_messages_are_and_stands_once_in_its_kind():
    assert len(HELD) >= 150
    for name, words in HELD.items():
        assert name.isidentifier() and len(words) >= 15, name
        assert len(set(words)) == len(words), name
        assert [word for word in words if fold(word, mask_digits=True) != word] == [], name
        assert [word for word in words if len(word) < 2] == [], name


def test_words_are_found_with_every_kind_they_are_of():
    name, words = next(iter(HELD.items()))
    assert (f"<{name}>", words[0]) in kinds_in(f"他说{words[0]}了")
    assert not kinds_in("")


WORDS = sorted({word for words in HELD.values() for word in words})


@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=3), max_size=9).map("".join))
def test_what_is_found_stands_there_in_order_and_does_not_overlap(text):
    end = 0
    for word, _ in groupby(kinds_in(text), key=lambda kind: kind.word):
        start = text.find(word, end)
        assert start >= end
        end = start + len(word)


@given(st.lists(st.sampled_from(WORDS), max_size=9).map("，".join))
def test_kinds_and_pairs_have_the_names_they_were_learnt_by(text):
    kinds = kinds_in(text)
    once = [kind.name for kind in each_once(kinds)]
    assert kind_names([kind.name for kind in kinds], once).tolist() == names_of_words(named(kinds)).tolist()
    assert len(spoken(kinds)) == len(named(kinds))


def test_a_word_no_text_holds_speaks_for_the_type_its_kind_was_met_in():
    name, met = next((name, words) for name, words in HELD.items() if len(words) >= 40)
    apart = [(word, code) for word in met for code in met if word != code and not set(word) & set(code)]
    known, unknown = apart[0]
    texts = [("a", CASE, f"第{number}回是{known}的事") for number in range(6)]
    texts += [("b", CASE, f"第{number}回是牛羊的事") for number in range(6)]
    model, _ = fit(Corpus(1, [*texts, *[(NONE, NONE, line) for line in LINES]], []))
    served = model.served()
    a, b = served.score(unknown, [])[:2]
    assert a > b, (name, known, unknown)
    assert dict(served.telling(unknown, [], "a"))[unknown] > 0
