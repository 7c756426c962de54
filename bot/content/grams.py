"""What a text is compared by: character pieces, words, and a small fixed-size vector of its character pairs.

A piece goes by a number of 64 bits, its name, so that all pieces of a message are looked up at once.
"""

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Row = NDArray[np.float32]
Names = NDArray[np.uint64]
Numbers = NDArray[np.intp]
DIMENSIONS = 1024
_MIX = (np.uint32(2654435761), np.uint32(2246822519))
_SHIFT = np.uint32(32 - int(math.log2(DIMENSIONS)))
_EDGE = "\n"
_WIDE = np.uint64(21)  # bits of a character
_TURN = np.uint64(0x9E3779B97F4A7C15)  # odd, and without a pattern
_NOTHING = 1e-9


def pieces(folded: str) -> list[str]:
    """Character 1–3-grams of a folded text, with both ends marked; in the order of `piece_names`."""
    edged = f"{_EDGE}{folded}{_EDGE}"
    pairs = [a + b for a, b in zip(edged, edged[1:], strict=False)]
    return [*folded, *pairs, *[pair + c for pair, c in zip(pairs, edged[2:], strict=False)]]


def piece_names(folded: str) -> Names:
    """The names of a folded text's pieces: their characters, one after the other."""
    held = np.frombuffer(f"{_EDGE}{folded}{_EDGE}".encode("utf-32-le"), np.uint32).astype(np.uint64)
    pairs = held[:-1] << _WIDE | held[1:]
    return np.concatenate((held[1:-1], pairs, pairs[:-1] << _WIDE | held[2:]))


def names_of_pieces(held: Sequence[str]) -> Names:
    """The names of these pieces, each of one to three characters."""
    read = np.array(held, "U3").view(np.uint32).reshape(len(held), 3).astype(np.uint64)
    spare = 3 - np.count_nonzero(read, axis=1).astype(np.uint64)
    names: Names = ((read[:, 0] << _WIDE | read[:, 1]) << _WIDE | read[:, 2]) >> spare * _WIDE
    return names


def pieces_named(names: Names) -> list[str]:
    """The pieces that have these names."""
    shifts = np.array([2, 1, 0], np.uint64) * _WIDE
    read = (names[:, None] >> shifts & np.uint64((1 << int(_WIDE)) - 1)).astype(np.uint32)
    return ["".join(map(chr, filter(None, piece))) for piece in read.tolist()]


def with_pairs(words: Sequence[str]) -> list[str]:
    """The words and their neighbouring pairs; no folded text holds the space between the two."""
    return [*words, *[f"{one} {other}" for one, other in zip(words, words[1:], strict=False)]]


def word_names(words: Sequence[str]) -> Names:
    """The names of `with_pairs(words)`; they hold within one process."""
    alone = _hashed(words)
    return np.concatenate((alone, _paired(alone[:-1], alone[1:])))


def names_of_words(held: Sequence[str]) -> Names:
    """The names of these words and pairs of words."""
    parts = [word.partition(" ") for word in held]
    alone, second = _hashed([one for one, _, _ in parts]), _hashed([other for _, _, other in parts])
    return np.where([bool(space) for _, space, _ in parts], _paired(alone, second), alone)


def kind_names(kinds: Sequence[str], once: Sequence[str]) -> Names:
    """The names of these kinds, and of all pairs of those told `once`; they hold within one process."""
    alone = _hashed(once)
    first, second = _all_pairs(len(once))
    return np.concatenate((_hashed(kinds), _paired(alone.take(first), alone.take(second))))


@lru_cache(maxsize=128)
def _all_pairs(size: int) -> tuple[Numbers, Numbers]:
    """Both places of each pair among so many, in the order of `itertools.combinations`."""
    return np.triu_indices(size, 1)


def symbols(text: str) -> Names:
    """The characters of a text by their numbers."""
    return np.frombuffer(text.encode("utf-32-le"), np.uint32).astype(np.uint64)


def runs(held: Names, longest: int) -> list[Names]:
    """The names of all runs of one symbol, of two, and so on to `longest`, each list by where the runs begin."""
    named = [held]
    for _ in range(1, longest):
        named.append(longer(named[-1], held))
    return named


def longer(named: Names, held: Names) -> Names:
    """The names of runs longer by one symbol than these."""
    grown = named[:-1] * _TURN
    grown += held[len(held) - len(grown) :]
    return grown


def names_of_runs(held: Sequence[str], more: int = 0) -> Names:
    """The names that `runs` gives these strings when `more` was added to each of their characters."""
    longest = max(map(len, held), default=1)
    read = np.array(held, f"U{longest}").view(np.uint32).reshape(len(held), longest).astype(np.uint64)
    names = np.zeros(len(held), np.uint64)
    for symbols in read.T:
        names = np.where(symbols > 0, names * _TURN + symbols + np.uint64(more), names)
    return names


def _hashed(words: Sequence[str]) -> Names:
    return np.fromiter(map(hash, words), np.int64, len(words)).view(np.uint64)


def _paired(first: Names, second: Names) -> Names:
    return (first + _TURN) * _TURN ^ second


def pair_counts(folded: str) -> NDArray[np.uint8]:
    """How often each pair of neighbouring characters occurs, hashed into DIMENSIONS places; at most 255 times."""
    codes = np.frombuffer(f"{_EDGE}{folded}{_EDGE}".encode("utf-32-le"), np.uint32)
    places = (codes[:-1] * _MIX[0] ^ codes[1:] * _MIX[1]) * _MIX[0] >> _SHIFT
    return np.minimum(np.bincount(places, minlength=DIMENSIONS), 255).astype(np.uint8)


def pair_vector(folded: str) -> Row:
    """The roots of those counts, of length 1. Near texts point the same way."""
    counts = np.sqrt(pair_counts(folded).astype(np.float32))
    return np.asarray(counts / max(np.sqrt(counts @ counts), _NOTHING), np.float32)
