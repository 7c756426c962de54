"""The strings of a message as read: runs of characters or of kinds, and pairs; how the table spells them."""

from collections.abc import Iterator
from math import sqrt
from typing import TypeAlias

from bot.content.emergency_reading import Reading, named, signed

RUNS = {"said": 3, "happened": 3, "words": 4}
"""Views whose strings are runs of characters, and the longest run."""
PAIRS = ("near", "after", "edge")
"""Views whose strings are pairs."""
VIEWS = (*RUNS, *PAIRS)

Key: TypeAlias = str | tuple[str, str]
Tables: TypeAlias = dict[str, dict[Key, float]]
"""Points by view and string."""


def lengths(reading: Reading) -> tuple[float, float, float]:
    """By how much the points of what was said, of what happened and of all about kinds are evened out.

    What is said again and again counts once.
    """
    said, happened, words = map(len, map(set, reading[:3]))
    pairs = len(reading.near) + len(reading.after)
    return sqrt(3 * said), sqrt(3 * happened), sqrt(4 * words + pairs)


def lengths_by_view(reading: Reading) -> dict[str, float]:
    """The same for every view."""
    said, happened, kinds = lengths(reading)
    return dict.fromkeys(VIEWS, kinds) | {"said": said, "happened": happened}


def strings(reading: Reading) -> dict[str, set[Key]]:
    """Every string of a message, by view: what points are given to."""
    held: dict[str, set[Key]] = {view: set(_runs(getattr(reading, view), RUNS[view])) for view in RUNS}
    return held | {view: getattr(reading, view) for view in PAIRS}


def _runs(text: str, longest: int) -> Iterator[str]:
    for length in range(1, longest + 1):
        yield from (text[start : start + length] for start in range(len(text) - length + 1))


def spelt(view: str, key: Key) -> str:
    """A string as people read it in the table."""
    if isinstance(key, tuple):
        return "~".join(named(key))
    return " ".join(named(key)) if view == "words" else key


def key_of(view: str, string: str) -> Key:
    """The other way round."""
    if view in PAIRS:
        one, _, other = string.partition("~")
        return signed([one]), signed([other])
    return signed(string.split(" ")) if view == "words" else string
