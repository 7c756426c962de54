"""From words to a type of fraud: quality and time beside bm25s, SQLite FTS5 and tantivy on the same texts in one run."""

import json
import re
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import jieba
import psutil
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bench import follow, postman
from bench.baselines.nearest import Bm25, Fts5, Ranked, Tantivy
from bench.callback import FAN, post
from bench.house import House
from bench.match_data import FOLDER, Gold, Measuring, measuring
from bench.report import Report, quantile
from bot.content.answer import judge
from bot.content.corpus import QUESTION, read_corpus
from bot.content.fold import LIMIT
from bot.content.library import touch_library
from bot.content.matcher import Matcher
from bot.content.models import Case, Phrase
from bot.content.serving import NONE, keep_model
from bot.fitting import fit_apart, refit
from core.clock import system_clock
from core.db import Database, connect

SHORT = 60
ANSWERED = 0.75  # of the chat questions: where false alarms are compared
PASSES = 3
WARM = ("您好", "有人让我刷单先垫钱", "说我的百万保障到期了", "明天几点上班")
_ENDS = re.compile("(?<=[。！？；])")
Ranker = Callable[[str], Ranked]


def run(options: Mapping[str, str]) -> Report:
    """`MATCH_DATA`: a folder with measuring sets; without one a fifth of the library is kept apart. `MANY` (10,000) cases."""
    report = Report(
        "match: one thread; false alarms where three of four chat questions are answered",
        ("method", "cases top-1", "top-3", "chat top-1", "top-3", "false alarms", f"≤{SHORT} p50 µs", "p99 µs",
         f"≤{LIMIT} p50 µs", "p99 µs", "× jieba"),
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder), f"sqlite:///{folder}/match.db")
        house.furnish()
        db = Database(connect(house.database_url))
        _compare(db, Path(options.get("MATCH_DATA", FOLDER)), report)
        report.figures |= _fits(db, int(options.get("MANY", "10000")))
        report.figures["web_mb"] = _memory(house)
        report.figures["follow_s"] = follow.measure(house, "kefu", "客服")[1]
    report.notes.append(
        json.dumps({name: report.figures[name] for name in ("fit_s", "many", "web_mb", "follow_s")})
    )
    return report


def _compare(db: Database, folder: Path, report: Report) -> None:
    """Every method in turn on the same library and the same texts."""
    with db.reading() as session:
        held = measuring(read_corpus(session), folder)
    told, block = fit_apart(held.corpus.dump())
    with db.transaction() as session:
        _retire(session, held.apart)
        keep_model(session, block, told, held.corpus.version, system_clock())
    docs = [(code, text) for code, _, text in held.corpus.texts if code != NONE]
    alone = _times(lambda: jieba.lcut, held.gold)
    report.rows.append(("jieba alone", "", "", "", "", "", *alone[0][1:], *alone[1][1:], 1.0))
    for name, make in (
        ("ours", lambda: _ours(db)),
        *((one.name, lambda one=one: one(docs)) for one in (Bm25, Fts5, Tantivy)),
    ):
        right = _quality(make(), held)
        times = _times(make if name == "ours" else _once(make), held.gold)
        ratio = sum(one[0] for one in times) / sum(one[0] for one in alone)
        report.rows.append((name, *right.values(), *times[0][1:], *times[1][1:], ratio))
        report.figures[name] = right | _named(times) | {"to_jieba": ratio}
    with db.transaction() as session:
        _retire(session, held.apart, live=True)
    report.figures["jieba"] = _named(alone)
    counts = {
        sort: sum(one.sort == sort for one in held.gold)
        for sort in dict.fromkeys(one.sort for one in held.gold)
    }
    report.notes.append(
        f"asked: {held.source}, {json.dumps(counts, ensure_ascii=False)}; library: {len(held.corpus.texts)} texts"
    )


def _retire(session: Session, texts: frozenset[str], *, live: bool = False) -> None:
    """Take the texts kept apart out of the library, so that no exact hit knows them; or put them back."""
    for row in session.scalars(select(Phrase).where(Phrase.kind == QUESTION)):
        row.live = live if row.text in texts else row.live
    for case in session.scalars(select(Case)):
        case.live = live if f"{case.title}，{case.text}" in texts else case.live
    touch_library(session)


def _once(make: Callable[[], Ranker]) -> Callable[[], Ranker]:
    made = make()
    return lambda: made


def _fresh(db: Database) -> Matcher:
    """A matcher that remembers nothing yet, and whose dictionaries are loaded."""
    made = Matcher()
    with db.reading() as session:
        made.refresh(session)
    for text in WARM:
        made.find(text)
    return made


def _ours(db: Database) -> Ranker:
    """The whole judgement a message gets, whether somebody is losing money included."""
    matcher = _fresh(db)

    def rank(text: str) -> Ranked:
        match = judge(text, matcher).match
        return list(match.types), match.scores[0] if match.topic is None else float("-inf")

    return rank


def _quality(rank: Ranker, held: Measuring) -> dict[str, float]:
    said = [(gold, rank(gold.text[:LIMIT])) for gold in held.gold]
    figures: dict[str, float] = {}
    for sort in ("cases", "chat"):
        ranked = [(gold, _in_gold(types, held)) for gold, (types, _) in said if gold.sort == sort]
        figures[f"{sort}_top1"] = _share(bool(types) and types[0] in gold.accept for gold, types in ranked)
        figures[f"{sort}_top3"] = _share(not gold.accept.isdisjoint(types[:3]) for gold, types in ranked)
    cut = quantile([score for gold, (_, score) in said if gold.sort == "chat"], 1 - ANSWERED)
    figures["false_alarms"] = _share(score >= cut > 0 for gold, (_, score) in said if gold.sort == "ordinary")
    return figures


def _in_gold(types: Sequence[str], held: Measuring) -> list[str]:
    return list(dict.fromkeys(to for code in types for to in held.unified.get(code, ())))


def _share(values: Iterator[bool]) -> float:
    held = list(values)
    return round(sum(held) / max(len(held), 1), 4)


Times = tuple[float, float, float]
"""Sum, median and 99th percentile in µs."""


def _times(make: Callable[[], Callable[[str], Any]], gold: Sequence[Gold]) -> tuple[Times, Times]:
    """Every text once in each of three passes; the middle time of each text, for short texts and for long ones."""
    texts = list(dict.fromkeys(one.text[:LIMIT] for one in gold))
    passes = [[_timed(ask, text) for text in texts] for ask in (make() for _ in range(PASSES))]
    middle = [sorted(of_text)[PASSES // 2] for of_text in zip(*passes, strict=True)]
    parts = [
        [us for us, text in zip(middle, texts, strict=True) if (len(text) <= SHORT) is short]
        for short in (True, False)
    ]
    short, long = ((sum(part), quantile(part, 0.5), quantile(part, 0.99)) for part in parts)
    return short, long


def _timed(ask: Callable[[str], Any], text: str) -> float:
    since = time.perf_counter()
    ask(text)
    return (time.perf_counter() - since) * 1e6


def _named(times: tuple[Times, Times]) -> dict[str, float]:
    (_, short50, short99), (_, long50, long99) = times
    return {"short_p50_us": short50, "short_p99_us": short99, "long_p50_us": long50, "long_p99_us": long99}


def _fits(db: Database, many: int) -> dict[str, Any]:
    """Seconds to fit the shipped library, then one of `many` cases while the model before it answers."""
    since = time.perf_counter()
    refit(db, system_clock(), accept=True)
    shipped_s = time.perf_counter() - since
    with db.transaction() as session:
        held = read_corpus(session)
        session.execute(insert(Case), list(_grown(held.texts, many)))
        touch_library(session)
    matcher, stop, spent = _fresh(db), threading.Event(), list[float]()
    with ThreadPoolExecutor(1) as one:
        answering = one.submit(_keep_asking, matcher, stop, spent)
        since = time.perf_counter()
        refit(db, system_clock(), accept=True)
        many_s = time.perf_counter() - since
        stop.set()
        answering.result()
    return {
        "fit_s": shipped_s,
        "many": {"cases": many, "fit_s": many_s, "asked": len(spent), "p99_us": quantile(spent, 0.99)},
    }


def _keep_asking(matcher: Matcher, stop: threading.Event, spent: list[float]) -> None:
    number = 0
    while not stop.wait(0.02):
        number += 1
        spent.append(_timed(matcher.find, f"有人让我先垫{number}块钱刷单，说当天返我"))


def _grown(texts: Sequence[tuple[str, str, str]], many: int) -> Iterator[dict[str, Any]]:
    """Cases joined from sentences of different cases of one type, no two the same."""
    sentences: dict[str, list[str]] = {}
    for code, kind, text in texts:
        if code != NONE and kind == "case":
            sentences.setdefault(code, []).extend(part for part in _ENDS.split(text) if len(part) > 8)
    codes = sorted(sentences)
    for number in range(many):
        own = sentences[codes[number % len(codes)]]
        turn = number // len(codes)
        parts = [own[(turn * step + turn // len(own)) % len(own)] for step in (1, 3, 7)]
        yield {
            "type_code": codes[number % len(codes)], "title": f"样例{number}", "text": "".join(parts) + f"第{number}起。",
            "tags": "[]", "live": True, "shipped": "",
        }  # fmt: skip


def _memory(house: House) -> float:
    """The largest resident set of a web process, in MB, after it answered."""
    with house.serving(workers=2) as process:
        for number in range(60):
            post(house, postman.text_xml(FAN, f"客服说我的百万保障到期要扣{number}块", 900_000 + number))
        return max(child.memory_info().rss for child in psutil.Process(process.pid).children()) / 2**20
