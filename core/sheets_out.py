"""Writing an office's table as xlsx or csv: formatted for a leader's desk, and nothing in it is ever a formula."""

import csv
import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes a spreadsheet compute a cell of a csv file (OWASP, CSV Injection); full width as well."""
LONGEST_CELL = 32_767
"""Characters a cell of a spreadsheet can hold."""
WIDEST, NARROWEST = 48, 8
WIDE_TABLE = 6
"""With more columns than this the paper lies on its side."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")
_LINE = Side(style="thin", color="808080")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEAD_FILL = PatternFill("solid", fgColor="E7EEF7")
_TITLE, _HEAD, _NOTE = Font(bold=True, size=16), Font(bold=True), Font(size=9, color="555555")
_MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_TEXT = Alignment(vertical="center", wrap_text=True)
_NUMBER = Alignment(horizontal="right", vertical="center")


@dataclass(frozen=True, slots=True)
class Percent:
    """A fraction to be written as a percentage; None is written as “—”."""

    value: float | None


Cell = str | int | float | date | Percent | None


@dataclass(frozen=True)
class Table:
    """One table to be given out. `notes` (sources, how a figure is counted) stand under it."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    notes: Sequence[str] = ()


def as_csv(table: Table) -> bytes:
    """UTF-8 with a mark for Excel: headings, rows, then an empty line and the notes where there are any.

    A text that a spreadsheet would compute gets a ' in front.
    """
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow([_harmless(heading) for heading in table.headings])
    lines.writerows([_plain(cell) for cell in row] for row in table.rows)
    if table.notes:
        lines.writerows([[], *([_harmless(note)] for note in table.notes)])
    return text.getvalue().encode("utf-8-sig")


def _plain(cell: Cell) -> str | int | float:
    if isinstance(cell, Percent):
        return "—" if cell.value is None else f"{cell.value:.2%}"
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else _harmless(cell) if isinstance(cell, str) else cell


def _harmless(text: str) -> str:
    clean = _CONTROL.sub("", text)
    return f"'{clean}" if clean.startswith(STARTS_A_FORMULA) else clean


def as_xlsx(table: Table) -> bytes:
    """One sheet for A4: title, headings that repeat on each page, rows, notes. Text cells stay text."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = _SHEET_NAME.sub(" ", _CONTROL.sub("", table.title))[:31].strip(" '") or "表"
    columns = max(1, len(table.headings))
    _spanning(sheet, 1, columns, table.title, _TITLE, _MIDDLE)
    sheet.row_dimensions[1].height = 30
    for column, heading in enumerate(table.headings, 1):
        head = _write(sheet, 2, column, heading)
        head.font, head.fill, head.alignment = _HEAD, _HEAD_FILL, _MIDDLE
    for number, row in enumerate(table.rows, 3):
        for column, cell in enumerate(row, 1):
            _write(sheet, number, column, cell)
    for number, note in enumerate(table.notes, len(table.rows) + 3):
        _spanning(sheet, number, columns, note, _NOTE, _TEXT)
    _for_paper(sheet, table, columns)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def _spanning(sheet: Worksheet, row: int, columns: int, text: str, font: Font, place: Alignment) -> None:
    """A text over the whole width of the table."""
    cell = _write(sheet, row, 1, text)
    cell.font, cell.alignment, cell.border = font, place, Border()
    if columns > 1:
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=columns)


def _write(sheet: Worksheet, row: int, column: int, value: Cell) -> SheetCell:
    cell = sheet.cell(row, column)
    assert isinstance(cell, SheetCell)
    cell.border, cell.alignment = _BOX, _NUMBER
    if isinstance(value, Percent):
        cell.value, cell.number_format = ("—" if value.value is None else value.value), "0.00%"
    elif isinstance(value, str):
        cell.value, cell.alignment = _CONTROL.sub("", value)[:LONGEST_CELL], _TEXT
        if cell.data_type == "f":  # and stays text when somebody edits the cell
            cell.quotePrefix = True
        cell.data_type = "s"
    elif isinstance(value, date):
        cell.value, cell.number_format, cell.alignment = value, "yyyy-mm-dd", _MIDDLE
    elif value is not None:
        cell.value, cell.number_format = value, "#,##0" if isinstance(value, int) else "#,##0.00"
    return cell


def _for_paper(sheet: Worksheet, table: Table, columns: int) -> None:
    widths = [_width(heading) for heading in table.headings] or [NARROWEST]
    for row in table.rows[:1000]:  # enough to know how wide a column is
        for n, cell in enumerate(row[: len(widths)]):
            widths[n] = max(widths[n], _width(str(_plain(cell))))
    for n, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(n)].width = min(max(width + 2, NARROWEST), WIDEST)
    total = sum(min(max(width + 2, NARROWEST), WIDEST) for width in widths)
    for n, note in enumerate(table.notes, len(table.rows) + 3):  # a merged cell does not grow by itself
        sheet.row_dimensions[n].height = 13 * max(1, -(-_width(note) // max(1, total)))
    sheet.freeze_panes = "A3"
    sheet.print_title_rows = "1:2"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.orientation = "landscape" if columns > WIDE_TABLE else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_options.horizontalCentered = True
    assert sheet.oddFooter is not None and sheet.oddFooter.center is not None
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"


def _width(text: str) -> int:
    """Columns of a fixed-width font: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)
