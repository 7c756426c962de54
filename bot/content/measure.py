"""How good the matcher is on texts whose right types are known: by kind of text, with how many there were."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.content.serving import NONE

Gold = Mapping[str, Any]
"""{"id","text","label","accept"?:[unified codes],"kind"?}; the label "none" means: must not match."""
Said = Mapping[str, Mapping[str, Any]]
"""id → {"types":[our codes, best first],"match":bool,"us":µs}"""


def figures(gold: Sequence[Gold], said: Said, unified: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One row for all scam texts, one for each kind and label of them, one for ordinary texts, one for time.

    `unified` maps our code to one code of the gold's taxonomy, or a list of at most two.
    """
    frauds = [row for row in gold if row["label"] != NONE]
    ordinary = [row for row in gold if row["label"] == NONE]
    rows = [_right("all", frauds, said, unified)] if frauds else []
    for column in ("kind", "label"):
        for name, held in sorted(_by(column, frauds).items()):
            rows.append(_right(f"{column}={name}", held, said, unified))
    for name, held in sorted(_by("source", ordinary).items()):
        rows.append(_alarms(f"ordinary={name}", held, said))
    if ordinary:
        rows.append(_alarms("ordinary", ordinary, said))
    return [*rows, _time(said)]


def _by(column: str, rows: Iterable[Gold]) -> dict[str, list[Gold]]:
    held: dict[str, list[Gold]] = defaultdict(list)
    for row in rows:
        if row.get(column) is not None:
            held[str(row[column])].append(row)
    return held


def _right(name: str, rows: Sequence[Gold], said: Said, unified: Mapping[str, Any]) -> dict[str, Any]:
    ranked = [_unified(said[row["id"]]["types"], unified) for row in rows]
    first = [bool(types) and types[0] in row["accept"] for row, types in zip(rows, ranked, strict=True)]
    third = [not set(types[:3]).isdisjoint(row["accept"]) for row, types in zip(rows, ranked, strict=True)]
    answered = [bool(said[row["id"]]["match"]) for row in rows]
    both = sum(right and match for right, match in zip(first, answered, strict=True))
    return {
        "of": name, "n": len(rows), "top1": _share(first), "top3": _share(third),
        "answered": _share(answered), "right_when_answered": round(both / max(sum(answered), 1), 4),
    }  # fmt: skip


def _unified(codes: Iterable[str], unified: Mapping[str, Any]) -> list[str]:
    flat: list[str] = []
    for code in codes:
        named = unified.get(code, code)
        flat += [named] if isinstance(named, str) else named
    return list(dict.fromkeys(flat))


def _alarms(name: str, rows: Sequence[Gold], said: Said) -> dict[str, Any]:
    answered = [bool(said[row["id"]]["match"]) for row in rows]
    return {"of": name, "n": len(rows), "false_alarms": sum(answered), "share": _share(answered)}


def _time(said: Said) -> dict[str, Any]:
    spent = sorted(row["us"] for row in said.values())
    at = {
        name: spent[min(len(spent) - 1, int(part * len(spent)))]
        for name, part in (("median", 0.5), ("p99", 0.99))
    }
    return {"of": "microseconds", "n": len(spent), **at, "max": spent[-1]}


def _share(values: Sequence[bool]) -> float:
    return round(sum(values) / max(len(values), 1), 4)
