"""Which cells of a sheet hide under merged ones: the reader that streams a sheet says nothing of them."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from openpyxl.utils import column_index_from_string

from core.errors import Refusal

MB = 1024 * 1024
MOST_COVERED = 200_000
OVERLAP = 200
"""More bytes than one mark has: none is lost between two pieces."""
_MARK = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')


def covered_cells(path: Path, part: str) -> dict[int, set[int]]:
    """The columns, from 0, of each row's cells that a merged cell covers; its own first cell is not among them.

    `path` is the xlsx, `part` the sheet in it. Raises Refusal for more than MOST_COVERED.
    """
    covered: dict[int, set[int]] = {}
    left = MOST_COVERED
    for first, top, last, bottom in _marks(path, part):
        left -= (bottom - top + 1) * (last - first + 1)
        if left < 0:
            raise Refusal("表里合并的单元格太多。请取消合并，只留下要导入的那张表。")
        for row in range(top, bottom + 1):
            covered.setdefault(row, set()).update(range(first - 1 + (row == top), last))
    return covered


def _marks(path: Path, part: str) -> Iterator[tuple[int, int, int, int]]:
    """(first column, top row, last column, bottom row) of each merged cell, from 1."""
    seen: set[tuple[bytes, ...]] = set()
    with zipfile.ZipFile(path) as packed, packed.open(part.lstrip("/")) as sheet:
        kept = b""
        while piece := sheet.read(MB):
            kept += piece
            for found in _MARK.finditer(kept):
                first, top, last, bottom = found.groups()
                if found.groups() not in seen:  # the overlap is read twice
                    yield (
                        column_index_from_string(first.decode()),
                        int(top),
                        column_index_from_string(last.decode()),
                        int(bottom),
                    )
                seen.add(found.groups())
            kept = kept[-OVERLAP:]
