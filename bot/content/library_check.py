"""Finds shipped texts that are nearly copies of one another, or of texts that are not ours."""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.content.library import LIBRARY, TypeFile, key_of, read_library
from core.errors import Refusal

OWN_LIMIT = 0.7
"""Two texts of the library this alike were spun from one; the second adds nothing to the scorer."""

OUTSIDE_LIMIT = 0.6
"""A text this alike to somebody else's may be taken from it."""

SHORTEST_ALIAS = 6
"""Shorter aliases are words, not wording: they may stand inside a question."""


class Text(NamedTuple):
    """A text and where it stands, as `shuadan.yaml 案例“冬闲在家点赞”`."""

    place: str
    text: str
    opens: bool = False
    """A topic's alias: it opens the topic's card and nothing learns from it, so it may resemble another."""


class Pair(NamedTuple):
    """Two texts and the cosine of their character-3-gram counts, 0 to 1."""

    cosine: float
    one: Text
    other: Text


class Index(NamedTuple):
    """Texts as unit vectors, listed by 3-gram: for each gram the rows that hold it and their weights."""

    rows: dict[str, NDArray[np.intp]]
    weights: dict[str, NDArray[np.float64]]
    size: int


def grams(text: str) -> dict[str, float]:
    """The 3-grams of the folded text without punctuation, weighted so that the squares sum to 1.

    A text of one or two characters is one gram of its own; an empty one has none.
    """
    key = key_of(text)
    count = Counter(key[start : start + 3] for start in range(max(len(key) - 2, min(len(key), 1))))
    length = sum(number * number for number in count.values()) ** 0.5
    return {gram: number / length for gram, number in count.items()}


def index_of(texts: Sequence[Text]) -> Index:
    """The inverted index of `texts`; a row is the position of a text in the sequence."""
    rows: dict[str, list[int]] = {}
    weights: dict[str, list[float]] = {}
    for row, text in enumerate(texts):
        for gram, weight in grams(text.text).items():
            rows.setdefault(gram, []).append(row)
            weights.setdefault(gram, []).append(weight)
    return Index(
        {gram: np.array(found, dtype=np.intp) for gram, found in rows.items()},
        {gram: np.array(found, dtype=np.float64) for gram, found in weights.items()},
        len(texts),
    )


def cosines(text: str, index: Index) -> NDArray[np.float64]:
    """The cosine of `text` with each text of the index, by row."""
    scores = np.zeros(index.size)
    for gram, weight in grams(text).items():
        if gram in index.rows:  # a row occurs once in the list of a gram, so plain indexing adds it once
            scores[index.rows[gram]] += weight * index.weights[gram]
    return scores


def pairs_within(texts: Sequence[Text], limit: float = OWN_LIMIT) -> list[Pair]:
    """Pairs of `texts` whose cosine is `limit` or more, the closest first; those that only open are left out."""
    texts = [text for text in texts if not text.opens]
    index = index_of(texts)
    scored = ((row, text, cosines(text.text, index)) for row, text in enumerate(texts))
    return _closest(_alike(text, texts[:row], scores[:row], limit) for row, text, scores in scored)


def pairs_between(texts: Sequence[Text], others: Sequence[Text], limit: float = OUTSIDE_LIMIT) -> list[Pair]:
    """Pairs of one of `texts` and one of `others` whose cosine is `limit` or more, the closest first."""
    index = index_of(others)
    return _closest(_alike(text, others, cosines(text.text, index), limit) for text in texts)


def _alike(text: Text, others: Sequence[Text], scores: NDArray[np.float64], limit: float) -> list[Pair]:
    return [Pair(float(scores[row]), text, others[row]) for row in np.flatnonzero(scores >= limit).tolist()]


def _closest(found: Iterable[list[Pair]]) -> list[Pair]:
    return sorted(chain.from_iterable(found), key=lambda pair: -pair.cosine)


def library_texts(files: Iterable[TypeFile]) -> list[Text]:
    """The cases, questions and longer aliases of the files, each with its place."""
    return [text for file in files for text in _texts_of(file)]


def _texts_of(file: TypeFile) -> list[Text]:
    name = f"{file.code}.yaml"
    cases = [Text(f"{name} 案例“{case.title}”", case.text) for case in file.cases]
    questions = [Text(f"{name} 问法", question) for question in file.questions]
    opens = file.kind == "topic"
    aliases = [Text(f"{name} 线索词", alias, opens) for alias in file.aliases if len(alias) >= SHORTEST_ALIAS]
    return cases + questions + aliases


def json_lines_texts(path: Path) -> list[Text]:
    """The texts of a file of `{"text": …}` lines. Raises Refusal naming the line that is not one."""
    lines = enumerate(path.read_text("utf-8").split("\n"), 1)
    return [_text_in(f"{path.name} 第 {number} 行", line) for number, line in lines if line.strip()]


def _text_in(place: str, line: str) -> Text:
    try:
        return Text(place, str(json.loads(line)["text"]))
    except (ValueError, KeyError, TypeError) as error:
        raise Refusal(f'{place}：应为 {{"text": "…"}}') from error


def report(pairs: Sequence[Pair], limit: float) -> str:
    """The pairs as lines for a person, or one line that there are none."""
    if not pairs:
        return f"没有相似度达到 {limit} 的文本。"
    lines = [
        f"{pair.cosine:.2f}\n  {pair.one.place}：{pair.one.text}\n  {pair.other.place}：{pair.other.text}"
        for pair in pairs
    ]
    return "\n".join([f"{len(pairs)} 对文本的相似度达到 {limit}：", *lines])


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot.content.library_check", description=__doc__)
    parser.add_argument("--folder", type=Path, default=LIBRARY, help="案例库所在目录")
    parser.add_argument("--own", type=Path, nargs="+", default=[], help="一并检查的自有文本（JSON 行）")
    parser.add_argument("--against", type=Path, nargs="+", default=[], help="用来对比的外部文本（JSON 行）")
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> int:
    """Print the offending pairs; return 1 when there are any or a file cannot be read, else 0."""
    chosen = _arguments(words)
    try:
        own = library_texts(read_library(chosen.folder)) + _read_all(chosen.own)
        others = _read_all(chosen.against)
    except (Refusal, OSError) as error:
        sys.stdout.write(f"{error}\n")
        return 1
    found = pairs_within(own), pairs_between(own, others)
    sys.stdout.write(f"自有文本 {len(own)} 条。{report(found[0], OWN_LIMIT)}\n")
    if others:
        sys.stdout.write(f"外部文本 {len(others)} 条。{report(found[1], OUTSIDE_LIMIT)}\n")
    return 1 if any(found) else 0


def _read_all(paths: Iterable[Path]) -> list[Text]:
    return [text for path in paths for text in json_lines_texts(path)]


if __name__ == "__main__":
    sys.exit(main())
