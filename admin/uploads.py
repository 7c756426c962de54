"""Taking a file from a form: larger than other forms on that page alone, and gone from the disk afterwards."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from flask import current_app, flash, request

from core.errors import Refusal
from core.sheets import LARGEST, Row, read_table

ENVELOPE = 2 * 1024 * 1024
"""What a form may hold beside the file: a file a little too large still gets a sentence of its own."""
FILE_TOO_LARGE = "文件超过 10 MB，没有上传。请回到刚才的页面，拆成几个再传。"
KNOWN = (".xlsx", ".csv", ".txt", ".xls")
"""Endings that are told apart; every other is refused by the reader all the same."""
View = TypeVar("View", bound=Callable[..., Any])


def takes_file(view: View) -> View:
    """Mark a view whose form brings a file; the guard lets a larger body through to it."""
    view.largest_body = LARGEST + ENVELOPE  # type: ignore[attr-defined]
    return view


def takes_a_file() -> bool:
    """Whether the page that was asked for is one that `takes_file`."""
    return largest_body(0) > 0


def largest_body(usual: int) -> int:
    """How many bytes the page that was asked for takes."""
    view = current_app.view_functions.get(request.endpoint or "")
    return int(getattr(view, "largest_body", usual))


@contextmanager
def uploaded(field: str = "file") -> Iterator[Path]:
    """The file of this form field, on disk while the block lasts. Its name is ours, but for a known ending.

    Raises Refusal when none was chosen. The view carries `takes_file`.
    """
    sent = request.files.get(field)
    if sent is None or not sent.filename:
        raise Refusal("请先选择一个文件。")
    ending = Path(sent.filename).suffix.lower()
    with TemporaryDirectory(prefix="upload-") as folder:
        path = Path(folder) / f"file{ending if ending in KNOWN else ''}"
        sent.save(path)
        yield path


def rows_of(path: Path) -> list[Row]:
    """The rows of an uploaded table; the page that follows names its sheets that were not read. Raises as `read_table`."""
    read = read_table(path)
    if read.unread:
        names = "、".join(f"“{name}”" for name in read.unread[:5]) + ("等" if len(read.unread) > 5 else "")
        flash(
            f"只读了文件里的第一张工作表；{names}里也有内容，没有读。要用它，请另存成单独的文件再上传。",
            "warning",
        )
    return read.rows


def filename(field: str = "file") -> str:
    """What the person's own computer calls the file, for a page or the audit log."""
    sent = request.files.get(field)
    return Path((sent and sent.filename or "").replace("\\", "/")).name[:80]
