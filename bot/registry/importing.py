"""Importing units and kept registration lists from an office's table: all or nothing, every fault named."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.registry import import_people, import_writing
from bot.registry.import_checks import County, Held, checked
from bot.registry.import_lines import COLUMNS, HEADINGS, Line
from bot.registry.models import CountKind, Unit, UnitKind
from bot.registry.units import COUNT_WORDS, KIND_WORDS, VERSION, touch
from core.clock import county_date
from core.sheets import Row, read_rows

__all__ = ["COLUMNS", "Change", "ImportResult", "Preview", "import_registrations", "import_units", "preview_units",
           "read_rows"]  # fmt: skip
import_registrations = import_people.import_registrations


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import changed."""

    units_added: int
    units_changed: int
    head_counts_added: int


class Change(NamedTuple):
    """What one row of the file does: `details` are (column, before, after), with "" for what is not there; `head_count` is the
    new one, None where the row tells none."""

    row: int
    code: str
    name: str
    is_new: bool
    details: tuple[tuple[str, str, str], ...]
    head_count: int | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do, row by row; `same` rows change nothing."""

    result: ImportResult
    changes: list[Change]
    same: int


def preview_units(session: Session, rows: list[Row], now: datetime) -> Preview:
    """What `import_units` would do with these rows now; nothing is written. Raises RowErrors."""
    county, lines = checked(session, rows, county_date(now))
    changes = _changes(county, lines)
    return Preview(_result(changes), changes, len(lines) - len(changes))


def import_units(session: Session, rows: list[Row], now: datetime, *, by: str = "") -> ImportResult:
    """Add and change units from a table; the columns are those of HEADINGS, by Chinese or English name.

    A known code changes that unit, where its cell is not empty; parents may come later in the file. A parent or a
    basis changes from today or a later day on, because past figures stand; an old name goes on finding its unit.
    `by` is the login of who imports. Raises RowErrors naming every fault.
    """
    county, lines = checked(session, rows, county_date(now))
    changes = _changes(county, lines)
    touched = {change.code for change in changes}
    new = [line for line in lines if line.code not in county.by_code]
    import_writing.add(session, county, new)
    by_code = dict(session.execute(select(Unit.code, Unit.id)).all())
    import_writing.change(
        session, county, [line for line in lines if line.code in touched and line.code in county.by_code]
    )
    import_writing.place(session, county, lines, by_code)
    import_writing.add_names(session, county, lines, by_code)
    import_writing.add_counts(session, county, lines, by_code, (now, by))
    if changes:
        touch(session, VERSION)
    session.expire_all()
    return _result(changes)


def _changes(county: County, lines: Iterable[Line]) -> list[Change]:
    found = []
    for line in lines:
        held = county.by_code.get(line.code)
        details = tuple(_details(county, line, held))
        if details or held is None:
            name = line.name or (held.name if held else "")
            count = line.count if county.new_count(line) else None
            found.append(Change(line.row, line.code, name, held is None, details, count))
    return found


def _details(county: County, line: Line, held: Held | None) -> Iterable[tuple[str, str, str]]:
    """(column, before, after) of every cell that changes something."""
    for column, before, after in (
        ("name", held.name if held else "", line.name),
        ("kind", KIND_WORDS[UnitKind(held.kind)] if held else "", KIND_WORDS[line.kind] if line.kind else ""),
        ("parent", county.parent_of(line.code), line.parent),
        (
            "basis",
            COUNT_WORDS[CountKind(held.basis)] if held else "",
            COUNT_WORDS[line.basis] if line.basis else "",
        ),
    ):
        if after and after != before:
            yield HEADINGS[column][0], before, after
    if held is None and not line.parent:
        yield HEADINGS["parent"][0], "", "空着：没有上级，单独成为最上级"
    if names := county.new_names(line):
        yield (
            HEADINGS["short"][0],
            "、".join(county.shorts.get(held.id, []) if held else []),
            "＋" + "、".join(names),
        )
    if county.new_count(line):
        yield (
            HEADINGS["count"][0],
            _valid(county, line, held),
            f"{line.count:,}（{line.since or county.today} 起）",
        )


def _valid(county: County, line: Line, held: Held | None) -> str:
    known = county.counts.get((held.id, county.basis_of(line)), []) if held else []
    valid = [count for day, count in known if day <= (line.since or county.today)]
    return f"{valid[-1]:,}" if valid else ""


def _result(changes: list[Change]) -> ImportResult:
    count = HEADINGS["count"][0]
    return ImportResult(
        sum(change.is_new for change in changes),
        sum(not c.is_new and any(column != count for column, *_ in c.details) for c in changes),
        sum(any(column == count for column, *_ in change.details) for change in changes),
    )
