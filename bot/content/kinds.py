"""The field's words sorted into kinds: who has met “银监会” in one text then knows “金融监管局” in the next.

`library/kinds.tsv` says what belongs together and nothing of which type it speaks for; that is learnt by a fit. Kinds are
ours, like the shipped library's texts: editors do not change them.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import ahocorasick

KINDS = Path(__file__).parent / "library" / "kinds.tsv"
"""A line for each kind: its name, a tab, its words as `fold` spells them. A word may be of several kinds."""


class Kind(NamedTuple):
    """A kind met in a text, and the word that is of it."""

    name: str
    word: str


def kinds_in(folded: str) -> list[Kind]:
    """The kinds of the words of a folded text, in order; where words overlap the first counts, of several the longest."""
    longest = {}
    for end, found in _finder().iter(folded):  # of words that begin together the longest is found last
        longest[end + 1 - len(found[0].word)] = end, found
    held: list[Kind] = []
    after = -1
    for start in sorted(longest):
        if start > after:
            after, found = longest[start]
            held += found
    return held


def each_once(kinds: Iterable[Kind]) -> list[Kind]:
    """Every kind once, by name: what pairs are made of."""
    return sorted({kind.name: kind for kind in kinds}.values())


def named(kinds: Sequence[Kind]) -> list[str]:
    """The names of the kinds and of all pairs of them, in the order of `grams.kind_names`."""
    pairs = combinations([kind.name for kind in each_once(kinds)], 2)
    return [*[kind.name for kind in kinds], *map(" ".join, pairs)]


def spoken(kinds: Sequence[Kind]) -> list[str]:
    """The words behind `named`; one for a pair of kinds of the same word."""
    pairs = combinations([kind.word for kind in each_once(kinds)], 2)
    return [*[kind.word for kind in kinds], *map(" ".join, map(dict.fromkeys, pairs))]


def read_kinds(path: Path = KINDS) -> dict[str, list[str]]:
    """Name → words, as the file has them."""
    lines = (line.partition("\t") for line in path.read_text("utf-8").splitlines())
    return {name: words.split() for name, _, words in lines}


@cache
def _finder() -> ahocorasick.Automaton:
    held: dict[str, list[Kind]] = defaultdict(list)
    for name, words in read_kinds().items():
        for word in words:
            held[word].append(
                Kind(f"<{name}>", word)
            )  # no folded text holds such a sign: no word has that name
    made = ahocorasick.Automaton()
    for word, kinds in held.items():
        made.add_word(word, tuple(kinds))
    made.make_automaton()
    return made
