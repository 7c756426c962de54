"""Trend, reasons and corrections as tables, charts and sentences."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import dropwhile
from typing import Any, NamedTuple

from admin.parts import county_time, number, percent
from admin.rate_tables import head_sources
from bot.registry.corrections import Correction
from bot.registry.forecast import Forecast, State, needed_pace
from bot.registry.rates import Programme, UnitRate
from bot.registry.shares import PLACES, growth
from bot.registry.trend import Point
from bot.registry.why import WORDS, Why
from core.sheets_out import Cell, Percent, Table

MOST_ENTRIES = 200
NOTHING_TOLD = {
    State.REACHED: "目标已经达到。",
    State.YOUNG: "数据还不到四周，推算不出速度。",
    State.STILL: "最近几周没有增长，照这个速度达不到目标。",
    State.FAR: "照现在的速度，五年内达不到目标。",
}


class Step(NamedTuple):
    """A point of the trend with what came to it since the point before."""

    point: Point
    gain: int | None
    growth: float | None
    gain_growth: float | None
    """环比 of the gain: this period's against the last one's."""


def steps(points_: Sequence[Point]) -> list[Step]:
    """Every point since there were figures but the first two, which are only there to compare with; the newest first."""
    gains = [_gain(a, b) for a, b in zip(points_, points_[1:], strict=False)]
    rows = zip(points_[2:], points_[1:], gains[1:], gains, strict=False)
    found = [
        Step(
            point, gain, None if gain is None else growth(point.people, last.people),
            growth(gain, before) if (before or 0) > 0 else None,
        )
        for point, last, gain, before in rows
    ]  # fmt: skip
    return [*dropwhile(lambda step: step.point.people is None, found)][::-1]


def _gain(last: Point, now: Point) -> int | None:
    if last.people is None or now.people is None or last.reporters != now.reporters:
        return None
    return now.people - last.people


def alike(points_: Sequence[Point]) -> list[int]:
    """The people of the last points that compare with the very last one."""
    found: list[int] = []
    for point in reversed(points_):
        if point.people is None or point.reporters != points_[-1].reporters:
            break
        found.append(point.people)
    return found[::-1]


def trend_chart(points_: Sequence[Point], names: tuple[str, str, str]) -> dict[str, Any]:
    """What the page's script draws: people to the left, the rate to the right."""
    rates = [None if point.rate is None else round(100 * point.rate, 2) for point in points_]
    series: list[dict[str, Any]] = [{"name": names[0], "data": [point.people for point in points_]}]
    if any(rate is not None for rate in rates):
        series.append({"name": names[2], "data": rates, "percent": True})
    return {"days": [f"{point.day:%Y-%m-%d}" for point in points_], "series": series}


def trend_table(
    title: str, shown: Sequence[Step], names: tuple[str, str, str], notes: Sequence[str]
) -> Table:
    people, wanted, rate = names
    headings = ["截至日期", people, wanted, rate, "本期净增", "累计环比", "净增环比"]
    rows: list[list[Cell]] = [
        [each.point.day, _or_dash(each.point.people), _or_dash(each.point.head_count), Percent(each.point.rate),
         _or_dash(each.gain), Percent(each.growth), Percent(each.gain_growth)]
        for each in shown
    ]  # fmt: skip
    return Table(title, headings, rows, notes)


def _or_dash(value: int | None) -> int | str:
    return "—" if value is None else value


def trend_notes(programme: Programme) -> list[str]:
    said = [
        "每一行按当天的单位归属和当天有效的人数计算。累计环比＝（本期末－上期末）÷ 上期末。",
        "净增环比＝（本期净增－上期净增）÷ 上期净增。“—”表示没有数、没有人数，或上期为 0（净增环比：上期不大于 0）。",
    ]
    return said + (
        ["安装数由单位上报，没有新上报时沿用上一次的数；两期上报的单位不一样多时不比，显示“—”。"]
        if programme is Programme.APP
        else []
    )


def forecast_words(found: Forecast, total: int, last: date, by: date | None) -> list[str]:
    """The forecast in sentences: the day, how sure it is, and what the set day would take."""
    said = [f"目标 {found.target:,} 人，现在 {total:,} 人。"]
    if found.state is not State.EXPECTED or found.day is None:
        said.append(NOTHING_TOLD[State.FAR if found.state is State.EXPECTED else found.state])
    else:
        until = f"最晚 {found.latest}" if found.latest else "也可能五年内达不到"
        said.append(f"照最近 {found.weeks} 周的速度，大约在 {found.day} 达到。")
        said.append(f"十次里约有八次：最早 {found.earliest}，{until}。")
    if found.weeks and found.state is not State.YOUNG:
        said.append(
            f"最近 {found.weeks} 周平均每周 {found.pace:+,.1f} 人，各周相差约 {found.spread:,.1f} 人（标准差）。"
        )
    needed = needed_pace(total, found.target, last, by) if by else None
    return said + ([f"要在 {by} 前达到，每周需要净增 {needed:,.1f} 人。"] if needed else [])


def why_rows(found: Why) -> list[tuple[str, int, float | None]]:
    """(reason, people, change of the rate as a fraction), in the order of WORDS."""
    return [
        (WORDS[part.name], part.people, None if part.points is None else part.points / PLACES)
        for part in found.parts
    ]


def why_table(title: str, found: Why, start: date, end: date) -> Table:
    rows: list[list[Cell]] = [[said, people, _hundredths(change)] for said, people, change in why_rows(found)]
    heads = f"应登记人数 {number(found.before.head_count)} → {number(found.after.head_count)}"
    rows.append([heads, None, _hundredths(found.head_points and found.head_points / PLACES)])
    rows.append(["合计", people_changed(found), _hundredths(rate_changed(found))])
    headings = ["原因", "人数", "对登记率的影响（百分点）"]
    notes = [*ends(found, start, end), *_entries(found), *WHY_NOTES, *head_sources([found.after])]
    return Table(title, headings, rows, notes)


def _entries(found: Why) -> list[str]:
    """The units that came, went or were closed, and the head-counts that changed: what the page lists below."""
    moved = [f"{each.day} “{each.name}”划入或划出：{each.people:+,} 人。" for each in found.unit_moves]
    heads = [
        f"“{each.name}”的应登记人数：{number(each.before)} → {number(each.after)}"
        + (
            f"，来源：{each.entry.source or '未写明'}，{each.entry.since} 起。"
            if each.entry
            else "，不再计入。"
        )
        for each in found.heads
    ]
    return [*moved, *heads][:MOST_ENTRIES]


def _hundredths(change: float | None) -> float | str:
    """A change of a rate in percentage points."""
    return "—" if change is None else round(100 * change, 2)


WHY_NOTES = (
    "人数各项相加等于登记人数的变化。登记率的影响：人数各项乘以前后“1÷应登记人数”的平均，应登记人数一项是它的变化乘以前后登记人数的平均，"
    "相加等于登记率的变化；显示时保留两位小数并使合计一致。",
)


def ends(found: Why, start: date, end: date) -> list[str]:
    return [
        f"{day} 结束时：已登记 {row.registered:,} 人，应登记 {number(row.head_count)} 人，登记率 {percent(row.rate)}。"
        for day, row in ((start, found.before), (end, found.after))
    ]


def people_changed(found: Why) -> int:
    return found.after.registered - found.before.registered


def rate_changed(found: Why) -> float | None:
    """The difference of the two rates as they are shown."""
    if found.head_points is None or found.after.rate is None or found.before.rate is None:
        return None
    return (round(found.after.rate * PLACES) - round(found.before.rate * PLACES)) / PLACES


def corrections_table(title: str, found: Sequence[Correction], names: Mapping[int, UnitRate]) -> Table:
    headings = ["单位", "什么数", "从哪天起", "原来", "更正为", "原因", "来源", "谁", "什么时候"]
    rows: list[list[Cell]] = [
        [names[each.unit_id].name, each.what, each.since, _or_dash(each.before), each.after, each.reason or "未写明",
         each.source, each.entered_by or "导入", county_time(each.entered_at)]
        for each in found
    ]  # fmt: skip
    return Table(title, headings, rows)
