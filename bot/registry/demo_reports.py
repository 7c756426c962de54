"""What the demo's towns and member units reported of the other programme: a total every Friday of twelve weeks."""

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from bot.registry.models import UnitKind

WEEKS = 12
FRIDAY = 4
SHARE, GROWTH = 0.845, 0.008
"""Of the head-count by the last Friday (a real banner reported 82.36 % of its residents), and the gain a week."""
ENTERED_BY = "demo"


class Place(Protocol):
    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> UnitKind: ...
    @property
    def head_count(self) -> int | None: ...


def app_reports(
    luck: random.Random, places: Sequence[Place], ids: Mapping[str, int], last: date, now: datetime
) -> Iterator[dict[str, Any]]:
    """Rows for `AppReport`. Villages and the banner report nothing themselves; the last unit forgot its last weeks."""
    telling = [
        place
        for place in places
        if place.head_count and place.kind not in (UnitKind.COUNTY, UnitKind.VILLAGE)
    ]
    fridays = [last - timedelta(days=(last.weekday() - FRIDAY) % 7 + 7 * back) for back in range(WEEKS)][::-1]
    for place in telling:
        best = min(0.97, luck.gauss(SHARE, 0.05))
        told = fridays[:-3] if place is telling[-1] else fridays
        for number, day in enumerate(told):
            share = best - GROWTH * (WEEKS - 1 - number)
            yield {
                "unit_id": ids[place.code], "day": day, "total": round((place.head_count or 0) * share),
                "reporter": f"{place.name}联络员"[:60], "reason": "", "entered_by": ENTERED_BY, "entered_at": now,
            }  # fmt: skip
