"""Weighs the strings of our own wording set; run it after the set or the terms changed, and commit what it writes.

`python -m bot.content.emergency_words` reads the seen half of `emergency.jsonl` and the ordinary messages, and writes
`emergency_words.tsv`, the weightiest first. The held half is never read.
"""

import json
import sys
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate, chain
from math import log
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp
from sklearn.svm import LinearSVC

from bot.content.corpus import ordinary
from bot.content.emergency_points import WORDS, Points
from bot.content.emergency_reading import Reading, reading_of
from bot.content.emergency_strings import VIEWS, Key, Tables, lengths_by_view, spelt, strings
from bot.content.library import LIBRARY

RARE = 3
"""A string of fewer texts tells more of its writer than of the matter."""
ORDINARY_WEIGHT = 6.0
"""Of an ordinary message beside a look-alike: it is what most people write, and the set has more look-alikes than life."""
SOFTNESS = 0.1
WEIGHT = {"said": 1.0, "happened": 1.0, "words": 1.3, "near": 1.3, "after": 1.3, "edge": 1.3}
LEAST_POINTS = 0.05
"""Weaker strings change no answer and would fill the table."""


class Example(NamedTuple):
    """A text as read, whether it is an emergency, and its weight."""

    reading: Reading
    emergency: bool
    weight: float


def examples() -> list[Example]:
    """The seen half of the wording set, then the ordinary messages."""
    lines = (LIBRARY / "emergency.jsonl").read_text("utf-8").splitlines()
    seen = [line for line in map(json.loads, lines) if line["half"] == "seen"]
    own = [Example(reading_of(line["text"]), bool(line["emergency"]), 1.0) for line in seen]
    return own + [Example(reading_of(text), False, ORDINARY_WEIGHT) for text in ordinary()]


def points_of(texts: Sequence[Example]) -> Points:
    """The points learnt from these texts, ready to be used."""
    return Points(*learnt(texts))


def learnt(texts: Sequence[Example]) -> tuple[float, Tables]:
    """What every message gets, and the points of each string that occurs often enough: a linear support vector machine."""
    held = [strings(text.reading) for text in texts]
    even = [lengths_by_view(text.reading) for text in texts]
    blocks = [_block(view, [each[view] for each in held], [each[view] for each in even]) for view in VIEWS]
    model = LinearSVC(C=SOFTNESS, random_state=0, max_iter=3000)
    model.fit(
        sp.hstack([block.rows for block in blocks]).tocsr(),
        [text.emergency for text in texts],
        [text.weight for text in texts],
    )
    ends = list(accumulate(len(block.strings) for block in blocks))
    values = np.split(model.coef_[0], ends[:-1])
    tables = {view: _kept(block, value) for view, block, value in zip(VIEWS, blocks, values, strict=True)}
    return round(float(model.intercept_[0]), 3), tables


class _Block(NamedTuple):
    """The strings of one view, the rows of all texts over them, and what each column was multiplied by."""

    strings: list[Key]
    rows: sp.csr_matrix
    scale: np.ndarray


def _block(view: str, texts: Sequence[set[Key]], even: Sequence[float]) -> _Block:
    counts = Counter(chain.from_iterable(texts))
    strings = sorted(string for string, count in counts.items() if count >= RARE)
    column = {string: number for number, string in enumerate(strings)}
    scale = np.array([log(len(texts) / counts[string]) / 4 for string in strings]) * WEIGHT[view]
    where, what, values = [], [], []
    for row, (text, length) in enumerate(zip(texts, even, strict=True)):
        held = [column[string] for string in text if string in column]
        where += [row] * len(held)
        what += held
        values += [1 / length] * len(held)
    rows = sp.csr_matrix((values, (where, what)), shape=(len(texts), len(strings)))
    return _Block(strings, (rows @ sp.diags(scale)).tocsr(), scale)


def _kept(block: _Block, values: np.ndarray) -> dict[Key, float]:
    rounded = {
        key: round(float(value), 2) for key, value in zip(block.strings, values * block.scale, strict=True)
    }
    return {key: value for key, value in rounded.items() if abs(value) >= LEAST_POINTS}


def main() -> int:
    """Write the table; print how many strings it holds."""
    start, tables = learnt(examples())
    rows = [(value, view, spelt(view, key)) for view, table in tables.items() for key, value in table.items()]
    rows.sort(key=lambda row: (-abs(row[0]), row[1:]))
    lines = [(start, "", ""), *rows]
    WORDS.write_text("".join(f"{value}\t{view}\t{string}\n" for value, view, string in lines), "utf-8")
    sys.stdout.write(f"{len(rows)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
