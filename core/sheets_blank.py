"""An empty table to be filled in and sent back: the headings, a few example rows, and lists to choose from."""

import io
from collections.abc import Mapping, Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

FILLED = 2000
"""Rows for which the lists are offered."""
WIDTH = 16
_HEAD, _FILL = Font(bold=True), PatternFill("solid", fgColor="E7EEF7")


def blank(
    title: str, headings: Sequence[str], examples: Sequence[Sequence[str | int | None]], choices: Mapping[str, Sequence[str]]
) -> bytes:  # fmt: skip
    """An xlsx with the headings in row 1 and the examples under it; codes and names are text, also when edited.

    `choices` names the columns for which the spreadsheet offers a list.
    """
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = title
    for n, heading in enumerate(headings, 1):
        head = sheet.cell(1, n, heading)
        head.font, head.fill, head.alignment = _HEAD, _FILL, Alignment(horizontal="center")
        sheet.column_dimensions[get_column_letter(n)].width = WIDTH
    for row, example in enumerate(examples, 2):
        for n, value in enumerate(example, 1):
            sheet.cell(row, n, value)
    _as_text(sheet, len(headings))
    for heading, words in choices.items():
        _offer(sheet, get_column_letter(list(headings).index(heading) + 1), words)
    sheet.freeze_panes = "A2"
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def _as_text(sheet: Worksheet, columns: int) -> None:
    """Text, so that 0101 keeps its nought; numbers that stand there stay numbers."""
    for row in sheet.iter_rows(min_row=2, max_row=FILLED, max_col=columns):
        for cell in row:
            if not isinstance(cell.value, int):
                cell.number_format = "@"


def _offer(sheet: Worksheet, column: str, words: Sequence[str]) -> None:
    rule = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True)
    rule.error, rule.errorTitle = "请从列表中选择。", "填写有误"
    sheet.add_data_validation(rule)
    rule.add(f"{column}2:{column}{FILLED}")
