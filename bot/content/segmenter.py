"""jieba's words, found all at once in a table of its own dictionary: the same cut in a fraction of the time and memory.

jieba (without its guessing of new names) takes, among all ways to cut a sentence into words of its dictionary, the most
probable one. It looks up every piece of the sentence in a Python dictionary for that, one after the other. The only file
that knows jieba.
"""

import math
import re
from collections.abc import Iterable, Iterator
from importlib.metadata import distribution
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

import ahocorasick
import numpy as np

from bot.content.grams import Numbers, names_of_runs, runs, symbols
from bot.content.known import known

_FREQUENCY = 20_000  # of an added word; the stock dictionary's commonest have 300,000
_WORD = re.compile(r"[\u4e00-\u9fd5a-z0-9+#&._%\-]+")  # what jieba looks for words in, of a folded text
_PLACE = itemgetter(0)
_RUN = 4  # characters; only two words in a hundred of jieba's are longer
Found = list[tuple[int, int, float]]
"""Where a word ends in the text read backwards, its length, and the logarithm of its probability."""


class _Stock:
    """jieba's own words: those of up to four characters, and the beginnings of the longer ones, in one table."""

    def __init__(self, words: Iterable[tuple[str, int]]) -> None:
        often_of = dict(words)
        self.total = sum(often_of.values())
        # spelt anew, so that the memory of all the others, which lie between, can be given back
        self._longer = {"".join([*word]): math.log(often_of[word]) for word in often_of if len(word) > _RUN}
        self._longest = max(map(len, self._longer), default=0)
        begins = {word[:_RUN] for word in self._longer}
        whole = [word for word in often_of if len(word) <= _RUN and word not in begins]
        both = [word for word in often_of if word in begins]
        self._begins, self._mere = len(whole), len(whole) + len(both)
        whole += [*both, *sorted(begins.difference(both))]
        self._known = known(names_of_runs(whole))
        self._logs = np.array([math.log(often_of.get(word, 1)) for word in whole])

    def within(self, folded: str, every: float) -> Found:
        """Every word of the text, those that begin last at first, the longer before the shorter."""
        held = symbols(folded)
        names = np.ones((len(held), _RUN), np.uint64)  # no word has that name
        backwards = names[::-1]
        for column, named in enumerate(reversed(runs(held, _RUN))):
            backwards[: len(named), column] = named
        at, numbers = self._known.placed(names.ravel())
        if not numbers.size or numbers.max() < self._begins:
            return self._told(at, numbers, every)
        whole, begun = numbers < self._mere, at[numbers >= self._begins] // _RUN
        longer = [word for place in begun.tolist() for word in self._begun(folded, place, every)]
        return sorted(longer + self._told(at[whole], numbers[whole], every), key=_PLACE)

    def _told(self, at: Numbers, numbers: Numbers, every: float) -> Found:
        weights = self._logs.take(numbers) - every
        return list(zip((at // _RUN).tolist(), (_RUN - at % _RUN).tolist(), weights.tolist(), strict=True))

    def _begun(self, folded: str, place: int, every: float) -> Found:
        """The words of more than four characters that begin there, the longer before the shorter."""
        start = len(folded) - 1 - place
        words = (folded[start : start + length] for length in range(min(self._longest, place + 1), _RUN, -1))
        return [(place, len(word), self._longer[word] - every) for word in words if word in self._longer]


class _Lexicon(NamedTuple):
    """The added words, read from their ends (a sentence is cut from its end, as jieba does), each with its length."""

    added: ahocorasick.Automaton | None
    weight: float
    """The logarithm of the probability of an added word."""
    every: float
    """The logarithm of the frequencies of all words together."""


class Segmenter:
    """jieba's dictionary with the library's aliases among its words; one for each process."""

    def __init__(self) -> None:
        self._stock = _Stock(_dictionary())
        self._lexicon = self._with(())

    def learn(self, words: Iterable[str]) -> None:
        """Make exactly these the added words, for whoever cuts from now on."""
        self._lexicon = self._with(words)

    def _with(self, words: Iterable[str]) -> _Lexicon:
        whole = {word for word in words if _WORD.fullmatch(word)}
        added = ahocorasick.Automaton(ahocorasick.STORE_INTS)
        for word in whole:
            added.add_word(word[::-1], len(word))
        added.make_automaton()
        every = math.log(self._stock.total + _FREQUENCY * len(whole))
        return _Lexicon(added if whole else None, math.log(_FREQUENCY) - every, every)

    def cut(self, folded: str) -> list[str]:
        """The words of a folded text, in order; single characters are left to the character pieces."""
        added, weight, every = self._lexicon
        found = self._stock.within(folded, every)
        if added and (more := [(at, length, weight) for at, length in added.iter(folded[::-1])]):
            found = sorted(found + more, key=_PLACE)
        return list(_told(folded, _lengths(found, len(folded), -every)))


def _dictionary() -> Iterator[tuple[str, int]]:
    """jieba's own words and how often each occurs; the package itself, which would load much more, is not imported."""
    path = Path(str(distribution("jieba").locate_file("jieba/dict.txt")))
    parts = path.read_text("utf-8").split()
    return zip(parts[0::3], map(int, parts[1::3]), strict=True)


def _lengths(found: Found, size: int, unknown: float) -> list[int]:
    """For each end in the text read backwards the length of the word that ends there on the most probable way.

    `unknown` is the logarithm of the probability of a character that no word holds.
    """
    best, lengths, end = [0.0], [0], 0
    for at, length, weight in found:
        while end < at:
            best.append(best[end] + unknown)
            lengths.append(1)
            end += 1
        reached = best[at + 1 - length] + weight
        if end == at:
            best.append(reached)
            lengths.append(length)
            end += 1
        elif reached > best[end]:
            best[end], lengths[end] = reached, length
    return lengths + [1] * (size - end)


def _told(folded: str, lengths: list[int]) -> Iterator[str]:
    """The words in reading order; letters and digits that stand alone beside each other are one word."""
    at, size, run = 0, len(folded), ""
    while at < size:
        length = lengths[size - at]
        word = folded[at : at + length]
        at += length
        if length == 1 and word.isascii() and word.isalnum():
            run += word
            continue
        if len(run) > 1:
            yield run
        run = ""
        if length > 1:
            yield word
    if len(run) > 1:
        yield run
