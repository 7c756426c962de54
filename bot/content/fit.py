"""Fit the linear model: a program of its own, so that no process that serves ever imports scikit-learn.

Reads a corpus (one JSON line) on standard input; writes a report (one JSON line) and the model's bytes.
"""

import json
import re
import sys
import zlib
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.svm import LinearSVC

from bot.content.corpus import CASE, QUESTION, Corpus, load_corpus
from bot.content.fold import fold
from bot.content.grams import Row, pieces
from bot.content.hits import Hits, Words
from bot.content.library import ALIAS, key_of
from bot.content.matcher import PLAIN, Segmenter, alias_boost
from bot.content.serving import NONE, WORD_WEIGHT, Cuts, Model

C, TOLERANCE, FOLDS = 0.5, 0.1, 5
LARGE = 8_000  # texts; from here on cases are many enough without their parts, and two folds tell enough
PIECES_KEPT = (
    60_000  # rows of least weight go: they change nothing measurable and cost memory in each process
)
ALIAS_ADDS, FRESH_ADDS = 0.1, 1.0
FALSE_ALARMS = (
    0.0015  # of our own held-out ordinary messages: those of strangers alarm some fifteen times as often
)
RIGHT_WHEN_ONE, RIGHT_WHEN_SURE = 0.9, 0.97
_TESTED = (QUESTION, CASE, NONE)
PART = "part"
_HELD_OUT = (*_TESTED, PART)
_ENDS = re.compile("[。！？；]")
_SHORTEST = 8  # characters; less says nothing by itself


class Text(NamedTuple):
    """One text to learn from; a part names the `whole` it was cut from, so that they are held out together."""

    code: str
    kind: str
    text: str
    whole: str


class Features(NamedTuple):
    """The texts as rows of weights, and what each column is."""

    rows: sp.csr_matrix
    chars: list[str]
    words: list[str]
    idf: Row


class Folds(NamedTuple):
    """What models that had not seen them made of the tested texts: the score of each code, and the truth."""

    codes: tuple[str, ...]
    scores: Row
    truth: NDArray[np.intp]
    """Place of the right code; -1 for ordinary talk."""
    kinds: list[str]


def fit(corpus: Corpus) -> tuple[Model, dict[str, Any]]:
    """The model to serve, its cut-offs calibrated on texts it had not seen, and a report on how good it is.

    Raises ValueError when the corpus holds no type at all.
    """
    cut = _with_parts if len(corpus.texts) < LARGE else _whole
    texts = [text for told in corpus.texts for text in cut(told)]
    texts += [Text(NONE, NONE, word, word) for word in sorted(PLAIN)]
    labels = np.array([text.code for text in texts])
    if len(set(labels)) < 2:
        raise ValueError("the library is empty")
    seen = frozenset(key for key, _ in corpus.aliases)
    segmenter = Segmenter()
    segmenter.learn(seen)
    folded = [fold(text.text, mask_digits=True) for text in texts]
    features = _features([pieces(text) for text in folded], [segmenter.cut(text) for text in folded])
    hits = _hits(corpus)
    folds = _in_folds(features.rows, labels, texts, hits)
    cuts = calibrate(folds)
    model = _model(features, _trained(features.rows, labels), cuts, seen, _weak(texts, hits))
    return model, report(folds, cuts) | {"texts": len(corpus.texts), "types": len(model.codes)}


def _whole(told: tuple[str, str, str]) -> list[Text]:
    code, kind, text = told
    return [Text(code, kind, text, text)]


def _with_parts(told: tuple[str, str, str]) -> list[Text]:
    """A text, and for a case also its sentences two by two: residents tell a part of the story, not all of it."""
    code, kind, text = told
    if kind != CASE:
        return _whole(told)
    sentences = [sentence for sentence in _ENDS.split(text) if len(sentence) > _SHORTEST]
    pairs = ["，".join(sentences[at : at + 2]) for at in range(0, len(sentences), 2)]
    return [*_whole(told), *(Text(code, PART, pair, text) for pair in pairs)]


def _features(chars: list[list[str]], words: list[list[str]]) -> Features:
    (char_names, char_idf), (word_names, word_idf) = _vocabulary(chars), _vocabulary(words)
    rank = [{name: at for at, name in enumerate(names)} for names in (char_names, word_names)]
    rows = sp.hstack([_rows(chars, rank[0], char_idf), WORD_WEIGHT * _rows(words, rank[1], word_idf)]).tocsr()
    return Features(rows, char_names, word_names, np.concatenate([char_idf, word_idf]))


def _vocabulary(texts: list[list[str]]) -> tuple[list[str], Row]:
    seen = Counter(piece for text in texts for piece in set(text))
    names = sorted(seen)
    often = np.array([seen[name] for name in names], np.float32)
    return names, np.asarray(np.log((1 + len(texts)) / (1 + often)) + 1, np.float32)


def _rows(texts: list[list[str]], rank: dict[str, int], idf: Row) -> sp.csr_matrix:
    """The same weights as `grams.weigh` gives one text, for all texts at once."""
    lengths = [len(text) for text in texts]
    places = np.repeat(np.arange(len(texts)), lengths) * len(rank)
    found = np.fromiter((rank[piece] for text in texts for piece in text), np.int64, sum(lengths))
    cells, times = np.unique(places + found, return_counts=True)
    at, columns = np.divmod(cells, len(rank))
    weights = (1 + np.log(times)) * idf[columns]
    lengths_of = np.sqrt(np.bincount(at, weights**2, len(texts)))
    return sp.csr_matrix((weights / lengths_of[at], (at, columns)), (len(texts), len(rank)))


def _trained(rows: sp.csr_matrix, labels: NDArray[np.str_]) -> tuple[list[str], Row, Row]:
    """Classes with ordinary talk last, one column of weights and one bias for each."""
    svm = LinearSVC(C=C, tol=TOLERANCE, random_state=0).fit(rows, labels)
    weights, bias = svm.coef_, svm.intercept_
    if len(svm.classes_) == 2:  # scikit-learn keeps one row for two classes
        weights, bias = np.vstack([-weights, weights]), np.concatenate([-bias, bias])
    order = sorted(range(len(svm.classes_)), key=lambda at: (svm.classes_[at] == NONE, svm.classes_[at]))
    names = [str(svm.classes_[at]) for at in order]
    if names[-1] != NONE:
        names, order = [*names, NONE], [*order, -1]
        weights, bias = np.vstack([weights, 0 * weights[:1]]), np.append(bias, -1.0)
    return names, np.asarray(weights[order].T, np.float32), np.asarray(bias[order], np.float32)


def _in_folds(rows: sp.csr_matrix, labels: NDArray[np.str_], texts: Sequence[Text], hits: Hits) -> Folds:
    """Each tested text scored by a model that saw four fifths of the others; aliases and cards are always seen."""
    codes = tuple(sorted(set(labels) - {NONE}))
    place = {code: at for at, code in enumerate(codes)}
    folds = FOLDS if len(texts) < LARGE * 2 else 2
    fold_of = np.array(
        [zlib.crc32(text.whole.encode()) % folds if text.kind in _HELD_OUT else -1 for text in texts]
    )
    scores = np.full((len(texts), len(codes)), -9.0, np.float32)
    for number in range(folds):
        held_out = fold_of == number
        if held_out.any() and len(set(labels[~held_out])) > 1:
            names, weights, bias = _trained(rows[~held_out], labels[~held_out])
            margins = rows[held_out] @ weights + bias
            columns = [place[name] for name in names[:-1]]
            scores[np.ix_(held_out, columns)] = margins[:, :-1] - margins[:, -1:]
    tested = [at for at, text in enumerate(texts) if text.kind in _TESTED]
    boosts = [
        alias_boost(hits.in_message(key_of(texts[at].text)), codes, lambda _: ALIAS_ADDS) for at in tested
    ]
    truth = np.array([place.get(labels[at], -1) for at in tested], np.intp)
    return Folds(codes, scores[tested] + np.array(boosts), truth, [texts[at].kind for at in tested])


def calibrate(folds: Folds) -> Cuts:
    """Cut-offs that hold on texts not seen: few false alarms, one type only when it is nearly always right."""
    best, gap, right = _leads(folds)
    ordinary = folds.truth < 0
    match = _quantile(best[ordinary], 1 - FALSE_ALARMS, default=0.0)
    answered = ~ordinary & (best >= match)
    lead = _smallest(gap[answered], right[answered], RIGHT_WHEN_ONE)
    alone = answered & (gap >= lead)
    sure = max(match, _smallest(best[alone], right[alone], RIGHT_WHEN_SURE))
    return Cuts(float(match), float(sure), float(lead), ALIAS_ADDS, FRESH_ADDS)


def _leads(folds: Folds) -> tuple[Row, Row, NDArray[np.bool_]]:
    """The best score, its lead over the second, and whether it is the right type's."""
    ordered = np.sort(folds.scores, axis=1)
    second = ordered[:, -2] if len(folds.codes) > 1 else np.full(len(ordered), -9.0, np.float32)
    return ordered[:, -1], ordered[:, -1] - second, folds.scores.argmax(axis=1) == folds.truth


def _quantile(values: Row, share: float, default: float) -> float:
    return float(np.quantile(values, share)) if len(values) else default


def _smallest(values: Row, right: NDArray[np.bool_], share: float) -> float:
    """The smallest of ten cut-offs above which at least `share` is right; the largest when none is."""
    cuts = np.quantile(values, np.linspace(0, 0.9, 10)) if len(values) else np.zeros(1)
    good = [cut for cut in cuts if right[values >= cut].mean() >= share] if len(values) else []
    return float(good[0] if good else cuts[-1])


def report(folds: Folds, cuts: Cuts) -> dict[str, Any]:
    """How the folds went: shares right and answered, false alarms, and the pairs most often mistaken."""
    best, _, right = _leads(folds)
    frauds, kinds = folds.truth >= 0, np.array(folds.kinds)
    wrong = Counter(
        (folds.codes[truth], folds.codes[said])
        for truth, said in zip(folds.truth, folds.scores.argmax(axis=1), strict=True)
        if truth >= 0 and truth != said
    )
    return {
        "right": {kind: _share(right[frauds & (kinds == kind)]) for kind in (QUESTION, CASE)},
        "answered": _share(best[frauds] >= cuts.match),
        "false_alarms": _share(best[~frauds] >= cuts.match),
        "tested": int(frauds.sum()), "ordinary": int((~frauds).sum()), "cuts": cuts._asdict(),
        "by_type": {code: _share(right[folds.truth == at]) for at, code in enumerate(folds.codes)},
        "confused": [[*pair, times] for pair, times in wrong.most_common(20)],
    }  # fmt: skip


def _share(values: NDArray[np.bool_]) -> float:
    return round(float(values.mean()), 4) if len(values) else 0.0


def _hits(corpus: Corpus) -> Hits:
    return Hits(Words(ALIAS, code, key, key) for key, codes in corpus.aliases for code in codes)


def _weak(texts: Sequence[Text], hits: Hits) -> frozenset[str]:
    """Aliases that occur in ordinary talk."""
    plain = (text.text for text in texts if text.code == NONE)
    return frozenset(hit.folded for text in plain for hit in hits.in_message(key_of(text)))


def _model(
    features: Features,
    trained: tuple[list[str], Row, Row],
    cuts: Cuts,
    seen: frozenset[str],
    weak: frozenset[str],
) -> Model:
    names, weights, bias = trained
    strength = np.abs(weights).max(axis=1)
    kept = np.sort(np.argsort(-strength, kind="stable")[:PIECES_KEPT])
    chars = [features.chars[at] for at in kept if at < len(features.chars)]
    words = [features.words[at - len(features.chars)] for at in kept if at >= len(features.chars)]
    return Model(
        tuple(names[:-1]), cuts, {piece: at for at, piece in enumerate(chars)},
        {word: at for at, word in enumerate(words, len(chars))}, features.idf[kept], weights[kept], bias,
        seen, weak,
    )  # fmt: skip


def main() -> None:
    """Standard input to standard output."""
    model, told = fit(load_corpus(sys.stdin.readline()))
    line = json.dumps(told, ensure_ascii=False)
    sys.stdout.buffer.write(line.encode() + b"\n" + model.dump())


if __name__ == "__main__":
    main()
