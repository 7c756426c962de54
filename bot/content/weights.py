"""What the pieces, words and kinds of one text weigh."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from bot.content.grams import Numbers, Row

_MOST = 500
_DAMPED = np.array([0.0, *(1 + math.log(times) for times in range(1, _MOST + 1))], np.float32)
_NOTHING = 1e-9


class Weighed(NamedTuple):
    """The known pieces, words and kinds of one text, each once, and what each weighs."""

    numbers: Numbers
    weights: Row


def weigh(found: Numbers, idf: Row, borders: Sequence[int], lengths: Sequence[float]) -> Weighed:
    """TF-IDF of the `found` numbers: each block weighs its length together; `borders` part the blocks.

    Term counts are damped by a logarithm.
    """
    numbers, times = _counted(found)
    weights = idf.take(numbers)
    if len(numbers) < len(found):
        weights *= _DAMPED.take(times, mode="clip")
    start = 0
    for end, length in zip([*numbers.searchsorted(borders).tolist(), len(numbers)], lengths, strict=True):
        block = weights[start:end]
        block *= length / max(math.sqrt(block @ block), _NOTHING)
        start = end
    return Weighed(numbers, weights)


def _counted(found: Numbers) -> tuple[Numbers, Numbers]:
    """Each number once, in order, and how often it stands there."""
    ranked = np.sort(found)
    new = np.empty(len(ranked) + 1, np.bool_)
    new[:1] = new[-1:] = True
    np.not_equal(ranked[1:], ranked[:-1], out=new[1:-1])
    at = new.nonzero()[0]
    return ranked.take(at[:-1]), at[1:] - at[:-1]
