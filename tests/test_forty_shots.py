"""Forty screenshots of forty talks are taken for the same kind of fraud as the talks themselves."""

import pytest

from bot.content.answer import judge
from bot.content.screenshot import bubbles, words_of
from core.sight import Sight
from tests.shipped import shipped_matcher
from tests.shots import LOOKS, TALKS, mixed, shot

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("sight")]


@pytest.fixture(scope="module")
def matcher(tmp_path_factory):
    with shipped_matcher(tmp_path_factory.mktemp("shots")) as made:
        yield made


@pytest.fixture(scope="module")
def read():
    """(the talk, what was read of its picture) for each of the forty."""
    sight = Sight()
    sight.ready()
    pages = []
    for number, words in enumerate(TALKS):
        talk = mixed(words, number)
        data = shot(talk, LOOKS[number % len(LOOKS)])
        pages.append((talk, bubbles(sight.read(data))))
    sight.close()
    return pages


def first(matcher, text):
    found = judge(text, matcher).match
    return found.types[0] if found.types else None


def test_nine_in_ten_are_taken_for_the_same_type_as_their_text(read, matcher):
    assert len(read) == 40
    typed = [first(matcher, "\n".join(words for _, words in talk)) for talk, _ in read]
    seen = [first(matcher, words_of(said)) for _, said in read]
    assert sum(one == other for one, other in zip(typed, seen, strict=True)) >= 36


def test_the_words_themselves_are_read(read):
    right = [bubble.text for _, said in read for bubble in said]
    wanted = [words for talk, _ in read for _, words in talk]
    assert sum(words in right for words in wanted) >= 0.8 * len(wanted)
