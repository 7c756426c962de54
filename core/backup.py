"""One file that holds everything: every table as JSON lines, the settings with their keys, and sums to check them by."""

import hashlib
import io
import json
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any, Literal

from pydantic import BaseModel
from sqlalchemy import Connection, Date, MetaData, Table, func, insert, select, text
from sqlalchemy.exc import OperationalError, StatementError

from core.db import Moment
from core.errors import Refusal

PIECE = 1000
MANIFEST = "manifest.json"
MOST_BYTES = 4 << 30  # unpacked, all parts together
BIG_PART, MOST_SQUEEZED = 100 << 20, 200  # rows as JSON lines shrink by ten to fifty times
NOT_WHOLE = "这不是完好的备份文件，没有恢复任何东西。"
DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError),  # of the archive
    *(KeyError, ValueError, TypeError, AttributeError),  # of what is written in it
)


class Manifest(BaseModel):
    """What a backup says about itself: the database's revision, rows by table, and a sum for every other part."""

    format: Literal[1]
    revision: str
    rows: dict[str, int]
    sha256: dict[str, str]


def dump(
    connection: Connection, metadata: MetaData, revision: str, extras: dict[str, bytes], file: Path
) -> dict[str, int]:
    """Write the backup and return rows by table. `connection` should hold one snapshot; the file is private (0600).

    What stands at `file` is replaced only by a whole backup. Raises Refusal when it cannot be written.
    """
    if not file.parent.is_dir():
        raise Refusal(f"备份没有写：文件夹 {file.parent} 不存在，请先建好。")
    if file.is_dir():
        raise Refusal(f"备份没有写：{file} 是一个文件夹，请给出文件名。")
    try:
        with _replacing(file) as out:
            return _dump_all(connection, metadata, revision, extras, out)
    except OSError as error:
        raise Refusal(f"备份没有写成：{file} 写不了。请看文件夹的权限和磁盘剩余空间。") from error


@contextmanager
def _replacing(file: Path) -> Iterator[IO[bytes]]:
    """A private file beside `file` that takes its place, on the disk and whole, when the block ends well."""
    handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)  # 0600, whatever the umask
    try:
        with os.fdopen(handle, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        os.replace(name, file)
    except BaseException:  # half a backup stays nowhere, also when somebody presses Ctrl-C
        os.unlink(name)
        raise


def _dump_all(
    connection: Connection, metadata: MetaData, revision: str, extras: dict[str, bytes], out: IO[bytes]
) -> dict[str, int]:
    counts, sums = {}, {}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in metadata.sorted_tables:
            name = f"tables/{table.name}.jsonl"
            counts[table.name], sums[name] = _dump_table(connection, table, archive, name)
        for name, content in extras.items():
            archive.writestr(f"files/{name}", content)
            sums[f"files/{name}"] = hashlib.sha256(content).hexdigest()
        manifest = {"format": 1, "revision": revision, "rows": counts, "sha256": sums}
        archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
    return counts


def _dump_table(connection: Connection, table: Table, archive: zipfile.ZipFile, name: str) -> tuple[int, str]:
    digest, count = hashlib.sha256(), 0
    rows = connection.execution_options(yield_per=PIECE).execute(select(table).order_by(*table.primary_key))
    with archive.open(name, "w") as out:
        for row in rows.mappings():
            line = (json.dumps(dict(row), ensure_ascii=False, default=_plain) + "\n").encode()
            digest.update(line)
            out.write(line)
            count += 1
    return count, digest.hexdigest()


def _plain(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(type(value).__name__)


def check(file: Path) -> Manifest:
    """The manifest of a backup whose every part has the sum it was written with; refuses any other file."""
    try:
        with zipfile.ZipFile(file) as archive:
            _refuse_bomb(archive)
            manifest = Manifest.model_validate_json(archive.read(MANIFEST), strict=True)
            if {*manifest.sha256, MANIFEST} != set(archive.namelist()):
                raise KeyError
            for name, wanted in manifest.sha256.items():
                if _sum_of(archive, name) != wanted:
                    raise Refusal(f"备份已损坏：{name} 与校验和不符，没有恢复任何东西。")
    except DAMAGE as error:
        raise Refusal(NOT_WHOLE) from error
    return manifest


def _refuse_bomb(archive: zipfile.ZipFile) -> None:
    """Sizes are read before anything is unpacked; `zipfile` unpacks no more of a part than it declares."""
    parts = archive.infolist()
    swollen = any(
        part.file_size > BIG_PART and part.file_size > MOST_SQUEEZED * part.compress_size for part in parts
    )
    if swollen or sum(part.file_size for part in parts) > MOST_BYTES:
        raise Refusal("备份里的内容解开后大得不正常，没有恢复任何东西。")


def _sum_of(archive: zipfile.ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    with archive.open(name) as part:
        while piece := part.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def extra(file: Path, name: str) -> bytes:
    """One of the files kept beside the tables."""
    with zipfile.ZipFile(file) as archive:
        return archive.read(f"files/{name}")


def load(connection: Connection, metadata: MetaData, file: Path) -> dict[str, int]:
    """Fill the tables of a migrated database from a checked backup; rows that migrations wrote are replaced.

    Raises Refusal when a row does not fit its table; the caller's transaction is then to be undone.
    """
    try:
        return _load_all(connection, metadata, file)
    except OperationalError:
        raise  # the server's fault, not the file's
    except (*DAMAGE, StatementError) as error:
        raise Refusal(NOT_WHOLE) from error


def _load_all(connection: Connection, metadata: MetaData, file: Path) -> dict[str, int]:
    counts = {}
    with zipfile.ZipFile(file) as archive:
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
        for table in metadata.sorted_tables:
            counts[table.name] = _load_table(connection, table, archive)
    _move_sequences(connection, metadata)
    return counts


def _load_table(connection: Connection, table: Table, archive: zipfile.ZipFile) -> int:
    count, later = 0, []
    with archive.open(f"tables/{table.name}.jsonl") as part:
        for rows in _pieces(io.TextIOWrapper(part, "utf-8"), table):
            later += _without_own_parents(rows, table)
            connection.execute(insert(table), rows)
            count += len(rows)
    for key, values in later:
        connection.execute(table.update().where(table.c.id == key).values(values))
    return count


def _without_own_parents(rows: list[dict[str, Any]], table: Table) -> list[tuple[int, dict[str, Any]]]:
    """A row may point at a later row of its own table: such columns are filled in afterwards."""
    own = [fk.parent.name for fk in table.foreign_keys if fk.column.table is table]
    later = [(row["id"], {name: row[name] for name in own}) for row in rows if any(row[name] for name in own)]
    for row in rows:
        row.update(dict.fromkeys(own))
    return later if own else []


def _pieces(lines: io.TextIOWrapper, table: Table) -> Iterator[list[dict[str, Any]]]:
    piece: list[dict[str, Any]] = []
    for line in lines:
        piece.append(_typed(json.loads(line), table))
        if len(piece) == PIECE:
            yield piece
            piece = []
    if piece:
        yield piece


def _typed(row: dict[str, Any], table: Table) -> dict[str, Any]:
    if not isinstance(row, dict) or row.keys() != set(table.columns.keys()):
        raise KeyError(table.name)
    for column in table.columns:
        value = row[column.name]
        if value is not None and isinstance(column.type, Moment):
            row[column.name] = datetime.fromisoformat(value)
        elif value is not None and isinstance(column.type, Date):
            row[column.name] = date.fromisoformat(value)
        elif value is not None and column.type.python_type is bytes:
            row[column.name] = bytes.fromhex(value)
    return row


def _move_sequences(connection: Connection, metadata: MetaData) -> None:
    """PostgreSQL hands out ids from a counter that explicit ids do not move."""
    if connection.dialect.name != "postgresql":
        return
    for table in metadata.sorted_tables:
        column = table.autoincrement_column
        if column is not None:
            highest = connection.scalar(select(func.max(column))) or 0
            sequence = text("SELECT setval(pg_get_serial_sequence(:table, :column), :next, false)")
            connection.execute(sequence, {"table": table.name, "column": column.name, "next": highest + 1})
