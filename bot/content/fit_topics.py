"""The everyday topics among ordinary talk: a linear machine for each, asked only where no fraud is heard."""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.svm import LinearSVC

from bot.content.grams import Row
from bot.content.serving import NEVER, UNMET
from bot.content.side_by_side import Job, side_by_side

C, TOLERANCE = 1.0, 0.5
RARE = 6.0  # how much a topic's own text counts: there is one in two hundred
FEW = 5  # texts; a topic with fewer is opened by its words alone
ALARMS = 0.005  # of all else that was held out
Labels = NDArray[np.str_]
Machines = tuple[Row, Row]
"""A column of weights and a bias for each topic."""


class Topics(NamedTuple):
    """The machines, the cut-off they answer from, and the share of held-out questions that found their topic (0 … 1)."""

    names: tuple[str, ...]
    weights: Row
    bias: Row
    cut: float
    found: float


def fit_topics(
    rows: sp.csr_matrix, labels: Labels, apart: NDArray[np.bool_], cores: int | None = None
) -> Topics:
    """Machines for each topic of `labels` ("" where the text is of none), their cut-off chosen on the texts `apart`."""
    told = zip(*np.unique(labels[labels != ""], return_counts=True), strict=True)
    names = tuple(str(name) for name, often in told if often >= FEW)
    jobs: list[Job] = [
        partial(_machines, rows, labels, names),
        partial(_machines, rows[~apart], labels[~apart], names),
    ]
    (weights, bias), (early, shift) = side_by_side(jobs, cores)
    return Topics(names, weights, bias, *_judged(rows[apart] @ early + shift, labels[apart], names))


def _machines(rows: sp.csr_matrix, labels: Labels, names: Sequence[str]) -> Machines:
    weights = np.zeros((rows.shape[1], len(names)), np.float32)
    bias = np.full(len(names), UNMET, np.float32)
    for at, name in enumerate(names):
        own = labels == name
        if own.any() and not own.all():
            svm = LinearSVC(C=C, tol=TOLERANCE, class_weight={True: RARE}, random_state=0).fit(rows, own)
            weights[:, at], bias[at] = svm.coef_[0], svm.intercept_[0]
    return weights, bias


def _judged(scores: Row, labels: Labels, names: Sequence[str]) -> tuple[float, float]:
    """The cut-off that few other texts reach, and the share of the topics' own that reach it with the right one."""
    own = np.isin(labels, names)
    if not names or own.all():
        return NEVER, 0.0
    best = scores.max(axis=1)
    cut = float(np.quantile(best[~own], 1 - ALARMS))
    right = (np.array(names)[scores.argmax(axis=1)] == labels) & (best >= cut)
    return cut, round(float(right[own].mean()), 4) if own.any() else 0.0
