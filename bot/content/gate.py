"""Whether a new fit is clearly worse than the one being served: then it is kept, and not taken over."""

import math
from collections.abc import Mapping
from typing import Any

SLIPS = 0.03
"""Shares of right answers move by about this much from one fit to the next without anything being wrong."""
ALARMS = 0.01
SURELY = 2.6
"""Standard errors: one fit in a hundred that is as good as the last would be refused without them."""
Report = Mapping[str, Any]


def clearly_worse(before: Report, after: Report) -> str:
    """Why `after` should not be served, in a sentence for editors; "" when it may be.

    Both are reports of bot.content.fit: shares measured in folds, on texts their models had not seen. A first fit is
    never refused, and neither is one with too few texts to tell.
    """
    faults = [
        *(_fell(name, before, after) for name in ("question", "case")),
        _more_alarms(before, after),
    ]
    return "".join(fault for fault in faults if fault)


def _fell(kind: str, before: Report, after: Report) -> str:
    old, new = (float(report.get("right", {}).get(kind, 0.0)) for report in (before, after))
    count = min(int(report.get("tested", 0)) for report in (before, after))
    if count == 0 or old - new <= SLIPS + SURELY * _error(old, count):
        return ""
    word = {"question": "问法", "case": "案例"}[kind]
    return f"{word}的判对率从 {old:.1%} 降到 {new:.1%}。"


def _more_alarms(before: Report, after: Report) -> str:
    old, new = (float(report.get("false_alarms", 0.0)) for report in (before, after))
    count = min(int(report.get("ordinary", 0)) for report in (before, after))
    if count == 0 or new - old <= ALARMS + SURELY * _error(max(old, 1 / count), count):
        return ""
    return f"日常话被误报的比例从 {old:.1%} 升到 {new:.1%}。"


def _error(share: float, count: int) -> float:
    """The standard error of a share counted on `count` texts."""
    return math.sqrt(share * (1 - share) / count)
