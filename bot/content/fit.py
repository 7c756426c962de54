"""Fit the linear model: a program of its own, so that no process that serves ever imports scikit-learn.

Reads a corpus (one JSON line) on standard input; writes a report (one JSON line) and the model's bytes.
"""

import json
import math
import sys
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import count
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.svm import LinearSVC

from bot.content.corpus import CASE, QUESTION, Corpus, load_corpus
from bot.content.features import Features, features, strongest
from bot.content.fit_topics import Topics, fit_topics
from bot.content.fold import fold
from bot.content.grams import Row, piece_names, with_pairs
from bot.content.hits import Hits, Words
from bot.content.kinds import kinds_in, named
from bot.content.library import ALIAS, key_of
from bot.content.matcher import PLAIN, alias_boost
from bot.content.segmenter import Segmenter
from bot.content.serving import NEVER, NONE, UNMET, Cuts, Fitted
from bot.content.side_by_side import Job, side_by_side

C, TOLERANCE, FOLDS = 0.5, 0.1, 5
ROUGHLY = 0.5  # the tolerance that is enough to see which pieces are strongest
ELSEWHERE = 0.2  # how much a piece counts that other types seldom use
SMOOTH = 0.1  # what is added to the counts of pieces elsewhere
OFTEN = 0.1  # what a type gains that has e (2.7) times as many texts as another
AT_ALL, AT_ALL_C = (
    0.5,
    0.1,
)  # how much counts what is said by frauds of every type, and how closely that is fitted
SMALL = 2_000  # texts; with fewer a second process is not worth its start
LARGE = 16_000  # texts; from here on two folds tell enough
PIECES_KEPT = 120_000  # those of least weight go: they cost memory in each process, and without them fewer strangers alarm
ALIAS_ADDS, FRESH_ADDS = 0.1, 1.0
STRETCH = 100  # lines of ordinary talk held out together
FALSE_ALARMS = 0.015  # of our own ordinary messages, held out by stretches; of strangers' about as many
MENTIONS = 0.04  # of the same: what they are a little like is mentioned
RIGHT_WHEN_ONE, RIGHT_WHEN_SURE = 0.6, 0.97
FEW = 20  # texts; fewer tell nothing of a share
_TESTED = (QUESTION, CASE, NONE)


class Text(NamedTuple):
    """One text to learn from."""

    code: str
    kind: str
    text: str


class Folds(NamedTuple):
    """What models that had not seen them made of the tested texts: the score of each code, and the truth."""

    codes: tuple[str, ...]
    scores: Row
    truth: NDArray[np.intp]
    """Place of the right code; -1 for ordinary talk."""
    kinds: list[str]


def fit(corpus: Corpus) -> tuple[Fitted, dict[str, Any]]:
    """The model to serve, its cut-offs calibrated on texts it had not seen, and a report on how good it is.

    Raises ValueError when the corpus holds no type at all.
    """
    texts = [Text(*told) for told in corpus.texts]
    texts += [Text(NONE, NONE, word) for word in sorted(PLAIN)]
    labels = np.array([text.code for text in texts])
    if len(set(labels)) < 2:
        raise ValueError("the library is empty")
    seen = frozenset(key for key, _ in corpus.aliases)
    segmenter = Segmenter()
    segmenter.learn(seen)
    folded = [fold(text.text, mask_digits=True) for text in texts]
    whole = features(
        [piece_names(text) for text in folded],
        [with_pairs(segmenter.cut(text)) for text in folded],
        [named(kinds_in(text)) for text in folded],
    )
    served = strongest(whole, np.abs(_parting(whole.rows, labels, ROUGHLY)[1]).max(axis=1), PIECES_KEPT)
    hits = _hits(corpus)
    trained, folds = _with_folds(served.rows, labels, texts, hits)
    cuts = calibrate(folds)
    topics = _topics(served.rows, texts, corpus.topics)
    model = _model(served, trained, topics, cuts, seen, _weak(texts, hits))
    told = {"texts": len(corpus.texts), "types": len(model.codes), "topics": topics.found}
    return model, report(folds, cuts) | told


def _topics(rows: sp.csr_matrix, texts: Sequence[Text], asked: Mapping[str, str]) -> Topics:
    labels = np.array([asked.get(text.text, "") if text.code == NONE else "" for text in texts])
    cores = None if len(texts) >= SMALL else 1
    return fit_topics(rows, labels, _fold_of(texts, FOLDS) == 0, cores)


Trained = tuple[list[str], Row, Row]
"""Names of the classes, ordinary talk last; a column of weights and a bias for each."""


def _trained(rows: sp.csr_matrix, labels: NDArray[np.str_]) -> Trained:
    """Weights that part the classes; beside them how seldom a piece stands in texts of the other types, how often each
    type occurs, and what parts all frauds from ordinary talk."""
    names, weights, bias = _parting(rows, labels)
    weights[:, :-1] += ELSEWHERE * _seldom_elsewhere(rows, labels, names[:-1])
    bias[:-1] += OFTEN * _how_often(labels, names[:-1])
    fraud = labels != NONE
    if not fraud.all():
        svm = LinearSVC(C=AT_ALL_C, tol=TOLERANCE, random_state=0).fit(rows, fraud)
        weights[:, :-1] += AT_ALL * svm.coef_.T
        bias[:-1] += AT_ALL * svm.intercept_
    return names, weights, bias


def _parting(rows: sp.csr_matrix, labels: NDArray[np.str_], tolerance: float = TOLERANCE) -> Trained:
    """A linear support vector machine for each class against all others; a text of a small type counts for more."""
    counts = Counter(labels.tolist())
    usual = len(labels) / len(counts)
    weight = {code: 1.0 if code == NONE else math.sqrt(usual / often) for code, often in counts.items()}
    svm = LinearSVC(C=C, tol=tolerance, class_weight=weight, random_state=0).fit(rows, labels)
    weights, bias = svm.coef_, svm.intercept_
    if len(svm.classes_) == 2:  # scikit-learn keeps one row for two classes
        weights, bias = np.vstack([-weights, weights]), np.concatenate([-bias, bias])
    order = sorted(range(len(svm.classes_)), key=lambda at: (svm.classes_[at] == NONE, svm.classes_[at]))
    names = [str(svm.classes_[at]) for at in order]
    if names[-1] != NONE:
        names, order = [*names, NONE], [*order, -1]
        weights, bias = np.vstack([weights, 0 * weights[:1]]), np.append(bias, -1.0)
    return names, np.asarray(weights[order].T, np.float32), np.asarray(bias[order], np.float32)


def _seldom_elsewhere(rows: sp.csr_matrix, labels: NDArray[np.str_], names: Sequence[str]) -> Row:
    """Complement naive Bayes: for each piece and type the logarithm of its share in the other types, turned round.

    What a few texts of a type have by chance tells little here, because it is the many others that are counted.
    """
    member = (labels[:, None] == np.array(names)).astype(np.float32)
    often = rows.T @ member
    others = often.sum(axis=1, keepdims=True) - often + SMOOTH
    told = np.log(others.sum(axis=0)) - np.log(others)
    return np.asarray(told - told.mean(axis=1, keepdims=True), np.float32)


def _how_often(labels: NDArray[np.str_], names: Sequence[str]) -> Row:
    """The logarithm of how many texts each type has, about its mean.

    A machine for each type against all others forgets it: among types about equally near the frequent one is likelier.
    """
    told = np.log([np.count_nonzero(labels == name) for name in names])
    return np.asarray(told - told.mean(), np.float32)


def _with_folds(
    rows: sp.csr_matrix, labels: NDArray[np.str_], texts: Sequence[Text], hits: Hits
) -> tuple[Trained, Folds]:
    """The model that learned from all, and each tested text scored by one that saw four fifths of the others.

    Aliases and cards are seen by all of them.
    """
    codes = tuple(sorted(set(labels) - {NONE}))
    folds = FOLDS if len(texts) < LARGE else 2
    fold_of = _fold_of(texts, folds)
    held_out = [partial(_held_out, rows, labels, fold_of == number, codes) for number in range(folds)]
    jobs: list[Job] = [partial(_trained, rows, labels), *held_out]
    trained, *margins = side_by_side(jobs) if len(texts) >= SMALL else [job() for job in jobs]
    scores = np.full((len(texts), len(codes)), UNMET, np.float32)
    for number, told in enumerate(margins):
        scores[fold_of == number] = told
    tested = [at for at, text in enumerate(texts) if text.kind in _TESTED]
    boosts = [
        alias_boost(hits.in_message(key_of(texts[at].text)), codes, lambda _: ALIAS_ADDS) for at in tested
    ]
    truth = np.array([codes.index(labels[at]) if labels[at] in codes else -1 for at in tested], np.intp)
    return trained, Folds(codes, scores[tested] + np.array(boosts), truth, [texts[at].kind for at in tested])


def _held_out(
    rows: sp.csr_matrix, labels: NDArray[np.str_], apart: NDArray[np.bool_], codes: Sequence[str]
) -> Row:
    """The scores of the texts kept apart, by a model that saw all the others."""
    scores = np.full((int(apart.sum()), len(codes)), UNMET, np.float32)
    if apart.any() and len(set(labels[~apart])) > 1:
        names, weights, bias = _trained(rows[~apart], labels[~apart])
        margins = rows[apart] @ weights + bias
        scores[:, [codes.index(name) for name in names[:-1]]] = margins[:, :-1] - margins[:, -1:]
    return scores


def _fold_of(texts: Sequence[Text], folds: int) -> NDArray[np.intp]:
    """The fold of each text, -1 for one that every model sees.

    Ordinary talk is held out by stretches, because neighbours are about the same things: what strangers say will be
    about things no model has seen.
    """
    plain, stretch = count(), _stretch(texts, folds)
    return np.array(
        [
            next(plain) // stretch % folds
            if text.kind == NONE
            else zlib.crc32(text.text.encode()) % folds
            if text.kind in _TESTED
            else -1
            for text in texts
        ]
    )


def _stretch(texts: Sequence[Text], folds: int) -> int:
    """How many lines of ordinary talk are held out together: each fold gets several stretches, however few there are."""
    lines = sum(text.kind == NONE for text in texts)
    return max(1, min(STRETCH, lines // (4 * folds)))


def calibrate(folds: Folds) -> Cuts:
    """Cut-offs that hold on texts not seen: few false alarms, one type only when it is nearly always right."""
    best, gap, right = _leads(folds)
    ordinary = folds.truth < 0
    match = _quantile(best[ordinary], 1 - FALSE_ALARMS, default=0.0)
    answered = ~ordinary & (best >= match)
    lead = _toss_up(gap[answered], right[answered])
    alone = answered & (gap >= lead)
    sure = max(match, _smallest(best[alone], right[alone], RIGHT_WHEN_SURE))
    lean = _quantile(best[ordinary], 1 - MENTIONS, default=NEVER)
    return Cuts(float(match), float(sure), float(lead), ALIAS_ADDS, FRESH_ADDS, lean=lean)


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


def _toss_up(leads: Row, right: NDArray[np.bool_]) -> float:
    """The lead below which the best type is right little more often than not, so that a choice helps more than a guess."""
    cuts = np.quantile(leads, np.linspace(0, 0.5, 21)) if len(leads) else np.zeros(1)
    close = [cut for cut in cuts if (leads < cut).sum() >= FEW and right[leads < cut].mean() < RIGHT_WHEN_ONE]
    return float(close[-1] if close else cuts[0])


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
    served: Features,
    trained: Trained,
    topics: Topics,
    cuts: Cuts,
    seen: frozenset[str],
    weak: frozenset[str],
) -> Fitted:
    names, weights, bias = trained
    return Fitted(
        tuple(names[:-1]),
        topics.names,
        cuts._replace(topic=topics.cut),
        served.chars,
        served.words,
        served.kinds,
        served.idf,
        np.hstack([weights, topics.weights]),
        np.concatenate([bias, topics.bias]),
        seen,
        weak,
    )


def main() -> None:
    """Standard input to standard output."""
    model, told = fit(load_corpus(sys.stdin.readline()))
    line = json.dumps(told, ensure_ascii=False)
    sys.stdout.buffer.write(line.encode() + b"\n" + model.dump())


if __name__ == "__main__":
    main()
