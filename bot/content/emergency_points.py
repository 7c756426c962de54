"""The points of a message's strings: read from the table, looked up all at once, and added up."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from pathlib import Path

import numpy as np

from bot.content.emergency_reading import Reading
from bot.content.emergency_strings import (
    PAIRS,
    RUNS,
    VIEWS,
    Key,
    Tables,
    key_of,
    lengths,
    lengths_by_view,
    spelt,
    strings,
)
from bot.content.grams import Names, longer, names_of_runs, runs, symbols
from bot.content.known import known

WORDS = Path(__file__).parent / "library" / "emergency_words.tsv"
"""Points, a tab, the view, a tab, the string; in the row without a view, what every message gets."""

_BETWEEN = "\n"  # stands in no reading, so no string of the table reaches over it
_VIEW = np.uint64(1 << 21)  # more than any character: the same string of another view has another name


class Points:
    """The points of each view's strings, and of every message. Strings of runs are known by their names alone."""

    def __init__(self, start: float, tables: Tables) -> None:
        self.start = start
        held = [list(map(str, tables[view])) for view in RUNS]
        named = [names_of_runs(strings, view * int(_VIEW)) for view, strings in enumerate(held)]
        self._known = known(np.concatenate(named))
        self._views = np.repeat(np.arange(len(RUNS)), list(map(len, held)))
        self._points = np.array([value for view in RUNS for value in tables[view].values()])
        self._pairs = [tables[view] for view in PAIRS]

    def leaning(self, reading: Reading) -> float:
        """The points of the strings together, evened out over the length of each view."""
        said, happened, words = self._of_runs(reading[:3])
        kinds = words + sum(map(_of_pairs, self._pairs, reading[3:]))
        for_said, for_happened, for_kinds = lengths(reading)
        return self.start + said / for_said + happened / for_happened + kinds / for_kinds

    def weighed(self, reading: Reading) -> Iterator[tuple[str, float]]:
        """Each known string as the table spells it, with its points evened out."""
        even = lengths_by_view(reading)
        for view, held in strings(reading).items():
            for key, points in self._worth(view, list(held)):
                yield spelt(view, key), points / even[view]

    def _worth(self, view: str, held: list[Key]) -> Iterator[tuple[Key, float]]:
        """Those of the strings that have points."""
        if view in PAIRS:
            table = self._pairs[PAIRS.index(view)]
            yield from ((key, table[key]) for key in held if key in table)
            return
        numbers = self._known.each(names_of_runs(list(map(str, held)), VIEWS.index(view) * int(_VIEW)))
        yield from (
            (key, float(self._points[number]))
            for key, number in zip(held, numbers, strict=True)
            if number is not None
        )

    def _of_runs(self, views: Sequence[str]) -> list[float]:
        """For each view the points of all runs in it, each counted once."""
        numbers = self._known.numbers(np.concatenate(_names(views)))
        numbers.sort()
        points = self._points.take(numbers)
        points[1:] *= numbers[1:] != numbers[:-1]
        totals: list[float] = np.bincount(self._views.take(numbers), points, len(RUNS)).tolist()
        return totals


def _of_pairs(table: dict[Key, float], pairs: Iterable[Key]) -> float:
    return sum(map(table.get, pairs, repeat(0.0)))


def _names(views: Sequence[str]) -> list[Names]:
    """The names of all runs of one to three characters, and of four in the last view, where runs are that long."""
    held = symbols(_BETWEEN.join(views))
    last = 0
    for view in views[:-1]:
        last += len(view) + 1
        held[last:] += _VIEW
    named = runs(held, 3)
    return [*named, longer(named[-1][last:], held[last:])]


def read_points() -> Points:
    """The table as it was shipped."""
    tables: Tables = {view: {} for view in VIEWS}
    with WORDS.open(encoding="utf-8") as lines:
        start = float(next(lines).partition("\t")[0])
        for line in lines:
            value, view, string = line.rstrip("\n").split("\t")
            tables[view][key_of(view, string)] = float(value)
    return Points(start, tables)
