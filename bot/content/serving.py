"""A fitted model as each process serves it: rows of numbers and a dictionary, no scikit-learn."""

import io
import json
import logging
import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Protocol
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from bot.content.grams import (
    Names,
    Row,
    kind_names,
    names_of_pieces,
    names_of_words,
    pair_vector,
    piece_names,
    pieces,
    with_pairs,
    word_names,
)
from bot.content.kinds import Kind, each_once, kinds_in, spoken
from bot.content.known import Known, known
from bot.content.library import library_version, touch_library
from bot.content.models import FittedModel, ModelPiece
from bot.content.weights import weigh
from core.errors import NotFound

log = logging.getLogger(__name__)

NONE = "none"
UNMET = -9.0
"""The score of a type the scorer has not met yet."""
NEVER = 9.0
"""A cut-off that no margin reaches."""
WORD_WEIGHT = 0.7
"""How much the words and pairs of words count beside the character pieces."""
KIND_WEIGHT = 0.55
"""How much the kinds of words and the pairs of kinds count."""

LENGTHS = (1.0, WORD_WEIGHT, KIND_WEIGHT)
"""Of the blocks: pieces, words, kinds."""
_FINEST = 127
_NOTHING = 1e-9
PIECE_BYTES = 60_000
"""A BLOB of MariaDB and MySQL holds 65,535 bytes."""
REPORTS_KEPT = 50


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
    topic: float = NEVER
    """At or above, where no fraud is heard: the everyday topic is meant (a topic's own margin)."""
    lean: float = NEVER
    """At or above, yet below `match`: nothing is answered, but what the message is a little like is mentioned."""


class Scorer(Protocol):
    @property
    def codes(self) -> tuple[str, ...]: ...

    @property
    def topics(self) -> tuple[str, ...]:
        """The everyday topics it tells apart."""
        ...

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
        """For each of `codes` how far the text is from ordinary talk, towards that type; then UNMET, once; then for each of
        `topics` how far it is from everything else.
        """
        ...

    def telling(self, folded: str, words: Sequence[str], code: str) -> list[tuple[str, float]]:
        """The parts of the text and what each adds to the score of `code`, the strongest first."""
        ...


@dataclass(frozen=True)
class Model:
    """The linear model: for each piece, word and kind a row with one weight for each class: the types, ordinary talk, topics.

    A row holds whole numbers of its own `scale`: a quarter of the memory, and fewer bytes to fetch for a message.
    """

    codes: tuple[str, ...]
    topics: tuple[str, ...]
    cuts: Cuts
    known: Known
    borders: tuple[int, int]
    """The number of the first word and of the first kind; those before them are character pieces."""
    idf: Row
    scale: Row
    rows: NDArray[np.int8]
    bias: Row
    seen: frozenset[str]
    weak: frozenset[str]

    def score(self, folded: str, words: Sequence[str]) -> Row:
        found = self.known.numbers(names_of(folded, words, kinds_in(folded)))
        numbers, weights = weigh(found, self.idf, self.borders, LENGTHS)
        margins: Row = weights * self.scale.take(numbers) @ self.rows.take(numbers, axis=0).astype(np.float32)
        margins += self.bias
        plain = len(self.codes)
        margins[:plain] -= margins[plain]
        margins[plain] = UNMET
        return margins

    def telling(self, folded: str, words: Sequence[str], code: str) -> list[tuple[str, float]]:
        """The pieces and words of a text and what each adds to the score of `code`, the strongest first.

        What a kind adds, or a pair of kinds, is told of its words.
        """
        if code not in self.codes:
            return []
        kinds = kinds_in(folded)
        numbers = self.known.each(names_of(folded, words, kinds))
        parts = [*pieces(folded), *with_pairs(words), *spoken(kinds)]
        named = dict(zip(numbers, parts, strict=True))
        found = np.array([number for number in numbers if number is not None], np.intp)
        at, weights = weigh(found, self.idf, self.borders, LENGTHS)
        columns = self.rows[at][:, [self.codes.index(code), len(self.codes)]].astype(np.float32)
        adds = (weights * self.scale[at] * (columns[:, 0] - columns[:, 1])).tolist()
        told: dict[str, float] = defaultdict(float)
        for number, added in zip(at.tolist(), adds, strict=True):
            told[named[number]] += added
        return sorted(told.items(), key=lambda each: -each[1])


def names_of(folded: str, words: Sequence[str], kinds: Sequence[Kind]) -> Names:
    """The names of all pieces of a text, of all its words and of all their kinds."""
    sorts = kind_names([kind.name for kind in kinds], [kind.name for kind in each_once(kinds)])
    return np.concatenate((piece_names(folded), word_names(words), sorts))


@dataclass(frozen=True)
class Fitted:
    """A model as it leaves its fit, with what each row is; `weights` holds a row for each piece, word and kind."""

    codes: tuple[str, ...]
    topics: tuple[str, ...]
    cuts: Cuts
    chars: Sequence[str]
    words: Sequence[str]
    kinds: Sequence[str]
    idf: Row
    weights: Row
    bias: Row
    seen: frozenset[str]
    weak: frozenset[str]

    def dump(self) -> bytes:
        """The whole model as one compressed block."""
        head = {
            "codes": self.codes, "topics": self.topics, "cuts": self.cuts, "seen": sorted(self.seen), "weak": sorted(self.weak)
        }  # fmt: skip
        scale, rows = _in_bytes(self.weights)
        parts: dict[str, Any] = {
            "head": _bytes(json.dumps(head, ensure_ascii=False)),
            "chars": _bytes("\0".join(self.chars)),
            "words": _bytes("\0".join(self.words)),
            "kinds": _bytes("\0".join(self.kinds)),
            "idf": self.idf.astype(np.float32),
            "scale": scale,
            "rows": rows,
            "bias": self.bias.astype(np.float32),
        }
        held = io.BytesIO()
        np.savez(held, **parts)
        return zlib.compress(held.getvalue(), 1)  # a fifth of the time of level 6 for a seventh more bytes

    def served(self) -> Model:
        """The model as every process will serve it."""
        return load(self.dump())


def load(block: bytes) -> Model:
    """The model that `dump` wrote, or that an earlier release wrote: not compressed, weights in halves, no kinds or topics."""
    block = block if block.startswith(b"PK") else zlib.decompress(block)
    with np.load(io.BytesIO(block), allow_pickle=False) as parts:
        head = json.loads(parts["head"].tobytes())
        chars, words = (_texts(parts[name]) for name in ("chars", "words"))
        kinds = _texts(parts["kinds"]) if "kinds" in parts else []
        idf, bias = parts["idf"], parts["bias"]
        scale, rows = (parts["scale"], parts["rows"]) if "rows" in parts else _in_bytes(parts["weights"])
    names = np.concatenate((names_of_pieces(chars), names_of_words(words), names_of_words(kinds)))
    borders = len(chars), len(chars) + len(words)
    return Model(
        tuple(head["codes"]), tuple(head.get("topics", ())), Cuts(*head["cuts"]), known(names), borders, idf, scale, rows, bias,
        frozenset(head["seen"]), frozenset(head["weak"]),
    )  # fmt: skip


def newest_model(session: Session) -> int:
    """The id of the model to serve; 0 when none was fitted yet."""
    return session.scalar(select(func.max(FittedModel.id)).where(FittedModel.live)) or 0


def fit_due(session: Session) -> bool:
    """Whether the library changed since it was last fitted, taken over or not, or never was."""
    covers = session.scalar(select(FittedModel.covers).order_by(FittedModel.id.desc()).limit(1))
    return covers != library_version(session)


def served_report(session: Session) -> dict[str, Any]:
    """What the fit being served found out about itself; {} before the first."""
    told = session.scalar(select(FittedModel.report).where(FittedModel.id == newest_model(session)))
    return dict(json.loads(told)) if told else {}


def keep_model(
    session: Session, block: bytes, report: str, fitted_at_version: int, now: datetime, *, live: bool = True
) -> FittedModel:
    """Store a fitted model and move the library's version, so that each process takes it at its next message.

    `fitted_at_version` is the library version its texts were read at. One that is not to be `live` waits for
    `take_over`, and the version stays. Only the newest models keep their numbers; reports are kept longer.
    """
    covers = _taken_over(session, fitted_at_version) if live else fitted_at_version
    made = FittedModel(fitted_at=now, covers=covers, live=live, report=report)
    session.add(made)
    session.flush()
    slices = [block[start : start + PIECE_BYTES] for start in range(0, len(block), PIECE_BYTES)]
    for number, data in enumerate(slices):
        session.execute(insert(ModelPiece).values(model_id=made.id, number=number, data=data))
    _let_go(session, made.id)
    return made


def take_over(session: Session, model_id: int) -> None:
    """Serve a fit that was refused as clearly worse, because a person decided so.

    Raises NotFound when it is not the newest fit, or is being served already.
    """
    model = session.get(FittedModel, model_id, with_for_update=True, populate_existing=True)
    newest = session.scalar(select(func.max(FittedModel.id)))
    if model is None or model.live or model_id != newest:
        raise NotFound("这次训练已经不是最新的，或已经在用。")
    model.covers, model.live = _taken_over(session, model.covers), True
    session.flush()


def _taken_over(session: Session, fitted_at_version: int) -> int:
    """Move the version for all to follow; the one the model covers, which this very move does not make stale."""
    touch_library(session)
    after = library_version(session)
    return after if after == fitted_at_version + 1 else fitted_at_version


def _let_go(session: Session, newest: int) -> None:
    """Delete the numbers of all but the newest model and the two newest that were served, and old reports."""
    served = select(FittedModel.id).where(FittedModel.live).order_by(FittedModel.id.desc()).limit(2)
    wanted = {newest, *session.scalars(served)}
    session.execute(delete(ModelPiece).where(ModelPiece.model_id.not_in(wanted)))
    old = set(session.scalars(select(FittedModel.id).order_by(FittedModel.id.desc()).offset(REPORTS_KEPT)))
    session.execute(delete(FittedModel).where(FittedModel.id.in_(old - wanted)))


def load_model(session: Session, model_id: int) -> Model | None:
    """Put a stored model together; None when it is gone, because newer ones took its place, or cannot be read.

    One that cannot be read must stop neither a start nor a message: whatever answered before goes on answering.
    """
    pieces_of = select(ModelPiece.data).where(ModelPiece.model_id == model_id).order_by(ModelPiece.number)
    if not (block := b"".join(session.scalars(pieces_of))):
        return None
    try:
        return load(block)
    except (ValueError, KeyError, TypeError, OSError, EOFError, zlib.error, BadZipFile):
        log.exception("model %d cannot be read and is not served; `flask fit` makes another", model_id)
        return None


def _in_bytes(weights: NDArray[np.floating[Any]]) -> tuple[Row, NDArray[np.int8]]:
    """A scale for each row, and the row in whole numbers of it; row by row, because a few of them are gathered at once."""
    exact = np.ascontiguousarray(weights, np.float32)
    scale = np.maximum(np.abs(exact).max(axis=1) / _FINEST, _NOTHING).astype(np.float32)
    return scale, np.rint(exact / scale[:, None]).astype(np.int8)


def _texts(held: NDArray[np.uint8]) -> list[str]:
    text = held.tobytes().decode()
    return text.split("\0") if text else []


def _bytes(text: str) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.frombuffer(text.encode(), np.uint8)


class Centroids:
    """What answers before the first fit: each type is the mean of its texts, and a text is near one or near none."""

    cuts = Cuts(match=0.22, sure=0.5, gap=0.06, alias=0.25, fresh=0.25)
    topics: tuple[str, ...] = ()
    weak: frozenset[str] = frozenset()
    seen: frozenset[str] = frozenset()

    def __init__(self, texts: Mapping[str, Sequence[str]]) -> None:
        self.codes = tuple(texts)
        means = [np.mean([pair_vector(text) for text in held], axis=0) for held in texts.values()]
        self._means = np.array([mean / max(np.linalg.norm(mean), 1e-9) for mean in means], np.float32)

    def score(self, folded: str, words: Sequence[str]) -> Row:
        near = self._means @ pair_vector(folded) if self.codes else ()
        return np.array([*near, UNMET], np.float32)

    def telling(self, folded: str, words: Sequence[str], code: str) -> list[tuple[str, float]]:
        """Likeness as a whole has no parts."""
        return []
