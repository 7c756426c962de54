"""Keeps fans, messages, media and settings in SQLite, written behind within half a second."""

import asyncio
import json
import logging
import sqlite3
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from lab.fans import Fan
from lab.messages import Message

PAUSE_S = 0.4
RECENT = 50_000
COLUMNS = (
    "openid", "app_id", "seq", "follows", "since", "scene", "ticket", "how", "tags", "remark", "blocked",
    "message_left", "message_until", "brief_left", "brief_until", "spoke_at", "grants",
    "refuses", "mass_month", "mass_count",
)  # fmt: skip
AS_JSON = {"tags", "grants"}
SCHEMA = f"""
CREATE TABLE IF NOT EXISTS fans ({", ".join(COLUMNS)}, PRIMARY KEY (openid)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS messages (id INTEGER PRIMARY KEY, at, openid, via, kind, body, msg_id);
CREATE TABLE IF NOT EXISTS things (app_id, kind, key, value, PRIMARY KEY (app_id, kind, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS blobs (media_id PRIMARY KEY, app_id, kind, mime, name, at, data);
"""
Batch = list[tuple[str, list[Any]]]


class Store:
    """Without a folder it remembers nothing; with one, a kill loses at most the last half second."""

    def __init__(self, folder: Path | None) -> None:
        self._db: sqlite3.Connection | None = None
        self._fans: dict[str, Fan] = {}
        self._messages: list[Message] = []
        self._things: dict[tuple[str, str, str], Any] = {}
        self._blobs: list[tuple[Any, ...]] = []
        self._gone: list[tuple[str]] = []
        self._wipe = False
        self._due: deque[Batch] = deque()
        self._writing = threading.Lock()
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(folder / "lab.sqlite", check_same_thread=False, isolation_level=None)
            self._db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;" + SCHEMA)
            self._widen(self._db)

    @staticmethod
    def _widen(db: sqlite3.Connection) -> None:
        """A file of an older lab gets the columns it lacks."""
        there = {row[1] for row in db.execute("PRAGMA table_info(fans)")}
        for name in COLUMNS:
            if name not in there:
                db.execute(f"ALTER TABLE fans ADD COLUMN {name}")

    @property
    def keeps(self) -> bool:
        return self._db is not None

    def fan(self, fan: Fan) -> None:
        if self._db is not None:
            self._fans[fan.openid] = fan

    def message(self, message: Message) -> None:
        if self._db is not None:
            self._messages.append(message)

    def put(self, app_id: str, kind: str, key: str, value: Any) -> None:
        """Remember a JSON value under (account, kind, key); None forgets it."""
        if self._db is not None:
            self._things[app_id, kind, key] = None if value is None else json.dumps(value, ensure_ascii=False)

    def blob(self, row: tuple[Any, ...]) -> None:
        """(media_id, app_id, kind, mime, name, at, data)"""
        if self._db is not None:
            self._blobs.append(row)

    def drop_blob(self, media_id: str) -> None:
        if self._db is not None:
            self._blobs = [row for row in self._blobs if row[0] != media_id]
            self._gone.append((media_id,))

    def wipe(self) -> None:
        """Forget everything before the next batch."""
        self._wipe = self._db is not None
        self._fans, self._messages, self._things, self._blobs = {}, [], {}, []

    def fans(self) -> Iterator[Fan]:
        if self._db is not None:
            yield from map(_fan, self._db.execute(f"SELECT {', '.join(COLUMNS)} FROM fans ORDER BY seq"))

    def messages(self) -> Iterator[Message]:
        """The most recent ones, oldest first."""
        if self._db is None:
            return
        rows = self._db.execute("SELECT * FROM messages ORDER BY id DESC LIMIT ?", (RECENT,)).fetchall()
        for number, at, openid, via, kind, body, msg_id in reversed(rows):
            message = Message(at, openid, via, kind, json.loads(body), msg_id)
            message.id = number
            yield message

    def things(self) -> Iterator[tuple[str, str, str, Any]]:
        if self._db is not None:
            for app_id, kind, key, value in self._db.execute("SELECT * FROM things"):
                yield app_id, kind, key, json.loads(value)

    def blobs(self) -> Iterator[tuple[Any, ...]]:
        if self._db is not None:
            yield from self._db.execute("SELECT * FROM blobs")

    async def watch(self) -> None:
        """Write behind for ever; what could not be written is tried again with the next."""
        while True:
            await asyncio.sleep(PAUSE_S)
            self._put_down()
            try:
                await asyncio.to_thread(self._write)
            except sqlite3.Error:
                logging.getLogger(__name__).exception("the lab could not write what it remembers")

    def close(self) -> None:
        """Write the rest and let go, whether or not the last writing in a thread has begun."""
        if self._db is None:
            return
        self._put_down()
        self._write()
        with self._writing:
            self._db.execute("DELETE FROM messages WHERE id <= (SELECT max(id) FROM messages) - ?", (RECENT,))
            self._db.close()
            self._db = None

    def _put_down(self) -> None:
        if batch := self._take():
            self._due.append(batch)

    def _take(self) -> Batch:
        batch: Batch = [
            (f"DELETE FROM {t}", [()]) for t in ("fans", "messages", "things", "blobs") if self._wipe
        ]
        marks = ", ".join("?" * len(COLUMNS))
        batch += [
            (
                f"REPLACE INTO fans ({', '.join(COLUMNS)}) VALUES ({marks})",
                [_fan_row(fan) for fan in self._fans.values()],
            )
        ]
        batch += [("REPLACE INTO messages VALUES (?,?,?,?,?,?,?)", [_message_row(m) for m in self._messages])]
        gone = [key for key, value in self._things.items() if value is None]
        kept = [(*key, value) for key, value in self._things.items() if value is not None]
        batch += [("DELETE FROM things WHERE app_id=? AND kind=? AND key=?", gone)]
        batch += [("REPLACE INTO things VALUES (?,?,?,?)", kept)]
        batch += [("REPLACE INTO blobs VALUES (?,?,?,?,?,?,?)", self._blobs)]
        batch += [("DELETE FROM blobs WHERE media_id=?", self._gone)]
        self._wipe, self._gone = False, []
        self._fans, self._messages, self._things, self._blobs = {}, [], {}, []
        return [(statement, rows) for statement, rows in batch if rows]

    def _write(self) -> None:
        """All that is due, in its order. Two may call it at once; the second finds what the first left."""
        with self._writing:
            while self._db is not None and self._due:
                with self._db:
                    self._db.execute("BEGIN")
                    for statement, rows in self._due[0]:
                        self._db.executemany(statement, rows)
                self._due.popleft()


def _fan_row(fan: Fan) -> list[Any]:
    return [_kept(name, getattr(fan, name)) for name in COLUMNS]


def _kept(name: str, value: Any) -> Any:
    return json.dumps(value) if name in AS_JSON and value else None if name in AS_JSON else value


def _fan(row: Iterable[Any]) -> Fan:
    """In the order of COLUMNS, by hand: 70,000 fans load in a moment."""
    fan = Fan("", "")
    (
        fan.openid, fan.app_id, fan.seq, follows, fan.since, fan.scene, fan.ticket, fan.how, tags,
        fan.remark, blocked, fan.message_left, fan.message_until, fan.brief_left, fan.brief_until,
        fan.spoke_at, grants, refuses, month, count,
    ) = row  # fmt: skip
    fan.follows, fan.blocked, fan.refuses = bool(follows), bool(blocked), bool(refuses)
    fan.mass_month, fan.mass_count = month or 0, count or 0
    fan.tags = tuple(json.loads(tags)) if tags else ()
    fan.grants = json.loads(grants) if grants else None
    return fan


def _message_row(message: Message) -> tuple[Any, ...]:
    body = json.dumps(message.body, ensure_ascii=False)
    return (message.id, message.at, message.openid, message.via, message.kind, body, message.msg_id)
