"""The texts of a fit as rows of weights: one column for each character piece, each word and each kind of words."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp
from sklearn.preprocessing import normalize

from bot.content.grams import Names, Numbers, Row, pieces_named
from bot.content.serving import KIND_WEIGHT, LENGTHS, WORD_WEIGHT


class Features(NamedTuple):
    """The texts as rows of weights, and what each column is: first the character pieces, then the words, then the kinds."""

    rows: sp.csr_matrix
    chars: list[str]
    words: list[str]
    kinds: list[str]
    idf: Row


def features(
    chars: Sequence[Names], words: Sequence[Sequence[str]], kinds: Sequence[Sequence[str]]
) -> Features:
    """Weigh the pieces (by name), words and kinds of all texts as `weights.weigh` will weigh those of one message."""
    names, found = np.unique(np.concatenate(chars), return_inverse=True)
    char_rows, char_idf = _weighed(found, list(map(len, chars)), len(names))
    vocabulary, word_rows, word_idf = _named(words)
    sorts, kind_rows, kind_idf = _named(kinds)
    rows = sp.hstack([char_rows, WORD_WEIGHT * word_rows, KIND_WEIGHT * kind_rows]).tocsr()
    idf = np.concatenate([char_idf, word_idf, kind_idf])
    return Features(rows, pieces_named(names), vocabulary, sorts, idf)


def strongest(whole: Features, strength: Row, most: int) -> Features:
    """The features with only the `most` columns of greatest `strength`, and the rows weighed anew.

    A model must be fitted and calibrated on the columns it will be served with: weights of a message are brought to
    length 1 over the pieces the model knows, so with fewer pieces known all scores grow.
    """
    kept = np.sort(np.argsort(-strength, kind="stable")[:most])
    names = [*whole.chars, *whole.words, *whole.kinds]
    ends = np.searchsorted(kept, np.cumsum([len(whole.chars), len(whole.words)]))
    parts = np.split(kept, ends)
    blocks = [length * _normal(whole.rows[:, part]) for part, length in zip(parts, LENGTHS, strict=True)]
    chars, words, kinds = ([names[at] for at in part] for part in parts)
    return Features(sp.hstack(blocks).tocsr(), chars, words, kinds, whole.idf[kept])


def _normal(rows: sp.csr_matrix) -> sp.csr_matrix:
    return normalize(rows) if rows.shape[1] else rows


def _named(texts: Sequence[Sequence[str]]) -> tuple[list[str], sp.csr_matrix, Row]:
    """All that stands in any of the texts, in order; the rows over it, and the IDF of each."""
    vocabulary = sorted({word for text in texts for word in text})
    rank = {word: at for at, word in enumerate(vocabulary)}
    lengths = list(map(len, texts))
    found = np.fromiter((rank[word] for text in texts for word in text), np.int64, sum(lengths))
    return vocabulary, *_weighed(found, lengths, len(vocabulary))


def _weighed(found: Numbers, lengths: Sequence[int], width: int) -> tuple[sp.csr_matrix, Row]:
    """Rows of weights, one for each text, and the IDF of each column; `found` holds the columns of all texts in turn."""
    texts = np.repeat(np.arange(len(lengths)), lengths)
    cells, times = np.unique(texts * width + found, return_counts=True)
    at, columns = np.divmod(cells, max(width, 1))
    often = np.bincount(columns, minlength=width)
    idf = np.log((1 + len(lengths)) / (1 + often)) + 1
    weights = (1 + np.log(times)) * idf[columns]
    whole = np.sqrt(np.bincount(at, weights**2, len(lengths)))
    rows = sp.csr_matrix((weights / whole[at], (at, columns)), (len(lengths), width))
    return rows, np.asarray(idf, np.float32)
