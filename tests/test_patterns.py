"""No pattern that reads residents' words can be made to try the same text in exponentially many ways."""

import importlib
import pkgutil
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import product
from re import _parser as parser

import pytest

import bot.content
import bot.handlers
import bot.registry

FEW = 6  # repetitions; so many ways to divide a text are no harm
WORDS = 5_000  # a group that can be more words than this is not looked into, so it may not repeat at will

APART = {"fold._DIGITS", "smalltalk.LINK"}
"""What repeats in these begins with a sign that its own inside cannot hold: a point, a space."""


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Every pattern that a module of ours keeps, also in tuples."""
    for room in (bot.handlers, bot.content, bot.registry):
        for found in pkgutil.iter_modules(room.__path__):
            for name, held in vars(importlib.import_module(f"{room.__name__}.{found.name}")).items():
                yield from ((f"{found.name}.{name}", pattern) for pattern in _inside(held))


def _inside(held: object) -> Iterator[re.Pattern[str]]:
    if isinstance(held, re.Pattern):
        yield held
    elif isinstance(held, tuple):
        for each in held:
            yield from _inside(each)


ALL = sorted(
    {pattern.pattern: (name, pattern) for name, pattern in patterns()}.values(), key=lambda each: each[0]
)


def repeats(parsed: Iterable) -> Iterator:
    """The bodies of all groups that may repeat more often than a few times, however deep."""
    for sort, held in parsed:
        name = str(sort)
        if name in ("MAX_REPEAT", "MIN_REPEAT") and held[1] > FEW:
            yield held[2]
        inner = held if isinstance(held, tuple) else (held,)
        ways = [way for each in inner for way in (each if isinstance(each, list) else [each])]
        for way in ways:
            if isinstance(way, parser.SubPattern):
                yield from repeats(way)


def words_of(parsed: Iterable) -> list[str] | None:
    """All that a pattern can match, each as often as there are ways to it; None where that is endless or too much.

    A class of characters is one sign of its own.
    """
    made = [""]
    for sort, held in parsed:
        ways = _ways(str(sort), held)
        if ways is None or len(made) * len(ways) > WORDS:
            return None
        made = [one + other for one, other in product(made, ways)]
    return made


def _ways(name: str, held) -> list[str] | None:
    if name == "LITERAL":
        return [chr(held)]
    if name == "IN":
        parts = [(str(sort), part) for sort, part in held]
        return [chr(part) if sort == "LITERAL" else f"<{sort} {part}>" for sort, part in parts]
    if name in ("ANY", "NOT_LITERAL", "CATEGORY"):
        return [f"<{name} {held}>"]
    if name in ("ASSERT", "ASSERT_NOT", "AT"):
        return [""]
    if name == "SUBPATTERN":
        return words_of(held[-1])
    if name == "BRANCH":
        return _joined(words_of(way) for way in held[1])
    least, most, body = held
    once = words_of(body)
    if once is None or most > FEW:
        return None
    return _joined(words_of(list(body) * times) for times in range(least, most + 1))


def _joined(ways: Iterable[list[str] | None]) -> list[str] | None:
    held = list(ways)
    return None if any(way is None for way in held) else [word for way in held if way for word in way]


def divisible_twice(ways: list[str]) -> str:
    """A word that ends a text which reads as two rows of these words; "" when every text reads in one way only.

    Sardinas and Patterson: the rests of words that begin with other words, again and again, never are a word.
    """
    words = set(ways)
    if "" in words:
        return "(nothing)"
    if len(words) < len(ways):
        return next(word for word, times in Counter(ways).items() if times > 1)
    rests = {
        long[len(short) :] for short in words for long in words if long != short and long.startswith(short)
    }
    met: set[str] = set()
    while rests:
        if both := rests & words:
            return min(both)
        met |= rests
        rests = {
            long[len(short) :]
            for one, other in ((rests, words), (words, rests))
            for short in one
            for long in other
            if long != short and long.startswith(short)
        } - met
    return ""


@pytest.mark.parametrize(("words", "twice"), [
    (["嗯"], False), (["嗯", "嗯嗯"], True), (["我", "爸", "我爸"], True), (["正在", "正"], False), (["", "了"], True),
    (["正在", "正", "在"], True), (["ab", "abb", "bb"], False), (["ab", "aba", "bab"], True), (["了", "了"], True),
])  # fmt: skip
def test_what_can_be_read_in_two_ways_is_known(words, twice):
    assert bool(divisible_twice(words)) is twice


@pytest.mark.parametrize(("name", "pattern"), ALL, ids=[name for name, _ in ALL])
def test_what_repeats_at_will_can_be_read_in_one_way_only(name, pattern):
    for body in repeats(parser.parse(pattern.pattern, pattern.flags)):
        words = words_of(body)
        if words is None and name in APART:
            continue
        assert words is not None, f"a group that repeats at will holds another: {body}"
        assert not (at := divisible_twice(words)), (
            f"“{at}” is read in two ways in a group that repeats at will"
        )
