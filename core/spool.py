"""An append-only file for what must not be lost while the database is away, shared by all processes of a machine."""

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

Line = dict[str, Any]


class Spool:
    """JSON lines in `folder/spool.jsonl`; `taking.jsonl` holds those a reader has in hand.

    A writer never waits for the reader, who may be held up by the very database the lines are kept for.
    """

    def __init__(self, folder: Path) -> None:
        self._path, self._taken = folder / "spool.jsonl", folder / "taking.jsonl"

    def add(self, line: Line) -> None:
        """Append one line; it is on the disk when this returns."""
        with _locked(self._path) as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            _to_disk(file)

    def empty(self) -> bool:
        return not any(path.exists() and path.stat().st_size for path in (self._path, self._taken))

    def replay(self, take: Callable[[Line], bool]) -> int:
        """Hand every line, oldest first, to `take` until it answers False; keep the rest. Returns how many it took.

        A second reader at the same time takes nothing. After a crash lines may be handed out again.
        """
        if self.empty():
            return 0
        try:
            with _locked(self._taken, fcntl.LOCK_EX | fcntl.LOCK_NB) as hand:
                return self._replay(hand, take)
        except BlockingIOError:
            return 0

    def _replay(self, hand: TextIO, take: Callable[[Line], bool]) -> int:
        with _locked(self._path) as file:
            hand.writelines(_lines(file))
            _to_disk(hand)
            file.truncate(0)
        lines, taken = _lines(hand), 0
        while taken < len(lines) and take(json.loads(lines[taken])):
            taken += 1
        with _locked(self._path) as file:
            newer = _lines(file)
            file.truncate(0)
            file.writelines(lines[taken:] + newer)
            _to_disk(file)
        hand.truncate(0)
        return taken


def _lines(file: TextIO) -> list[str]:
    file.seek(0)
    return [f"{line}\n" for line in file.read().split("\n") if line.strip()]


def _to_disk(file: TextIO) -> None:
    file.flush()
    os.fsync(file.fileno())


@contextmanager
def _locked(path: Path, how: int = fcntl.LOCK_EX) -> Iterator[TextIO]:
    with path.open("a+", encoding="utf-8") as file:
        fcntl.flock(file, how)
        yield file
