"""Totals of 国家反诈中心 APP as units report them: entering one, correcting one, and what was reported."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.registry import audit
from bot.registry.models import AppReport, Unit
from core.clock import county_date
from core.errors import Conflict, NotFound, Refusal

_COLUMNS = AppReport.unit_id, AppReport.total, AppReport.day, AppReport.reporter
MOST = 10_000_000
"""Nobody's unit is larger; a longer number is a slip of the finger."""


@dataclass(frozen=True, slots=True)
class AppForm:
    """A total as it was at the end of county day `day`, who reports it, and why when it corrects another."""

    day: date
    total: int
    reporter: str
    reason: str = ""


def report(
    session: Session, unit_id: int, form: AppForm, seen: int, by: str, now: datetime
) -> tuple[AppReport, bool]:
    """Keep the report of a unit; the row, and False when the very same was there already (a button pressed twice).

    `seen` is the id of the unit's newest report that the person had before them, 0 for none. Raises NotFound,
    Conflict when somebody reported meanwhile, Refusal for figures that cannot be and for a correction without a reason.
    """
    unit = session.scalar(select(Unit).where(Unit.id == unit_id).with_for_update())
    if unit is None:
        raise NotFound("没有这个单位。")
    _must_make_sense(unit, form, county_date(now))
    held = _held_on(session, unit_id, form.day)
    if held is not None and (held.total, held.reporter) == (form.total, form.reporter.strip()):
        return held, False
    _must_be_newest(session, unit_id, seen)
    before = held or _later(session, unit_id, form.day)
    if before is not None and not form.reason.strip():
        raise Refusal(f"{before.day} 已经报过 {before.total:,} 人。再报这一天是更正，请写明原因。")
    made = AppReport(
        unit_id=unit_id, day=form.day, total=form.total, reporter=form.reporter.strip()[:60],
        reason=form.reason.strip()[:200] if before is not None else "", entered_by=by[:60], entered_at=now,
    )  # fmt: skip
    session.add(made)
    session.flush()
    was = {"日期": held.day, "总数": held.total, "上报人": held.reporter} if held else None
    became = {"日期": made.day, "总数": made.total, "上报人": made.reporter, "原因": made.reason}
    audit.note(session, by, "app-report", f"{unit.name}（{unit.code}）", now, was, became)
    return made, True


def _must_make_sense(unit: Unit, form: AppForm, today: date) -> None:
    if form.day > today:
        raise Refusal("日期还没有到，请填今天或以前的日期。")
    if form.day < unit.opened_on or (unit.closed_on is not None and form.day >= unit.closed_on):
        raise Refusal(f"“{unit.name}”这一天还没有设立或已经撤销，请换一个日期。")
    if not 0 <= form.total <= MOST:
        raise Refusal(f"总数应在 0 到 {MOST:,} 之间。")
    if not form.reporter.strip():
        raise Refusal("请写明上报人。")


def _held_on(session: Session, unit_id: int, day: date) -> AppReport | None:
    of_day = select(AppReport).where(AppReport.unit_id == unit_id, AppReport.day == day)
    return session.scalar(of_day.order_by(AppReport.id.desc()).limit(1))


def _later(session: Session, unit_id: int, day: date) -> AppReport | None:
    """A report of a later day: entering one before it changes what was shown for the days between."""
    after = select(AppReport).where(AppReport.unit_id == unit_id, AppReport.day > day)
    return session.scalar(after.order_by(AppReport.day, AppReport.id.desc()).limit(1))


def told_before(session: Session, made: AppReport) -> AppReport | None:
    """The unit's report that held on the day before this one's."""
    earlier = select(AppReport).where(AppReport.unit_id == made.unit_id, AppReport.day < made.day)
    return session.scalar(earlier.order_by(AppReport.day.desc(), AppReport.id.desc()).limit(1))


def _must_be_newest(session: Session, unit_id: int, seen: int) -> None:
    newest = session.scalar(select(func.max(AppReport.id)).where(AppReport.unit_id == unit_id)) or 0
    if newest != seen:
        other = session.get_one(AppReport, newest)
        raise Conflict(
            f"您填写的时候，{other.entered_by} 已经报了 {other.day} 的 {other.total:,} 人（上报人 {other.reporter}）。"
            "请核对后再提交。"
        )


class Told(NamedTuple):
    """What holds of a unit on a day: the total, the day it was told for, and who told it."""

    total: int
    day: date
    reporter: str


def told_on(session: Session, days: Iterable[date]) -> dict[date, dict[int, Told]]:
    """What holds of each unit that reported, for each of the county days; two statements, whatever their number."""
    ordered = sorted(set(days))
    held: dict[int, Told] = {}
    told: dict[date, dict[int, Told]] = {}
    if not ordered:
        return told
    waiting = iter([*_holding(session, ordered[0]), *_between(session, ordered[0], ordered[-1])])
    row = next(waiting, None)
    for day in ordered:
        while row is not None and row[1].day <= day:
            held[row[0]] = row[1]
            row = next(waiting, None)
        told[day] = dict(held)
    return told


def _holding(session: Session, day: date) -> list[tuple[int, Told]]:
    """The report of each unit that holds on the day, the older days first."""
    newest = func.row_number().over(
        partition_by=AppReport.unit_id, order_by=(AppReport.day.desc(), AppReport.id.desc())
    )
    ranked = select(*_COLUMNS, newest.label("place")).where(AppReport.day <= day).subquery()
    columns = ranked.c.unit_id, ranked.c.total, ranked.c.day, ranked.c.reporter
    rows = session.execute(select(*columns).where(ranked.c.place == 1).order_by(ranked.c.day))
    return [(unit_id, Told(total, told, reporter)) for unit_id, total, told, reporter in rows.all()]


def _between(session: Session, after: date, until: date) -> list[tuple[int, Told]]:
    rows = select(*_COLUMNS).where(AppReport.day > after, AppReport.day <= until)
    ordered = session.execute(rows.order_by(AppReport.day, AppReport.id))
    return [(unit_id, Told(total, day, reporter)) for unit_id, total, day, reporter in ordered.all()]


def reports_of(session: Session, unit_id: int, limit: int = 200) -> list[AppReport]:
    """What the unit reported, in the order it was entered, the newest first."""
    rows = select(AppReport).where(AppReport.unit_id == unit_id).order_by(AppReport.id.desc())
    return list(session.scalars(rows.limit(limit)))
