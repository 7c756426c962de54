"""The nearest text of the library by three search engines over jieba words: bm25s, SQLite FTS5 and tantivy."""

import sqlite3
import tempfile
from collections.abc import Iterable, Sequence

import bm25s
import jieba
import tantivy

Doc = tuple[str, str]
"""(type code, text)"""
Ranked = tuple[list[str], float]
"""The three types whose nearest text is best, best first, and how near the best is (0 = nothing alike)."""
NEAREST = 40  # texts looked at for three different types


def words(text: str) -> list[str]:
    return [word for word in jieba.lcut(text) if word.strip()]


def _types(found: Iterable[tuple[str, float]]) -> Ranked:
    held: dict[str, float] = {}
    for code, score in found:
        held.setdefault(code, score)
    return list(held)[:3], next(iter(held.values()), 0.0)


class Bm25:
    """bm25s with its own defaults, in memory."""

    name = "bm25s"

    def __init__(self, docs: Sequence[Doc]) -> None:
        self._codes = [code for code, _ in docs]
        self._index = bm25s.BM25()
        self._index.index([words(text) for _, text in docs], show_progress=False)

    def __call__(self, text: str) -> Ranked:
        known = [word for word in words(text) if word in self._index.vocab_dict]
        if not known:
            return [], 0.0
        rows, scores = self._index.retrieve([known], k=min(NEAREST, len(self._codes)), show_progress=False)
        return _types((self._codes[at], float(score)) for at, score in zip(rows[0], scores[0], strict=True))


class Fts5:
    """SQLite's full-text index in memory, ranked by its bm25."""

    name = "SQLite FTS5"

    def __init__(self, docs: Sequence[Doc]) -> None:
        self._db = sqlite3.connect(":memory:")
        self._db.execute("CREATE VIRTUAL TABLE t USING fts5(code UNINDEXED, body, tokenize='unicode61')")
        self._db.executemany(
            "INSERT INTO t VALUES (?, ?)", [(code, " ".join(words(text))) for code, text in docs]
        )

    def __call__(self, text: str) -> Ranked:
        query = " OR ".join(f'"{word}"' for word in dict.fromkeys(words(text)) if word.isalnum())
        if not query:
            return [], 0.0
        rows = self._db.execute(
            "SELECT code, -bm25(t) FROM t WHERE body MATCH ? ORDER BY bm25(t) LIMIT ?", (query, NEAREST)
        )
        return _types(rows)


class Tantivy:
    """tantivy on disk, as it is used."""

    name = "tantivy"

    def __init__(self, docs: Sequence[Doc]) -> None:
        fields = tantivy.SchemaBuilder().add_text_field("code", stored=True, tokenizer_name="raw")
        schema = fields.add_text_field("body", tokenizer_name="whitespace").build()
        self._folder = tempfile.TemporaryDirectory()
        self._index = tantivy.Index(schema, path=self._folder.name)
        writer = self._index.writer(heap_size=50_000_000, num_threads=1)
        for code, text in docs:
            writer.add_document(tantivy.Document(code=[code], body=[" ".join(words(text))]))
        writer.commit()
        self._index.reload()
        self._searcher = self._index.searcher()

    def __call__(self, text: str) -> Ranked:
        query, _ = self._index.parse_query_lenient(
            " ".join(word for word in words(text) if word.isalnum()), ["body"]
        )
        hits = self._searcher.search(query, NEAREST).hits
        return _types((self._searcher.doc(at)["code"][0], score) for score, at in hits)
