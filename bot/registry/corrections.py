"""Corrections: entries that changed a figure of a day that was over, with who entered them, when and why."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.registry.models import AppReport, CountKind, HeadCount
from bot.registry.units import COUNT_WORDS
from core.clock import county_date

APP_WORDS = "国家反诈中心APP总数"
LATE = "补报"
"""The reason of a report entered after its day that corrects none: units mostly report on Monday for Friday."""


class Correction(NamedTuple):
    """`before` is what held for `since` until `entered_at`, None when nothing did.

    `late` says that it corrects no entry of its own: the first number of a unit, or the next report, came late.
    """

    unit_id: int
    what: str
    since: date
    before: int | None
    after: int
    reason: str
    source: str
    entered_by: str
    entered_at: datetime
    late: bool


def corrections(session: Session, units: Iterable[int], *, late_too: bool = False) -> list[Correction]:
    """Those of these units, the newest first. An entry that changed no figure is none.

    With `late_too` also what was only told late: it changes the days between as well. Two statements.
    """
    wanted = set(units)
    found = [*_of_head_counts(session), *_of_reports(session, late_too)]
    shown = [each for each in found if each.unit_id in wanted and (late_too or not each.late)]
    return sorted(shown, key=lambda each: each.entered_at, reverse=True)


def _of_head_counts(session: Session) -> Iterable[Correction]:
    row = HeadCount
    columns = (
        row.unit_id, row.kind, row.since, row.count, row.reason, row.source, row.entered_by, row.entered_at,
    )  # fmt: skip
    rows = session.execute(select(*columns).order_by(row.id))
    held: dict[tuple[int, str], list[tuple[date, int]]] = {}
    for unit_id, kind, since, count, reason, source, by, at in rows.all():
        earlier = held.setdefault((unit_id, kind), [])
        before = _valid(earlier, since)
        earlier.append((since, count))
        if since < county_date(at) and before != count:
            word = f"应登记人数（{COUNT_WORDS[CountKind(kind)]}）"
            yield Correction(unit_id, word, since, before, count, reason, source, by, at, before is None)


def _of_reports(session: Session, late_too: bool) -> Iterable[Correction]:
    """A report that corrects another carries the reason; one that was only late tells of no other.

    Without the late ones only units that ever corrected one are read: a county's weekly reports soon are thousands.
    """
    row = AppReport
    columns = row.unit_id, row.day, row.total, row.reason, row.reporter, row.entered_by, row.entered_at
    rows = select(*columns).order_by(row.id)
    if not late_too:
        rows = rows.where(row.unit_id.in_(select(row.unit_id).where(row.reason != "")))
    held: dict[int, list[tuple[date, int]]] = {}
    for unit_id, day, total, reason, reporter, by, at in session.execute(rows).all():
        earlier = held.setdefault(unit_id, [])
        before = _valid(earlier, day)
        earlier.append((day, total))
        if before != total and (reason or day < county_date(at)):
            why, source = reason or LATE, f"上报人 {reporter}"
            yield Correction(unit_id, APP_WORDS, day, before, total, why, source, by, at, not reason)


def _valid(entries: list[tuple[date, int]], day: date) -> int | None:
    """The value that holds on the day, of entries in the order they were made: the latest day, then the last made."""
    best: tuple[date, int] | None = None
    for since, value in entries:
        if since <= day and (best is None or since >= best[0]):
            best = (since, value)
    return best and best[1]
