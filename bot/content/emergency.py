"""Is someone losing money right now? Decides, from words alone, whether the first-minutes card must come first.

How it reads: slips of the pen are mended; what is not real is cut out (`UNREAL`: “如果被骗了”, other people's stories),
then what was not done (`UNDONE`: “还没转”, “他让我转账”). The strings of what is left have points (`WORDS`), which sum
to a leaning: a clear one decides, and in between one of the signs must be there. Some signs count only beside a word
from the world of fraud, some not where everyday life explains them; in a lesson, a notice or a story none counts unless
the writer's own house is meant.

The tables speak of folded text: simplified characters, no spaces, `,` and `?` as the only marks.
"""

import re
from collections.abc import Iterable, Iterator
from math import sqrt
from pathlib import Path

from bot.content.emergency_context import (
    EVERYDAY,
    FILLER,
    FRAUD,
    HOUSEHOLD,
    LESSON,
    NOTICE,
    PLIGHT,
    SETTLED,
    TELLTALE,
)
from bot.content.emergency_signs import CHEATED, DRAINED, GAVE, PAID, PAYING, STUCK, THREATS, Sign
from bot.content.emergency_vocabulary import OWN, UNDONE, UNREAL, UNREAL_CLAUSES
from bot.content.fold import LIMIT, fold

_MISSPELT = (
    "帐>账 被片>被骗 片子>骗子 诈片>诈骗 pian子>骗子 beipian>被骗 zhang>账 骗qian>骗钱"
    " 验正码>验证码 己经>已经 汇宽>汇款 咗>了 啲>的 唔>不 畀>给 呃我>骗我"
)
_SLIPS = tuple(slip.split(">") for slip in _MISSPELT.split())
_CUT = "□"
_FEW = 8
_TAIL = 300

WORDS = Path(__file__).parent / "library" / "emergency_words.tsv"
"""Points of short strings, weighed over our own wording set by `bot.content.emergency_words`."""
BIAS = "*"
"""The row of the table that every message gets."""
_LONGEST = 3
_UNLIKELY, _LIKELY, _MOST_LIKELY = -1.5, 0.0, 0.8
"""Leanings: below the first even a sign that counts is a look-alike; the others do with a poor sign, or none."""


def _read_points() -> dict[str, float]:
    rows = (line.split("\t") for line in WORDS.read_text("utf-8").splitlines())
    return {string: float(value) for value, string in rows}


_POINTS = _read_points()


def _either(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


_UNREAL = (_either(UNREAL), re.compile(f"(?:^|(?<=[,?]))(?:{'|'.join(UNREAL_CLAUSES)})"))
_OTHERS = re.compile(UNREAL[-1])
_UNDONE = _either(UNDONE)
_BEFORE_UNDONE = [(sign, _either(sign.patterns)) for sign in THREATS + STUCK]
_AFTER_UNDONE = [(sign, _either(sign.patterns)) for sign in PAID + PAYING + GAVE + DRAINED + CHEATED]
_WORDS = {
    "fraud": re.compile(FRAUD),
    "plight": re.compile(PLIGHT),
    "everyday": re.compile(EVERYDAY),
    "household": re.compile(HOUSEHOLD),
    "telltale": re.compile(TELLTALE),
    "lesson": re.compile(LESSON),
    "notice": re.compile(NOTICE),
    "settled": re.compile(SETTLED),
    "own": re.compile(OWN),
    "filler": re.compile(FILLER),
}


class _Message:
    """A message in the three states of reading: as said, without the unreal, without the undone."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.said = _mended(text)
        real = self.said
        for pattern in _UNREAL:
            real = pattern.sub(_CUT, real)
        self.real = real
        self.done = _UNDONE.sub(_CUT, real)

    def has(self, words: str) -> bool:
        return bool(_WORDS[words].search(self.said))

    def is_aloof(self) -> bool:
        """Whether it is a lesson, a notice, or a story of other people."""
        return (
            "【" in self.text or self.has("lesson") or self.has("notice") or bool(_OTHERS.search(self.said))
        )

    def counts(self, sign: Sign, match: re.Match[str]) -> bool:
        """Whether the sign found counts in this setting."""
        if sign.unless and self.has(sign.unless) and not self.has("telltale"):
            return False
        if self.is_aloof() and not _WORDS["own"].search(_clause_up_to(match)):
            return False
        if sign.beside == "bare":
            return self.has("plight") or len(_WORDS["filler"].sub("", self.done)) <= _FEW
        return not sign.beside or self.has(sign.beside)


def is_emergency(text: str) -> bool:
    """Whether the writer or their family paid, is paying, gave away a code, card, face or screen, is being
    blackmailed, or asks what to do having been cheated. `text` is raw; neither database nor model is needed.
    """
    return sign_of(text) is not None


def sign_of(text: str) -> str | None:
    """What makes `text` an emergency: the name of a sign, or `words` where all words together do; else None."""
    message = _Message(text)
    lean = leaning(message.done)
    if lean <= _UNLIKELY or message.has("settled"):
        return None
    if lean > _MOST_LIKELY:
        return "words"
    poor = False
    for sign, match in _signs_in(message):
        if message.counts(sign, match):
            return sign.name
        poor = True
    return "words" if poor and lean > _LIKELY else None


def what_happened(text: str) -> str:
    """`text` folded, with what is not real or not done cut out: what its strings are taken from."""
    return _Message(text).done


def strings_of(happened: str) -> frozenset[str]:
    """Every run of one to three characters, the edges of the message marked."""
    marked = f"^{happened}$"
    return frozenset(
        marked[start : start + length]
        for length in range(1, _LONGEST + 1)
        for start in range(len(marked) - length + 1)
    )


def leaning(happened: str) -> float:
    """The points of the strings together, evened out over the length: above 0 more likely an emergency than not."""
    strings = strings_of(happened)
    points = sum(_POINTS[string] for string in strings & _POINTS.keys())
    return points / sqrt(len(strings)) + _POINTS[BIAS]


def _signs_in(message: _Message) -> Iterator[tuple[Sign, re.Match[str]]]:
    for state, signs in ((message.real, _BEFORE_UNDONE), (message.done, _AFTER_UNDONE)):
        for sign, pattern in signs:
            if match := pattern.search(state):
                yield sign, match


def _mended(text: str) -> str:
    """Folded, with common slips corrected; of a long message the beginning and the end, where people say it."""
    said = fold(text)
    if len(text) > LIMIT:
        said = f"{said},{fold(text[-_TAIL:])}"
    for slip, meant in _SLIPS:
        said = said.replace(slip, meant)
    return said


def _clause_up_to(match: re.Match[str]) -> str:
    return match.string[match.string.rfind(",", 0, match.start()) + 1 : match.end()]
