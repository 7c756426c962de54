"""The columns of a unit table, and what stands in one of its rows."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from unicodedata import normalize

from bot.registry.models import CountKind, UnitKind
from bot.registry.units import COUNT_WORDS, KIND_WORDS
from core.sheets import by_heading, read_date

HEADINGS = {
    "code": ("编号", "单位编号", "代码", "code"),
    "name": ("名称", "单位名称", "单位", "name"),
    "kind": ("类型", "单位类型", "类别", "kind", "type"),
    "parent": ("上级编号", "上级", "上级单位编号", "parent"),
    "short": ("简称", "别名", "short names", "short_names", "aliases"),
    "basis": ("人数口径", "口径", "basis"),
    "count": ("应登记人数", "人数", "count", "head_count"),
    "source": ("人数来源", "来源", "source"),
    "since": ("起始日期", "日期", "since"),
    "reason": ("更正原因", "原因", "reason"),
}
COLUMNS = tuple(names[0] for names in HEADINGS.values())
MORE_KINDS = {
    "旗": "county", "县": "county", "市": "county", "区": "county", "镇": "town", "乡": "town", "乡镇": "town",
    "苏木": "town", "苏木镇": "town", "苏木乡镇": "town", "街道": "town", "工业园区": "park", "开发区": "park",
    "嘎查": "village", "村": "village", "社区": "village", "嘎查村": "village", "村社区": "village",
    "事业单位": "agency", "医院": "agency", "公司": "company", "分组": "group", "归类": "group",
}  # fmt: skip
KINDS = {word: kind for kind, word in KIND_WORDS.items()} | {w: UnitKind(k) for w, k in MORE_KINDS.items()}
KINDS |= {kind.value: kind for kind in UnitKind}
BASES = {word: kind for kind, word in COUNT_WORDS.items()} | {kind.value: kind for kind in CountKind}
BASES |= {"16-60岁": CountKind.ADULTS, "16–60": CountKind.ADULTS, "16-60": CountKind.ADULTS}
BASES |= {"常住": CountKind.RESIDENTS, "职工": CountKind.STAFF, "家长": CountKind.PARENTS}
_BETWEEN = re.compile(r"[、;；,，]")
Fault = Callable[[int, str, str], None]
"""Takes the row, the column's key in HEADINGS and the sentence."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file, understood. None, "" and () = the cell is empty, which leaves a known unit as it is."""

    row: int
    code: str
    name: str
    kind: UnitKind | None
    parent: str
    short: tuple[str, ...]
    basis: CountKind | None
    count: int | None
    source: str
    since: date | None
    reason: str


def understood(row: int, cells: Mapping[str, str], fault: Fault) -> Line:
    """The row as a Line; what cannot be understood is told to `fault` and left empty."""

    held = by_heading(cells)

    def text(column: str) -> str:
        return next((held[name] for name in HEADINGS[column] if name in held), "")

    kind, basis = KINDS.get(text("kind").lower()), BASES.get(text("basis").lower())
    for column, found, words in (("kind", kind, KIND_WORDS.values()), ("basis", basis, COUNT_WORDS.values())):
        if text(column) and found is None:
            fault(row, column, f"不认识“{text(column)[:20]}”。可以填：{'、'.join(words)}。")
    short = tuple(dict.fromkeys(part.strip() for part in _BETWEEN.split(text("short")) if part.strip()))
    return Line(
        row, text("code"), text("name"), kind, text("parent"), short, basis,
        _count(row, text("count"), fault), text("source")[:120], _since(row, text("since"), fault), text("reason")[:200],
    )  # fmt: skip


def _count(row: int, text: str, fault: Fault) -> int | None:
    if not text:
        return None
    digits = normalize("NFKC", text).replace(",", "")
    if not re.fullmatch(r"-?\d{1,7}", digits, re.ASCII):
        fault(row, "count", f"“{text[:20]}”不是整数，或者太大。")
        return None
    if int(digits) < 0:
        fault(row, "count", "人数不能是负数。")
    return int(digits)


def _since(row: int, text: str, fault: Fault) -> date | None:
    since = read_date(text)
    if text and since is None:
        fault(row, "since", f"“{text[:20]}”不是日期，应写成 2026-03-01。")
    return since
