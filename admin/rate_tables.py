"""The rates as tables: what each line compares, what is to be remarked, where the figures come from."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from admin.parts import word
from bot.registry.models import CountKind
from bot.registry.rates import Book, Programme, UnitRate
from bot.registry.shares import Span, earlier, growth
from bot.registry.units import COUNT_WORDS
from core.sheets_out import Cell, Percent, Table

NAMES = {
    Programme.REGISTERED: ("已登记", "应登记", "登记率"),
    Programme.APP: ("已安装", "应安装", "安装率"),
}
BEFORE = {Span.WEEK: "比上周", Span.MONTH: "比上月", Span.QUARTER: "比上季"}
SOURCES_SHOWN = 6


class Change(NamedTuple):
    """A figure against an earlier one: people more or fewer, and 环比; None without a base."""

    people: int | None
    growth: float | None


class Line(NamedTuple):
    row: UnitRate
    changes: list[Change]


def days_before(day: date) -> list[date]:
    """The days one week, one month and one quarter before."""
    return [earlier(day, span) for span in Span]


def lines(book: Book, rows: Sequence[UnitRate], day: date, kind: CountKind | None) -> list[Line]:
    """Each row with its changes since the days before. A unit is compared with itself, wherever it stood then."""
    then = [{row.unit_id: row for row in book.rows(each, kind=kind)} for each in days_before(day)]
    return [Line(row, [_change(row, rows.get(row.unit_id)) for rows in then]) for row in rows]


def _change(now: UnitRate, then: UnitRate | None) -> Change:
    if not now.known or then is None or not then.known or now.reporters != then.reporters:
        return Change(None, None)
    return Change(now.registered - then.registered, growth(now.registered, then.registered))


def remarks(row: UnitRate) -> list[str]:
    """What somebody who reads the rate must know about it."""
    found = []
    if row.rate is not None and row.head_count is not None and row.registered > row.head_count:
        found.append("超过 100%，人数可能过期")
    if row.gaps and row.rate is not None:
        found.append(f"下级有 {row.gaps} 个单位没有人数，比率偏高")
    done, wanted = row.covered
    if wanted > 1 and done < wanted:
        found.append(f"下级 {wanted} 个单位中 {done} 个已上报")
    return found


def sources(rows: Sequence[UnitRate], day: date, programme: Programme) -> list[str]:
    """Lines under a table: how the rate is counted, and where its head-counts come from."""
    people, wanted, rate = NAMES[programme]
    said = [
        f"截至 {day} 当天结束。{rate}＝{people}（含下级单位）÷ 当天有效的{wanted}人数；“—”表示没有人数或没有上报。"
    ]
    said.append("环比＝（本期－上期）÷ 上期，本期、上期指期末累计人数；“—”表示上期没有数或为 0。")
    said += head_sources(rows, programme)
    if programme is Programme.APP:
        said.append(
            "安装数由单位上报：有本单位上报的用本单位的，没有的按下级相加；两期上报的单位不一样多时不比，显示“—”。"
        )
    return said


def head_sources(rows: Sequence[UnitRate], programme: Programme = Programme.REGISTERED) -> list[str]:
    """Where the head-counts of these units come from: kind, source, day; the commonest first."""
    wanted, said = NAMES[programme][1], []
    known = Counter((row.head_kind, row.head.source, row.head.since) for row in rows if row.head)
    for (kind, source, since), units in known.most_common(SOURCES_SHOWN):
        said.append(
            f"{wanted}人数：{COUNT_WORDS[kind]}，来源：{source or '未写明'}，{since} 起有效（{units} 个单位）。"
        )
    if len(known) > SOURCES_SHOWN:
        said.append(f"另有 {len(known) - SOURCES_SHOWN} 种人数来源，见各单位的人数记录。")
    if summed := sum(row.head is None and row.head_count is not None for row in rows):
        said.append(f"{summed} 个单位没有自己的人数，按下级单位相加。")
    return said


def told(row: UnitRate) -> str:
    """By whom and for which day the total was told."""
    if row.told:
        return f"{row.told.reporter}，{row.told.day}"
    done, wanted = row.covered
    return f"下级 {done}/{wanted}" if row.known else "没有上报"


def rate_table(title: str, shown: Sequence[Line], day: date, programme: Programme) -> Table:
    """The page of the rates as a file."""
    people, wanted, rate = NAMES[programme]
    compared = [f"{said}{what}" for said in BEFORE.values() for what in ("（人）", "环比")]
    more = ["上报"] if programme is Programme.APP else []
    headings = ["编号", "单位", "类别", "人数口径", wanted, people, rate, *compared, *more, "备注"]
    return Table(
        f"{title}各单位{rate}（截至 {day}）", headings, [_cells(line, programme) for line in shown],
        sources([line.row for line in shown], day, programme),
    )  # fmt: skip


def _cells(line: Line, programme: Programme) -> list[Cell]:
    row = line.row
    compared: list[Cell] = []
    for change in line.changes:
        compared += ["—" if change.people is None else change.people, Percent(change.growth)]
    more = [told(row)] if programme is Programme.APP else []
    return [
        row.code, row.name, word(row.kind), word(row.head_kind), "—" if row.head_count is None else row.head_count,
        row.registered if row.known else "—", Percent(row.rate), *compared, *more, "；".join(remarks(row)),
    ]  # fmt: skip


def sorted_rows(rows: Sequence[UnitRate], sort: str) -> list[UnitRate]:
    """As the person asked; units without a rate stand last."""
    if sort == "people":
        return sorted(rows, key=lambda row: (-row.registered, row.code))
    if sort in ("rate", "-rate"):
        sign = 1 if sort == "-rate" else -1
        return sorted(rows, key=lambda row: (row.rate is None, sign * (row.rate or 0), row.code))
    return list(rows)
