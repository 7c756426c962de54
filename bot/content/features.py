"""The texts of a fit as rows of weights: one column for each character piece and each word."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp
from sklearn.preprocessing import normalize

from bot.content.grams import Names, Numbers, Row, pieces_named
from bot.content.serving import WORD_WEIGHT


class Features(NamedTuple):
    """The texts as rows of weights, and what each column is: first the character pieces, then the words."""

    rows: sp.csr_matrix
    chars: list[str]
    words: list[str]
    idf: Row


def features(chars: Sequence[Names], words: Sequence[Sequence[str]]) -> Features:
    """Weigh the pieces (by name) and the words of all texts as `weights.weigh` will weigh those of one message."""
    names, found = np.unique(np.concatenate(chars), return_inverse=True)
    char_rows, char_idf = _weighed(found, list(map(len, chars)), len(names))
    vocabulary = sorted({word for text in words for word in text})
    rank = {word: at for at, word in enumerate(vocabulary)}
    lengths = list(map(len, words))
    found = np.fromiter((rank[word] for text in words for word in text), np.int64, sum(lengths))
    word_rows, word_idf = _weighed(found, lengths, len(vocabulary))
    rows = sp.hstack([char_rows, WORD_WEIGHT * word_rows]).tocsr()
    return Features(rows, pieces_named(names), vocabulary, np.concatenate([char_idf, word_idf]))


def strongest(whole: Features, strength: Row, most: int) -> Features:
    """The features with only the `most` columns of greatest `strength`, and the rows weighed anew.

    A model must be fitted and calibrated on the columns it will be served with: weights of a message are brought to
    length 1 over the pieces the model knows, so with fewer pieces known all scores grow.
    """
    kept = np.sort(np.argsort(-strength, kind="stable")[:most])
    border = int(np.searchsorted(kept, len(whole.chars)))
    chars, words = kept[:border], kept[border:]
    blocks = [normalize(whole.rows[:, chars]), WORD_WEIGHT * normalize(whole.rows[:, words])]
    return Features(
        sp.hstack(blocks).tocsr(),
        [whole.chars[at] for at in chars],
        [whole.words[at - len(whole.chars)] for at in words],
        whole.idf[kept],
    )


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
