"""What a text is compared by: character pieces, words, and a small fixed-size vector of its character pairs."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

Row = NDArray[np.float32]
DIMENSIONS = 1024
_MIX = (np.uint32(2654435761), np.uint32(2246822519))
_SHIFT = np.uint32(32 - int(math.log2(DIMENSIONS)))
_EDGE = "\n"
_MOST = 500
_DAMPED = [0.0, *(1 + math.log(times) for times in range(1, _MOST + 1))]


def pieces(folded: str) -> list[str]:
    """Character 1–3-grams of a folded text, with both ends marked."""
    edged = f"{_EDGE}{folded}{_EDGE}"
    pairs = [a + b for a, b in zip(edged, edged[1:], strict=False)]
    return [*folded, *pairs, *[pair + c for pair, c in zip(pairs, edged[2:], strict=False)]]


def weigh(found: Iterable[str], rank: Mapping[str, int], idf: Row) -> tuple[NDArray[np.int64], Row]:
    """TF-IDF of the known pieces: their numbers and weights, of length 1; term counts are damped by a logarithm."""
    known = [number for number in map(rank.get, found) if number is not None]
    counts = Counter(known)
    numbers = np.array([*counts], np.int64)
    weights = idf[numbers]
    if len(counts) < len(known):  # a piece that occurs once weighs its IDF
        weights = weights * np.array([_DAMPED[min(times, _MOST)] for times in counts.values()], np.float32)
    return numbers, weights / max(math.sqrt(weights @ weights), 1e-9)


def pair_vector(folded: str) -> Row:
    """Counts of character pairs, hashed into DIMENSIONS places, of length 1. Near texts point the same way."""
    codes = np.frombuffer(f"{_EDGE}{folded}{_EDGE}".encode("utf-32-le"), np.uint32)
    places = (codes[:-1] * _MIX[0] ^ codes[1:] * _MIX[1]) * _MIX[0] >> _SHIFT
    counts = np.sqrt(np.bincount(places, minlength=DIMENSIONS).astype(np.float32))
    return np.asarray(counts / max(np.sqrt(counts @ counts), 1e-9), np.float32)
