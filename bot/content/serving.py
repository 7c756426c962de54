"""A fitted model as each process serves it: rows of numbers and a dictionary, no scikit-learn."""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Protocol

import numpy as np
from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from bot.content.grams import Row, pair_vector, pieces, weigh
from bot.content.library import library_version, touch_library
from bot.content.models import FittedModel, ModelPiece

NONE = "none"
UNMET = -9.0
"""The score of a type the scorer has not met yet."""
WORD_WEIGHT = 0.7
"""How much the words count beside the character pieces."""


PIECE_BYTES = 60_000
"""A BLOB of MariaDB and MySQL holds 65,535 bytes."""


class Cuts(NamedTuple):
    """Where the three answers part, in units of the score (a class's margin less that of ordinary talk)."""

    match: float
    """At or above: not ordinary talk."""
    sure: float
    """At or above, with `gap`: “很像”."""
    gap: float
    """The best type must lead the second by this much to stand alone."""
    alias: float
    """What a telling word the fit has seen adds to its type."""
    fresh: float
    """What a telling word added since the fit adds: the scorer itself knows nothing of it."""


class Scorer(Protocol):
    @property
    def codes(self) -> tuple[str, ...]: ...

    @property
    def cuts(self) -> Cuts: ...

    @property
    def weak(self) -> frozenset[str]:
        """Keys of aliases that ordinary talk uses too: they help, and never decide alone."""
        ...

    @property
    def seen(self) -> frozenset[str]:
        """Keys of the aliases it was fitted with."""
        ...

    def score(self, folded: str, words: Sequence[str]) -> Row:
        """For each of `codes` how far the text is from ordinary talk, towards that type; then UNMET, once."""
        ...


@dataclass(frozen=True)
class Model:
    """The linear model: for each piece and word a row with one weight for each class; the last class is ordinary."""

    codes: tuple[str, ...]
    cuts: Cuts
    chars: Mapping[str, int]
    words: Mapping[str, int]
    idf: Row
    weights: Row
    bias: Row
    seen: frozenset[str]
    weak: frozenset[str]

    def score(self, folded: str, words: Sequence[str]) -> Row:
        at, by = weigh(pieces(folded), self.chars, self.idf)
        word_at, word_by = weigh(words, self.words, self.idf)
        both, weights = np.concatenate((at, word_at)), np.concatenate((by, WORD_WEIGHT * word_by))
        margins: Row = weights @ self.weights[both] + self.bias
        margins -= margins[-1]
        margins[-1] = UNMET
        return margins

    def dump(self) -> bytes:
        """The whole model as one compressed block."""
        head = {"codes": self.codes, "cuts": self.cuts, "seen": sorted(self.seen), "weak": sorted(self.weak)}
        parts: dict[str, Any] = {
            "head": _bytes(json.dumps(head, ensure_ascii=False)),
            "chars": _bytes("\0".join(self.chars)),
            "words": _bytes("\0".join(self.words)),
            "idf": self.idf.astype(np.float32),
            "weights": self.weights.astype(np.float16),
            "bias": self.bias.astype(np.float32),
        }
        held = io.BytesIO()
        np.savez_compressed(held, **parts)
        return held.getvalue()


def load(block: bytes) -> Model:
    """The model that `dump` wrote."""
    with np.load(io.BytesIO(block), allow_pickle=False) as parts:
        head = json.loads(parts["head"].tobytes())
        chars, words = (parts[name].tobytes().decode().split("\0") for name in ("chars", "words"))
        numbers = (parts["idf"], parts["weights"].astype(np.float32), parts["bias"])
    return Model(
        tuple(head["codes"]), Cuts(*head["cuts"]), {piece: at for at, piece in enumerate(chars)},
        {word: at for at, word in enumerate(words, len(chars))}, *numbers,
        frozenset(head["seen"]), frozenset(head["weak"]),
    )  # fmt: skip


def newest_model(session: Session) -> int:
    """The id of the model to serve; 0 when none was fitted yet."""
    return session.scalar(select(func.max(FittedModel.id)).where(FittedModel.live)) or 0


def fit_due(session: Session) -> bool:
    """Whether the library changed since the model to serve was fitted, or none was."""
    covers = session.scalar(
        select(FittedModel.covers).where(FittedModel.live).order_by(FittedModel.id.desc())
    )
    return covers != library_version(session)


def keep_model(
    session: Session, block: bytes, report: str, fitted_at_version: int, now: datetime
) -> FittedModel:
    """Store a fitted model and move the library's version, so that each process takes it at its next message.

    `fitted_at_version` is the library version its texts were read at. Only the one before it is kept beside it.
    """
    touch_library(session)
    after = library_version(session)
    covers = after if after == fitted_at_version + 1 else fitted_at_version
    made = FittedModel(fitted_at=now, covers=covers, live=True, report=report)
    session.add(made)
    session.flush()
    slices = [block[start : start + PIECE_BYTES] for start in range(0, len(block), PIECE_BYTES)]
    for number, data in enumerate(slices):
        session.execute(insert(ModelPiece).values(model_id=made.id, number=number, data=data))
    old = list(session.scalars(select(FittedModel.id).order_by(FittedModel.id.desc()).offset(2)))
    session.execute(delete(ModelPiece).where(ModelPiece.model_id.in_(old)))
    session.execute(delete(FittedModel).where(FittedModel.id.in_(old)))
    return made


def load_model(session: Session, model_id: int) -> Model | None:
    """Put a stored model together; None when it is gone, because newer ones took its place."""
    pieces_of = select(ModelPiece.data).where(ModelPiece.model_id == model_id).order_by(ModelPiece.number)
    block = b"".join(session.scalars(pieces_of))
    return load(block) if block else None


def _bytes(text: str) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.frombuffer(text.encode(), np.uint8)


class Centroids:
    """What answers before the first fit: each type is the mean of its texts, and a text is near one or near none."""

    cuts = Cuts(match=0.22, sure=0.5, gap=0.06, alias=0.25, fresh=0.25)
    weak: frozenset[str] = frozenset()
    seen: frozenset[str] = frozenset()

    def __init__(self, texts: Mapping[str, Sequence[str]]) -> None:
        self.codes = tuple(texts)
        means = [np.mean([pair_vector(text) for text in held], axis=0) for held in texts.values()]
        self._means = np.array([mean / max(np.linalg.norm(mean), 1e-9) for mean in means], np.float32)

    def score(self, folded: str, words: Sequence[str]) -> Row:
        near = self._means @ pair_vector(folded) if self.codes else ()
        return np.array([*near, UNMET], np.float32)
