"""Weighs the short strings of our own wording set; run it after the set has changed, and commit what it writes.

`python -m bot.content.emergency_words` reads the seen half of `emergency.jsonl` and the ordinary messages, and writes
`emergency_words.tsv`: the points, a tab, the string, the weightiest first. The held half is never read.
"""

import json
import sys
from collections import Counter
from itertools import chain
from math import sqrt

import scipy.sparse as sp
from sklearn.linear_model import LogisticRegression

from bot.content.corpus import ordinary
from bot.content.emergency import BIAS, WORDS, strings_of, what_happened
from bot.content.library import LIBRARY

RARE = 3
"""A string of fewer texts tells more of its writer than of the matter."""
ORDINARY_WEIGHT = 0.5
"""Of an ordinary message beside a look-alike: there are many, and most are far from any emergency."""
SOFTNESS = 30.0
LEAST_POINTS = 0.2
"""Weaker strings change no answer and would fill the table."""


def examples() -> list[tuple[frozenset[str], bool, float]]:
    """For each text its strings, whether it is an emergency, and its weight."""
    lines = (LIBRARY / "emergency.jsonl").read_text("utf-8").splitlines()
    seen = [line for line in map(json.loads, lines) if line["half"] == "seen"]
    own = [(strings_of(what_happened(line["text"])), bool(line["emergency"]), 1.0) for line in seen]
    return own + [(strings_of(what_happened(text)), False, ORDINARY_WEIGHT) for text in ordinary()]


def points_of(texts: list[tuple[frozenset[str], bool, float]]) -> dict[str, float]:
    """Points of each string that occurs often enough, and of `BIAS`, by logistic regression."""
    counts = Counter(chain.from_iterable(strings for strings, _, _ in texts))
    column = {string: number for number, string in enumerate(sorted(s for s in counts if counts[s] >= RARE))}
    rows = sp.lil_matrix((len(texts), len(column)))
    for row, (strings, _, _) in enumerate(texts):
        for string in strings & column.keys():
            rows[row, column[string]] = 1 / sqrt(len(strings))
    model = LogisticRegression(C=SOFTNESS, max_iter=500)
    model.fit(rows.tocsr(), [flag for _, flag, _ in texts], sample_weight=[weight for _, _, weight in texts])
    points = {string: round(float(model.coef_[0][number]), 1) for string, number in column.items()}
    kept = {string: value for string, value in points.items() if abs(value) >= LEAST_POINTS}
    return kept | {BIAS: round(float(model.intercept_[0]), 2)}


def main() -> int:
    """Write the table; print how many strings it holds."""
    points = points_of(examples())
    ranked = sorted(points.items(), key=lambda item: (-abs(item[1]), item[0]))
    WORDS.write_text("".join(f"{value}\t{string}\n" for string, value in ranked), "utf-8")
    sys.stdout.write(f"{len(points)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
