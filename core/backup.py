"""One file that holds everything: every table as JSON lines, the settings with their keys, and sums to check them by."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Date, MetaData, Table, func, insert, select, text

from core.db import Moment
from core.errors import Refusal

PIECE = 1000
MANIFEST = "manifest.json"


def dump(
    connection: Connection, metadata: MetaData, revision: str, extras: dict[str, bytes], file: Path
) -> dict[str, int]:
    """Write the backup and return rows by table. `connection` should hold one snapshot; the file is private (0600)."""
    file.touch(mode=0o600, exist_ok=True)
    file.chmod(0o600)
    counts, sums = {}, {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
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


def check(file: Path) -> dict[str, Any]:
    """The manifest of a backup whose every part has the sum it was written with; refuses any other file."""
    try:
        with zipfile.ZipFile(file) as archive:
            manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
            for name, wanted in manifest["sha256"].items():
                if _sum_of(archive, name) != wanted:
                    raise Refusal(f"备份已损坏：{name} 与校验和不符，没有恢复任何东西。")
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise Refusal("这不是完好的备份文件，没有恢复任何东西。") from error
    return manifest


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
    """Fill the tables of a migrated database from a checked backup; rows that migrations wrote are replaced."""
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
