"""Reading an office's table, xlsx or csv, into rows of trimmed text; nothing in it is ever computed."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from core.errors import Refusal

MB = 1024 * 1024
LARGEST = 10 * MB
LARGEST_UNPACKED = 100 * MB
MOST_ROWS = 50_000
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T].*)?")
Row = tuple[int, dict[str, str]]
"""The row's number as a spreadsheet shows it (the headings are row 1), and its cells by heading."""


def read_rows(path: Path) -> list[Row]:
    """The rows under the heading row of an xlsx or csv file; empty rows are left out.

    csv may be UTF-8 or GB18030. Raises Refusal when the file is over 10 MB, over 50,000 rows, over 100 MB when
    unpacked, damaged, or of another kind.
    """
    if not path.is_file():
        raise Refusal("找不到这个文件，请检查路径。")
    if path.stat().st_size > LARGEST:
        raise Refusal("文件超过 10 MB，请拆成几个再导入。")
    if path.suffix.lower() == ".xlsx":
        return _with_headings(_xlsx(path))
    if path.suffix.lower() in (".csv", ".txt"):
        return _with_headings(_csv(path.read_bytes()))
    raise Refusal("只能读 xlsx 或 csv 文件。旧的 xls 请另存为 xlsx。")


def cell(cells: Mapping[str, str], headings: Iterable[str]) -> str:
    """What stands under the first of these headings that the file has, in any case, with or without 必填."""
    held = {_heading(name): value for name, value in cells.items()}
    return next((held[name] for name in headings if name in held), "")


def has_column(rows: list[Row], headings: Iterable[str]) -> bool:
    """Whether the file has one of these headings."""
    return bool(rows) and not {_heading(name) for name in rows[0][1]}.isdisjoint(headings)


def _heading(text: str) -> str:
    return text.strip().lower().removesuffix("（必填）").strip("* ")


def read_date(text: str) -> date | None:
    """A day written 2026-03-01, 2026/3/1, 2026.3.1 or 2026年3月1日; None when it is none of these."""
    found = _DATE.fullmatch(text)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _csv(raw: bytes) -> Iterator[list[str]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = raw.decode("gb18030")
        except UnicodeDecodeError:
            raise Refusal("文件的文字编码认不出来，请另存为 UTF-8 的 csv 或 xlsx。") from None
    try:
        yield from csv.reader(io.StringIO(text.replace("\0", ""), newline=""))
    except csv.Error:
        raise Refusal("csv 文件的格式不对，请用表格软件另存一次。") from None


def _xlsx(path: Path) -> Iterator[list[str]]:
    damaged = Refusal("xlsx 文件打不开，可能已损坏。请用表格软件另存一次。")
    try:
        with zipfile.ZipFile(path) as packed:
            if sum(part.file_size for part in packed.infolist()) > LARGEST_UNPACKED:
                raise Refusal("xlsx 文件解开后超过 100 MB，不能导入。")
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, ParseError, OSError):
        raise damaged from None
    try:
        for cells in book.worksheets[0].iter_rows(values_only=True) if book.worksheets else ():
            yield [_text(cell) for cell in cells]
    except (zipfile.BadZipFile, KeyError, ValueError, ParseError):
        raise damaged from None
    finally:
        book.close()


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _with_headings(lines: Iterable[list[str]]) -> list[Row]:
    headings: list[str] = []
    rows: list[Row] = []
    for number, line in enumerate(lines, 1):
        cells = [" ".join(cell.split()) for cell in line]
        if not any(cells):
            continue
        if not headings:
            headings = cells
            continue
        rows.append((number, {name: cell for name, cell in zip(headings, cells, strict=False) if name}))
        if len(rows) > MOST_ROWS:
            raise Refusal(f"文件超过 {MOST_ROWS:,} 行，请拆成几个再导入。")
    if not headings:
        raise Refusal("文件是空的。")
    return rows
