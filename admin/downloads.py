"""Giving a table out as a file: xlsx for the desk, csv for other programs."""

from collections.abc import Callable, Mapping
from io import BytesIO

from flask import send_file
from werkzeug import Response

from core.errors import NotFound
from core.sheets_out import Table, as_csv, as_xlsx

KINDS: Mapping[str, tuple[Callable[[Table], bytes], str]] = {
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": (as_csv, "text/csv; charset=utf-8"),
}


def download(table: Table, filename: str, kind: str) -> Response:
    """The table as an attachment called `filename`.`kind`. Raises NotFound for another kind than xlsx and csv."""
    if kind not in KINDS:
        raise NotFound("只能导出 xlsx 或 csv。")
    return attachment(KINDS[kind][0](table), filename, kind)


def attachment(content: bytes, filename: str, kind: str) -> Response:
    """These bytes as an attachment called `filename`.`kind`, xlsx or csv."""
    name = filename.replace("/", "-").replace("\\", "-")
    return send_file(BytesIO(content), KINDS[kind][1], as_attachment=True, download_name=f"{name}.{kind}")
