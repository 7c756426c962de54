"""What each fit found out about itself, read from its report; a figure that a report lacks is simply not shown."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.content.models import FittedModel
from bot.content.serving import fit_due

SHOWN = 20  # fits


class Fit(NamedTuple):
    """One fit. `live` ones were taken over; `refused` says why one was not."""

    id: int
    at: datetime
    live: bool
    refused: str
    report: Mapping[str, Any]

    def share(self, *path: str) -> float | None:
        """A share of the report, or None where it has none: `share("right", "case")`."""
        held: Any = self.report
        for name in path:
            held = held.get(name) if isinstance(held, Mapping) else None
        return float(held) if isinstance(held, int | float) else None

    def number(self, name: str) -> int | None:
        held = self.report.get(name)
        return held if isinstance(held, int) else None


class Confusion(NamedTuple):
    """Texts of one type that were taken for another's, in folds."""

    of: str
    taken_for: str
    times: int


def fits(session: Session) -> list[Fit]:
    """The last fits, the newest first."""
    rows = session.scalars(select(FittedModel).order_by(FittedModel.id.desc()).limit(SHOWN))
    return [_fit(row) for row in rows]


def held_back(session: Session) -> bool:
    """Whether the last fit was not taken over because it seemed clearly worse."""
    row = session.scalar(select(FittedModel).order_by(FittedModel.id.desc()).limit(1))
    return row is not None and not row.live and bool(_fit(row).refused)


def _fit(row: FittedModel) -> Fit:
    try:
        report = json.loads(row.report)
    except ValueError:
        report = {}
    report = report if isinstance(report, dict) else {}
    return Fit(row.id, row.fitted_at, row.live, str(report.get("refused") or ""), report)


def due(session: Session) -> bool:
    """Whether the library changed since the last fit."""
    return fit_due(session)


def by_type(fit: Fit, names: Mapping[str, str]) -> list[tuple[str, str, float]]:
    """(code, name, share right in folds) of each type, the worst first."""
    held = fit.report.get("by_type")
    rows = held.items() if isinstance(held, Mapping) else ()
    known = [(code, names[code], float(share)) for code, share in rows if code in names]
    return sorted(known, key=lambda row: row[2])


def confused(fit: Fit, names: Mapping[str, str]) -> list[Confusion]:
    """The pairs most often mistaken, the commonest first."""
    held = fit.report.get("confused")
    rows = held if isinstance(held, list) else []
    return [Confusion(names.get(a, a), names.get(b, b), int(times)) for a, b, times in rows]
