"""Hits of the words themselves: aliases inside a message, questions equal or nearly equal to it, and homophones."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

import ahocorasick
from pypinyin import lazy_pinyin
from rapidfuzz import fuzz, process

from bot.content.library import ALIAS, QUESTION

NEAR = 86.0  # rapidfuzz ratio, 0–100: one or two characters apart in a short question
_COMMON = 150  # a 3-gram in more questions than this tells nothing
_SHARED = 0.4  # of the 3-grams: one character changed in the middle of a short question spoils three of them
_LONGEST = 80  # a longer message is nobody's short question
_HOMOPHONE_MIN = 3  # two syllables are shared by too many words
_BLURRED = {"zh": "z", "ch": "c", "sh": "s"}


class Words(NamedTuple):
    """One alias or question as stored: `folded` is its key, `text` as its author wrote it."""

    kind: str
    code: str
    text: str
    folded: str


class Hit(NamedTuple):
    """An alias found: the types that claim it, its key, its text, and where it begins and ends in the message's key."""

    codes: tuple[str, ...]
    folded: str
    text: str
    start: int
    end: int


class Hits:
    """Built aside from the phrases of one version; never changed afterwards, so threads may read it freely."""

    def __init__(self, phrases: Iterable[Words]) -> None:
        rows = list(phrases)
        aliases = _claims(rows, ALIAS)
        self.questions = {key: codes for key, (codes, _) in _claims(rows, QUESTION).items()}
        self.aliases = {key: codes for key, (codes, _) in aliases.items()}
        self._found = _automaton({key: (key, codes, text) for key, (codes, text) in aliases.items()})
        self._sounds = _automaton(_by_sound(aliases))
        self._grams = _inverted(self.questions)
        self._keys = list(self.questions)

    def in_message(self, key: str) -> list[Hit]:
        """Aliases inside a message's key, each once; one inside a longer one is left out."""
        if self._found is None:
            return []
        ends = ((end + 1, value) for end, value in self._found.iter(key))
        return _outermost([Hit(codes, a, text, end - len(a), end) for end, (a, codes, text) in ends])

    def question(self, key: str) -> tuple[str, ...]:
        """The types of the question that equals the message, or nearly does; () when there is none."""
        if not 1 < len(key) <= _LONGEST:
            return ()
        if exact := self.questions.get(key):
            return exact
        grams = _trigrams(key)
        shared = Counter([number for gram in grams if gram in self._grams for number in self._grams[gram]])
        enough = max(1.0, _SHARED * len(grams))
        near = [self._keys[number] for number, times in shared.items() if times >= enough]
        best = process.extractOne(key, near, scorer=fuzz.ratio, score_cutoff=NEAR) if near else None
        return self.questions[best[0]] if best else ()

    def by_sound(self, key: str) -> list[Hit]:
        """Aliases that sound like a part of the message: homophones and zh/z, ch/c, sh/s, -ng/-n slips."""
        if self._sounds is None:
            return []
        spoken = _spoken(key)
        ends = [(spoken.count(" ", 1, end + 1), value) for end, value in self._sounds.iter(spoken)]
        return _outermost([Hit(codes, a, text, end - len(a), end) for end, (a, codes, text) in ends])


def _claims(rows: list[Words], kind: str) -> dict[str, tuple[tuple[str, ...], str]]:
    codes: dict[str, list[str]] = defaultdict(list)
    texts: dict[str, str] = {}
    for row in rows:
        if row.kind == kind and row.code not in codes[row.folded]:
            codes[row.folded].append(row.code)
            texts.setdefault(row.folded, row.text)
    return {key: (tuple(held), texts[key]) for key, held in codes.items() if key}


def _automaton(entries: Mapping[str, object]) -> ahocorasick.Automaton | None:
    made = ahocorasick.Automaton()
    for key, value in entries.items():
        made.add_word(key, value)
    if not entries:
        return None
    made.make_automaton()
    return made


def _outermost(hits: list[Hit]) -> list[Hit]:
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start - hit.end, hit.start)):
        inside = any(held.start <= hit.start and hit.end <= held.end for held in kept)
        if not inside and all(held.folded != hit.folded for held in kept):
            kept.append(hit)
    return sorted(kept, key=lambda hit: hit.start)


def _trigrams(key: str) -> set[str]:
    return {key[at : at + 3] for at in range(len(key) - 2)} or {key}


def _inverted(keys: Iterable[str]) -> dict[str, list[int]]:
    held: dict[str, list[int]] = defaultdict(list)
    for number, key in enumerate(keys):
        for gram in _trigrams(key):
            held[gram].append(number)
    return {gram: numbers for gram, numbers in held.items() if len(numbers) <= _COMMON}


def _by_sound(aliases: Mapping[str, tuple[tuple[str, ...], str]]) -> dict[str, object]:
    long = {key: held for key, held in aliases.items() if len(key) >= _HOMOPHONE_MIN and not key.isascii()}
    return {_spoken(key): (key, codes, text) for key, (codes, text) in long.items()}


def _spoken(key: str) -> str:
    return f" {''.join([_syllable(character) for character in key])}"


@lru_cache(maxsize=30_000)
def _syllable(character: str) -> str:
    """One character's sound with its usual slips levelled, and a space after it."""
    sound = lazy_pinyin(character)[0]
    head = _BLURRED.get(sound[:2], sound[:2])
    blurred = head + sound[2:]
    return f"{blurred[:-1] if blurred.endswith('ng') else blurred} "
