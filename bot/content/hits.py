"""Hits of the words themselves: aliases inside a message, questions equal or nearly equal to it, and homophones."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple, TypeAlias

import ahocorasick
from pypinyin import lazy_pinyin
from rapidfuzz import fuzz, process

from bot.content.library import ALIAS, ORDINARY, QUESTION

NAME = "name"
"""A name that opens a card. Inside a message it tells nothing; a message that sounds like one asks for the card."""

NEAR = 86.0  # rapidfuzz ratio, 0–100: one or two characters apart in a short question
_COMMON = 150  # a 3-gram in more questions than this tells nothing
_SHARED = 0.4  # of the 3-grams: one character changed in the middle of a short question spoils three of them
_LONGEST = 80  # a longer message is nobody's short question
_LONGER = (
    200 / NEAR - 1
)  # times as long as the other, and the ratio cannot reach NEAR, whatever the characters
_HOMOPHONE_MIN = 3  # syllables inside a message; two are shared by too many words
_CALL = 24  # characters; no name is longer, spelt out
_SLIPS = re.compile("(?<=[zcs])h|(?<=n)g")
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
        self.plain = _Near(row.folded for row in rows if row.kind == ORDINARY)
        self._found = _automaton({key: (key, codes, text) for key, (codes, text) in aliases.items()})
        self._sounds = _automaton(_by_sound(aliases))
        self._calls = _calls(aliases | _claims(rows, NAME))
        self._asked = _Near(self.questions)

    def in_message(self, key: str) -> list[Hit]:
        """Aliases inside a message's key, each once; one inside a longer one is left out."""
        if self._found is None:
            return []
        ends = ((end + 1, value) for end, value in self._found.iter(key))
        return _outermost([Hit(codes, a, text, end - len(a), end) for end, (a, codes, text) in ends])

    def question(self, key: str) -> tuple[str, ...]:
        """The types of the question that equals the message, or nearly does; () when there is none."""
        found = self._asked.to(key)
        return self.questions[found] if found else ()

    def ordinary(self, key: str) -> bool:
        """Whether an editor called this message, or one nearly like it, ordinary talk.

        A message that only resembles one and holds a telling word more is not: the word may be the whole difference.
        """
        found = self.plain.to(key)
        if found is None or found == key:
            return found is not None
        return {hit.folded for hit in self.in_message(key)} <= {hit.folded for hit in self.in_message(found)}

    def called(self, key: str, words: Sequence[str] = ()) -> tuple[str, ...]:
        """The types whose name or alias the whole message sounds like, or spells: “罗聊”, “luoliao”.

        Two syllables are shared by too many words: they count only where they are none of the dictionary (`words`).
        """
        if len(key) > _CALL:
            return ()
        codes = self._calls.get(_level(key if key.isascii() else _spoken(key)), ())
        return codes if len(key) >= _HOMOPHONE_MIN or not words else ()

    def by_sound(self, key: str) -> list[Hit]:
        """Aliases that sound like a part of the message: homophones and zh/z, ch/c, sh/s, -ng/-n slips."""
        if self._sounds is None:
            return []
        spoken = _spoken(key)
        ends = [(spoken.count(" ", 1, end + 1), value) for end, value in self._sounds.iter(spoken)]
        return _outermost([Hit(codes, a, text, end - len(a), end) for end, (a, codes, text) in ends])


class _Near:
    """Short texts found again by their key, also when one or two characters differ; an index, not a scan."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._keys = list(dict.fromkeys(keys))
        self._exact = frozenset(self._keys)
        self._grams = _inverted(self._keys)
        self._longest = max(map(len, self._keys), default=0) * _LONGER

    def to(self, key: str) -> str | None:
        """The key that equals this one, or nearly does."""
        if not 1 < len(key) <= _LONGEST:
            return None
        if key in self._exact:
            return key
        if len(key) > self._longest:
            return None
        grams = _trigrams(key)
        enough = max(1.0, _SHARED * len(grams))
        held = [self._grams[gram] for gram in grams if gram in self._grams]
        if len(held) < enough:  # as with most messages: no key can share so many
            return None
        shared = Counter(chain.from_iterable(held))
        near = [self._keys[number] for number, times in shared.items() if times >= enough]
        best = process.extractOne(key, near, scorer=fuzz.ratio, score_cutoff=NEAR) if near else None
        return best[0] if best else None


_Claims: TypeAlias = Mapping[str, tuple[tuple[str, ...], str]]
"""Key → the types that claim it, and how it was written."""


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


def _by_sound(claims: _Claims) -> dict[str, tuple[str, tuple[str, ...], str]]:
    """Sound → key, types and text of those with enough syllables."""
    long = {key: held for key, held in claims.items() if len(key) >= _HOMOPHONE_MIN and not key.isascii()}
    return {_spoken(key): (key, codes, text) for key, (codes, text) in long.items()}


def _calls(claims: _Claims) -> dict[str, tuple[str, ...]]:
    """Sound, as people type it → the types it may mean."""
    held: dict[str, list[str]] = defaultdict(list)
    for key, (codes, _) in claims.items():
        if len(key) > 1 and not key.isascii():
            held[_level(_spoken(key))] += codes
    return {sound: tuple(dict.fromkeys(codes)) for sound, codes in held.items()}


def _level(sound: str) -> str:
    """A sound as people type it: in one run, its usual slips levelled."""
    return _SLIPS.sub("", sound.replace(" ", ""))


def _spoken(key: str) -> str:
    return f" {''.join([_syllable(character) for character in key])}"


@lru_cache(maxsize=30_000)
def _syllable(character: str) -> str:
    """One character's sound with its usual slips levelled, and a space after it."""
    sound = lazy_pinyin(character)[0]
    head = _BLURRED.get(sound[:2], sound[:2])
    blurred = head + sound[2:]
    return f"{blurred[:-1] if blurred.endswith('ng') else blurred} "
