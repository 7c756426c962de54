"""Texts whose right types are known, for bench/match: a folder of measuring sets, or a fifth of the library kept apart."""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.content.corpus import CASE, QUESTION, Corpus
from bot.content.library import LIBRARY
from bot.content.serving import NONE

FOLDER = Path(__file__).parent.parent.parent / "shared" / "data"
FIFTH = 5


@dataclass(frozen=True)
class Gold:
    """One text: `accept` holds every right code, () when it is about no fraud; `sort` is cases, chat or ordinary."""

    sort: str
    text: str
    accept: frozenset[str]


@dataclass(frozen=True)
class Measuring:
    """What is learned from and what is asked. `unified` maps our codes to those of `gold`."""

    corpus: Corpus
    gold: Sequence[Gold]
    unified: Mapping[str, Sequence[str]]
    source: str
    apart: frozenset[str] = frozenset()
    """Texts of the library that are asked and must not be known."""


def measuring(corpus: Corpus, folder: Path = FOLDER) -> Measuring:
    """The sets dev_cases, dev_chat and dev_ordinary of `folder` against the whole library, where they are there."""
    if (folder / "dev_cases.jsonl").exists():
        return Measuring(corpus, _from(folder), _unified(), "other texts than the library's")
    apart = [text for text in corpus.texts if _apart(text)]
    rest = replace(corpus, texts=[text for text in corpus.texts if not _apart(text)])
    sorts = {CASE: "cases", QUESTION: "chat", NONE: "ordinary"}
    gold = [
        Gold(
            "ordinary" if code == NONE else sorts[kind],
            text,
            frozenset() if code == NONE else frozenset({code}),
        )
        for code, kind, text in apart
    ]
    codes = {code: [code] for code, _, _ in corpus.texts}
    return Measuring(
        rest, gold, codes, "a fifth of the library, kept apart", frozenset(one.text for one in gold)
    )


def _apart(text: tuple[str, str, str]) -> bool:
    _, kind, words = text
    return kind in (CASE, QUESTION, NONE) and zlib.crc32(words.encode()) % FIFTH == 0


def _from(folder: Path) -> list[Gold]:
    held = []
    for sort in ("cases", "chat", "ordinary"):
        for line in (folder / f"dev_{sort}.jsonl").read_text("utf-8").splitlines():
            row = json.loads(line)
            if row["label"] == NONE:
                held.append(Gold("ordinary" if sort == "ordinary" else "no match", row["text"], frozenset()))
            else:
                held.append(Gold(sort, row["text"], frozenset(row["accept"])))
    return held


def _unified() -> dict[str, list[str]]:
    named = json.loads((LIBRARY / "unified.json").read_text("utf-8"))
    return {code: [to] if isinstance(to, str) else to for code, to in named.items()}
