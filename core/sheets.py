"""Reading an office's table, xlsx or csv, into rows of trimmed text; nothing in it is ever computed or followed."""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet.worksheet import Worksheet

from core.errors import Refusal, RowErrors
from core.sheets_merged import covered_cells

MB = 1024 * 1024
LARGEST = 10 * MB
LARGEST_UNPACKED = 100 * MB
MOST_MARKS = 6_000_000
"""Tags of all parts of an xlsx together; each costs the reader about a hundred bytes of memory."""
MOST_PARTS = 1000
MOST_ROWS = 50_000
MOST_LINES = 200_000
"""Rows counted with the empty ones between them."""
MOST_COLUMNS = 100
FORMULA = "是公式，不能导入。请复制这些单元格，用“选择性粘贴—数值”变成普通内容后再导入。"
MERGED = "是合并的单元格。请取消合并，每一行都填上。"
EMPTY = "文件是空的。"
ELSEWHERE = "第一张工作表是空的，内容在“{}”里。只读第一张工作表，请把它移到最前面再上传。"
BROKEN = "xlsx 文件打不开，可能已损坏。请用表格软件另存一次。"
DAMAGE = (
    zipfile.BadZipFile, zlib.error, InvalidFileException, ParseError, LookupError, ValueError, TypeError, AttributeError,
    ArithmeticError, OSError, EOFError, RuntimeError,
)  # fmt: skip
"""What the unpacker and openpyxl raise over a file that is not what it says; RuntimeError is an encrypted part."""
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T].*)?")
Row = tuple[int, dict[str, str]]
"""The row's number as a spreadsheet shows it (the headings are mostly row 1), and its cells by heading."""
Line = Sequence[str | None]
"""The cells of one row; None where a formula stands, COVERED under a merged cell."""


class _Covered(str):
    """An empty cell that is hidden under the one it is merged with: what it should hold nobody wrote down."""


COVERED = _Covered()


class Read(NamedTuple):
    """The rows of a file's first sheet, and the names of its other sheets that hold something and were not read."""

    rows: list[Row]
    unread: list[str]


def read_rows(path: Path) -> list[Row]:
    """The rows of `read_table`. Raises what it raises."""
    return read_table(path).rows


def read_table(path: Path) -> Read:
    """The rows under the heading row of an xlsx or csv file; empty rows are left out.

    A title alone in the first row is passed over. csv may be UTF-8, UTF-16 with its mark, or GB18030, and use commas,
    tabs or semicolons. Of an xlsx the first sheet is read; links to other files are never followed.
    Raises Refusal when the file is over 10 MB, 50,000 rows, 100 columns, 100 MB when unpacked, damaged, or of
    another kind; RowErrors naming every formula, every merged cell and every heading that stands twice.
    """
    if not path.is_file():
        raise Refusal("找不到这个文件，请检查路径。")
    if path.stat().st_size > LARGEST:
        raise Refusal("文件超过 10 MB，请拆成几个再导入。")
    if path.suffix.lower() == ".xlsx":
        unread: list[str] = []
        try:
            return Read(_with_headings(_xlsx(path, unread)), unread)
        except Refusal as refusal:
            if refusal.message != EMPTY or not unread:
                raise
            raise Refusal(ELSEWHERE.format(unread[0])) from None
    if path.suffix.lower() in (".csv", ".txt"):
        return Read(_with_headings(_csv(path.read_bytes())), [])
    raise Refusal("只能读 xlsx 或 csv 文件。旧的 xls 请另存为 xlsx。")


def cell(cells: Mapping[str, str], headings: Iterable[str]) -> str:
    """What stands under the first of these headings that the file has, in any case, with or without 必填."""
    held = by_heading(cells)
    return next((held[name] for name in headings if name in held), "")


def by_heading(cells: Mapping[str, str]) -> dict[str, str]:
    """The cells of a row by their headings as `cell` compares them."""
    return {_heading(name): value for name, value in cells.items()}


def has_column(rows: list[Row], headings: Iterable[str]) -> bool:
    """Whether the file has one of these headings."""
    return bool(rows) and not {_heading(name) for name in rows[0][1]}.isdisjoint(headings)


@lru_cache(maxsize=1000)
def _heading(text: str) -> str:
    return text.strip().lower().removesuffix("（必填）").strip("* ")


def read_date(text: str) -> date | None:
    """A day written 2026-03-01, 2026/3/1, 2026.3.1 or 2026年3月1日; None when it is none of these."""
    found = _DATE.fullmatch(text)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _csv(raw: bytes) -> Iterator[Line]:
    if raw.startswith(b"PK\x03\x04"):
        raise Refusal("这其实是 xlsx 文件，请把文件名的后缀改成 .xlsx 再导入。")
    text = _decoded(raw).replace("\0", "")
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)):
            yield [None if cell.lstrip().startswith("=") else cell for cell in cells]
    except csv.Error:
        raise Refusal("csv 文件的格式不对，请用表格软件另存一次。") from None


def _decoded(raw: bytes) -> str:
    wide = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refusal("文件的文字编码认不出来，请另存为 UTF-8 的 csv 或 xlsx。")


def _delimiter(text: str) -> str:
    """What separates the cells of the first line that has any; a comma unless it has none."""
    line = next(filter(str.strip, text.splitlines()), "")
    return next((mark for mark in ",\t;" if mark in line), ",")


def _xlsx(path: Path, unread: list[str]) -> Iterator[Line]:
    """The cells of the first sheet. What a damaged file makes the reader raise becomes one sentence.

    At its end the names of the other sheets that hold something stand in `unread`.
    """
    with path.open("rb") as file:
        if file.read(8) == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
            raise Refusal("文件加了密码，或是旧的 xls 格式。请去掉密码，另存为 xlsx 再导入。")
    try:
        _must_be_small(path)
        yield from _cells(path, unread)
    except Refusal:
        raise
    except DAMAGE:
        raise Refusal(BROKEN) from None


def _must_be_small(path: Path) -> None:
    """Unpack everything once, keeping nothing, and count: what the file says of its own size is not believed."""
    size = marks = 0
    with zipfile.ZipFile(path) as packed:
        if len(packed.infolist()) > MOST_PARTS:
            raise Refusal("xlsx 文件里的部件太多，不能导入。请只留下要导入的那张表。")
        for part in packed.infolist():
            with packed.open(part) as unpacked:
                while piece := unpacked.read(MB):
                    size += len(piece)
                    marks += piece.count(b"<") if part.filename.endswith((".xml", ".rels")) else 0
                    if size > LARGEST_UNPACKED:
                        raise Refusal("xlsx 文件解开后超过 100 MB，不能导入。")
                    if marks > MOST_MARKS:
                        raise Refusal("xlsx 文件里的内容太多，请只留下要导入的那张表，或拆成几个再导入。")
                    if (
                        b"<!DOCTYPE" in piece
                    ):  # a spreadsheet never writes one; entities in it can grow without end
                        raise Refusal(BROKEN)


def _cells(path: Path, unread: list[str]) -> Iterator[Line]:
    book = load_workbook(path, read_only=True, keep_links=False)
    try:
        sheet = book.worksheets[0]
        if not isinstance(sheet, ReadOnlyWorksheet):
            raise Refusal("xlsx 文件里没有表格。")
        covered = covered_cells(path, str(sheet._worksheet_path))  # type: ignore[attr-defined]
        sheet.reset_dimensions()  # what the sheet says of its own size is not believed either
        gap: object = None
        for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1), 1):
            if row is gap:  # the reader fills rows that the sheet leaves out with one and the same empty row
                yield ()
                continue
            gap = row
            line = [None if cell.data_type == "f" else _text(cell.value) for cell in row]
            for n in covered.get(number, ()):
                if n < len(line) and line[n] == "":
                    line[n] = COVERED
            yield line
        unread += [each.title for each in book.worksheets[1:] if _holds_something(each)]
    finally:
        book.close()


def _holds_something(sheet: Worksheet) -> bool:
    """Whether anything stands in the first rows of a sheet that a person sees."""
    if not isinstance(sheet, ReadOnlyWorksheet) or sheet.sheet_state != "visible":
        return False
    with suppress(*DAMAGE):
        sheet.reset_dimensions()
        rows = sheet.iter_rows(max_row=MOST_COLUMNS, max_col=MOST_COLUMNS)
        return any(cell.value not in (None, "") for row in rows for cell in row)
    return True  # what cannot be read is there all the same


def _text(value: object) -> str | None:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value)
    return None if text.lstrip().startswith("=") else text


def _with_headings(lines: Iterator[Line]) -> list[Row]:
    filled = _filled(lines)
    begun = list(islice(filled, 2))
    if not begun:
        raise Refusal(EMPTY)
    if len(begun) == 2 and _count(begun[0][1]) == 1 < _count(begun[1][1]):
        del begun[0]  # a title over the table
    rest = chain(begun, filled)
    number, first = next(rest)
    headings = _checked_headings(number, first)
    return _rows(headings, rest)


def _count(line: Line) -> int:
    return sum(cell != "" for cell in line)


def _filled(lines: Iterator[Line]) -> Iterator[tuple[int, Line]]:
    """The rows with anything in them, with their numbers. Raises Refusal for a sheet without end."""
    for number, line in enumerate(lines, 1):
        if number > MOST_LINES:
            raise Refusal(f"第 {MOST_LINES:,} 行以后还有内容。请删去表格下面多余的行再导入。")
        if not any(cell is None or cell for cell in line):
            continue
        cells = [cell and " ".join(cell.split()) for cell in line]
        if any(cell != "" for cell in cells[MOST_COLUMNS:]):
            raise Refusal(f"表格超过 {MOST_COLUMNS} 列。请只留下要导入的列。")
        if any(cell != "" for cell in cells):
            yield number, cells


def _checked_headings(number: int, line: Line) -> list[str]:
    headings = [cell or "" for cell in line]
    names = [_heading(name) for name in headings]
    faults = [(number, _named(headings, n), FORMULA) for n, cell in enumerate(line) if cell is None]
    faults += [
        (number, headings[n], "有两列都叫这个名字，请留下一列。")
        for n, name in enumerate(names)
        if name and name in names[:n]
    ]
    if faults:
        raise RowErrors(faults)
    return headings


def _named(headings: Sequence[str], n: int) -> str:
    """A column as a person finds it: by its heading, or by the letter over it."""
    return (headings[n] if n < len(headings) else "") or f"{get_column_letter(n + 1)} 列"


def _rows(headings: list[str], lines: Iterable[tuple[int, Line]]) -> list[Row]:
    rows: list[Row] = []
    faults: list[tuple[int, str, str]] = []
    for number, line in lines:
        faults += [(number, _named(headings, n), FORMULA) for n, cell in enumerate(line) if cell is None]
        faults += [
            (number, name, MERGED)
            for name, cell in zip(headings, line, strict=False)
            if name and cell is COVERED
        ]
        rows.append((number, {name: cell or "" for name, cell in zip(headings, line, strict=False) if name}))
        if len(rows) > MOST_ROWS:
            raise Refusal(f"文件超过 {MOST_ROWS:,} 行，请拆成几个再导入。")
    if faults:
        raise RowErrors(faults)
    return rows
