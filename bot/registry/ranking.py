"""Who leads and who lags, fairly: units of like size by the lower bound of what their rate may really be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

from bot.registry.models import UnitKind
from bot.registry.rates import UnitRate

SMALLEST = 20
"""Units with fewer people than this are not ranked: one person more or less would move them too far."""
CONFIDENCE = 0.95


class Ranked(NamedTuple):
    """One unit in its band. `low` is the Wilson lower bound; `before` its place earlier, None when it had none."""

    place: int
    row: UnitRate
    low: float
    before: int | None


class Unranked(NamedTuple):
    row: UnitRate
    why: str


class Band(NamedTuple):
    """Units of `least` to `most` people (None = and more), the best first."""

    least: int
    most: int | None
    ranked: list[Ranked]


@dataclass(frozen=True, slots=True)
class Ranking:
    bands: list[Band]
    unranked: list[Unranked]


def wilson_low(registered: int, people: int, confidence: float = CONFIDENCE) -> float:
    """The lower end of Wilson's score interval for the share `registered` / `people`, two-sided `confidence`.

    Needs 0 <= registered <= people and people > 0. (Wilson 1927; Brown, Cai, DasGupta 2001 recommend it for
    small numbers.)
    """
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, square = registered / people, z * z / people
    spread = z * sqrt(share * (1 - share) / people + square / (4 * people))
    return max(0.0, (share + square / 2 - spread) / (1 + square))


def ranking(rows: Sequence[UnitRate], size_bands: Sequence[int], before: Sequence[UnitRate] = ()) -> Ranking:
    """The units ranked in bands of size; those that cannot be ranked fairly stand apart with the reason.

    `size_bands` are upper bounds in people; `before` the same units on an earlier day. Equal bounds share a place.
    """
    earlier = {
        each.row.unit_id: each.place for band in _banded(before, size_bands, {}) for each in band.ranked
    }
    unranked = [Unranked(row, why) for row in rows if (why := why_unranked(row))]
    return Ranking(_banded(rows, size_bands, earlier), unranked)


def why_unranked(row: UnitRate) -> str:
    """The reason a unit is not ranked, "" for one that is."""
    if not row.head_count:
        return "没有应登记人数"
    if row.head_count < SMALLEST:
        return f"不足 {SMALLEST} 人"
    if not row.known:
        return "没有上报"
    if not row.told and row.covered[0] < row.covered[1]:
        return "下级没有报全"
    if row.registered > row.head_count:
        return "超过 100%，人数可能过期"
    return "下级人数不全" if row.gaps else ""


def _banded(rows: Sequence[UnitRate], size_bands: Sequence[int], earlier: Mapping[int, int]) -> list[Band]:
    fair = [row for row in rows if row.kind != UnitKind.GROUP and not why_unranked(row)]
    bounds = [bound for bound in sorted(set(size_bands)) if bound >= SMALLEST]
    bands = zip([SMALLEST, *(bound + 1 for bound in bounds)], [*bounds, None], strict=True)
    return [Band(least, most, _placed(_within(fair, least, most), earlier)) for least, most in bands]


def _within(rows: Sequence[UnitRate], least: int, most: int | None) -> list[UnitRate]:
    return [
        row
        for row in rows
        if least <= (row.head_count or 0) and (most is None or (row.head_count or 0) <= most)
    ]


def _placed(rows: Sequence[UnitRate], earlier: Mapping[int, int]) -> list[Ranked]:
    judged = [(wilson_low(row.registered, row.head_count or 1), row) for row in rows]
    judged.sort(key=lambda pair: (-pair[0], pair[1].code))
    placed: list[Ranked] = []
    for place, (low, row) in enumerate(judged, 1):
        if placed and low == placed[-1].low:
            place = placed[-1].place
        placed.append(Ranked(place, row, low, earlier.get(row.unit_id)))
    return placed
