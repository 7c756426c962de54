"""How right the answers are on texts that are not ours: with the shipped library alone, and with such texts imported."""

import json
import tempfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.house import House
from bench.report import Report
from bot.content.corpus import read_corpus
from bot.content.fit import fit
from bot.content.imports import import_cases
from bot.content.library import LIBRARY
from bot.content.matcher import Matcher
from bot.content.measure import figures
from bot.content.serving import NONE, keep_model
from core.clock import system_clock
from core.db import Database, connect

SETS = ("dev_cases", "dev_chat", "dev_ordinary")
FOLDS = 5
COLUMNS = ("protocol", "of", "n", "top-1", "top-3", "answered", "right when answered", "false alarms")
TITLE = 12  # characters of a text that serve as its title
Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def run(options: Mapping[str, str]) -> Report:
    """`MATCH_DATA`: the folder of the measuring sets, which is no part of the project. `PROTOCOL`: shipped or loaded."""
    report = Report("quality: the answers to texts of others", COLUMNS)
    folder = Path(options.get("MATCH_DATA", ""))
    if not all((folder / f"{name}.jsonl").is_file() for name in SETS):
        report.notes.append(f"MATCH_DATA names no folder with {', '.join(SETS)} (.jsonl): nothing measured")
        return report
    rows = {name: _read(folder / f"{name}.jsonl") for name in SETS}
    for protocol in (options.get("PROTOCOL") or "shipped loaded").split():
        _show(report, protocol, rows, _shipped(rows) if protocol == "shipped" else _loaded(rows))
    return report


def _read(path: Path) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [{"accept": []} | row for row in lines]


def _shipped(rows: Rows) -> dict[str, Any]:
    """What the shipped library says to every row."""
    matcher = _learned([])
    return {row["id"]: _asked(matcher, row["text"]) for name in SETS for row in rows[name]}


def _loaded(rows: Rows) -> dict[str, Any]:
    """What it says to a fifth of the cases and chat rows after the other four were imported; ordinary rows in turn."""
    said = {}
    for number in range(FOLDS):
        known = [row for row in _frauds(rows) if _fold(row) != number]
        matcher = _learned(known)
        said |= {
            row["id"]: _asked(matcher, row["text"])
            for name in SETS
            for row in rows[name]
            if _fold(row) == number
        }
    return said


def _frauds(rows: Rows) -> Iterator[dict[str, Any]]:
    """The lines of an import: cases as cases, chat as questions."""
    for row in rows["dev_cases"]:
        yield dict(row) | {"line": {"title": row["text"][:TITLE], "text": row["text"]}}
    for row in rows["dev_chat"]:
        if row["label"] != NONE:
            yield dict(row) | {"line": {"questions": [row["text"]]}}


def _fold(row: Mapping[str, Any]) -> int:
    return zlib.crc32(row["id"].encode()) % FOLDS


def _learned(known: Sequence[Mapping[str, Any]]) -> Matcher:
    """A matcher that serves a model of the shipped library and of the `known` rows, imported."""
    codes = _codes()
    lines = [json.dumps({"type": codes[row["label"]]} | row["line"], ensure_ascii=False) for row in known]
    now = system_clock()
    with tempfile.TemporaryDirectory() as place:
        house = House(Path(place), f"sqlite:///{place}/quality.db")
        house.furnish()
        db = Database(connect(house.database_url))
        with db.transaction() as session:
            import_cases(session, "\n".join(lines), now)
            corpus = read_corpus(session)
        model, told = fit(corpus)
        with db.transaction() as session:
            keep_model(session, model.dump(), json.dumps(told), corpus.version, now)
        matcher = Matcher()
        with db.reading() as session:
            matcher.refresh(session)
    return matcher


def _codes() -> dict[str, str]:
    """A code of the measuring sets → our type of that name, else the first that means it."""
    unified = json.loads((LIBRARY / "unified.json").read_text("utf-8"))
    firsts = [(to if isinstance(to, str) else to[0], code) for code, to in unified.items()]
    meant: dict[str, str] = {}
    for to, code in firsts:
        meant.setdefault(to, code)
    return meant | {to: code for to, code in firsts if to == code}


def _asked(matcher: Matcher, text: str) -> dict[str, Any]:
    match = matcher.find(text)
    return {"types": list(match.types), "match": match.decision != "none", "us": 0.0}


def _show(report: Report, protocol: str, rows: Rows, said: Mapping[str, Any]) -> None:
    unified = json.loads((LIBRARY / "unified.json").read_text("utf-8"))
    for name in SETS:
        for row in figures(rows[name], said, unified):
            if row["of"].startswith(("all", "kind=")) or row["of"] == "ordinary":
                _line(report, protocol, name, row)


def _line(report: Report, protocol: str, name: str, row: Mapping[str, Any]) -> None:
    of = name.removeprefix("dev_") + ("" if row["of"] == "all" else f" {row['of']}")
    if "share" in row:
        report.rows.append((protocol, of, row["n"], "", "", "", "", row["share"]))
    else:
        shares = (row["top1"], row["top3"], row["answered"], row["right_when_answered"])
        report.rows.append((protocol, of, row["n"], *shares, ""))
    report.figures[f"{protocol} {of}"] = {key: value for key, value in row.items() if key != "of"}
