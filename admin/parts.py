"""How values are written on a page: percentages, county time, the county's words; pages of a long list."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any, Generic, TypeVar

from admin.words import ACTIONS, ACTORS, FIELDS, ROLES, SETTINGS, STATES
from bot.registry.units import COUNT_WORDS, KIND_WORDS
from core.clock import COUNTY_TIME

Row = TypeVar("Row")
PER_PAGE = 100
MOST_PAGES = 1_000_000
"""No list is longer; a larger number is no page that a database could count to."""
LISTS: tuple[Mapping[Any, str], ...] = (
    KIND_WORDS,
    COUNT_WORDS,
    ROLES,
    ACTIONS,
    STATES,
    FIELDS,
    SETTINGS,
    ACTORS,
)
WORDS = {str(value): said for words in LISTS for value, said in words.items()}


def percent(rate: float | None) -> str:
    """A fraction as 44.44%; “—” where there is no head-count to measure against."""
    return "—" if rate is None else f"{100 * rate:.2f}%"


def points(change: float | None) -> str:
    """The difference of two fractions in percentage points, always with its sign."""
    return "—" if change is None else f"{100 * change:+.2f} 个百分点"


def number(value: int | None) -> str:
    return "—" if value is None else f"{value:,}"


def signed(value: int | None) -> str:
    """A difference with its sign; “—” without a base."""
    return "—" if value is None else f"{value:+,}" if value else "0"


def growth(change: float | None) -> str:
    """A relative change as +4.48%; “—” without a base."""
    return "—" if change is None else f"{100 * change:+.2f}%"


def county_time(moment: datetime) -> str:
    return moment.astimezone(COUNTY_TIME).strftime("%Y-%m-%d %H:%M:%S")


def differences(before: str, after: str) -> list[tuple[str, str, str]]:
    """What an audit entry changed, as (field, before, after); "" where there was or is nothing."""
    old, new = json.loads(before or "{}"), json.loads(after or "{}")
    return [(field, written(old.get(field)), written(new.get(field))) for field in old | new]


def written(value: object) -> str:
    """A value of the audit log as a person reads it."""
    if value is None:
        return ""
    return "、".join(map(word, map(str, value))) if isinstance(value, list) else word(str(value))


def word(value: str) -> str:
    return WORDS.get(value, value)


FILTERS: Mapping[str, Callable[..., Any]] = {
    "percent": percent,
    "points": points,
    "number": number,
    "signed": signed,
    "growth": growth,
    "county_time": county_time,
    "differences": differences,
    "word": word,
    "utf8": lambda text: len(text.encode()),
}


@dataclass(frozen=True)
class Sheet(Generic[Row]):
    """One page of a list: `number` of `pages`, `total` rows in all."""

    rows: Sequence[Row]
    number: int
    pages: int
    total: int


def sheet(rows: Sequence[Row], wanted: int, size: int = PER_PAGE) -> Sheet[Row]:
    """The wanted page, or the nearest there is."""
    pages = max(1, ceil(len(rows) / size))
    page = min(max(1, wanted), pages)
    return Sheet(rows[(page - 1) * size : page * size], page, pages, len(rows))


def page_of(read: Callable[[int], tuple[Sequence[Row], int]], wanted: int, size: int) -> Sheet[Row]:
    """As `sheet`, for a list that the database cuts: `read(page)` gives the rows and how many there are in all."""
    page = min(max(1, wanted), MOST_PAGES)
    rows, total = read(page)
    pages = max(1, ceil(total / size))
    if page > pages:
        page, (rows, total) = pages, read(pages)
    return Sheet(rows, page, pages, total)
