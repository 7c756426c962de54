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
    """JSON lines in `folder/spool.jsonl`. Writers and the one reader exclude each other with a file lock."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "spool.jsonl"

    def add(self, line: Line) -> None:
        """Append one line; it is on the disk when this returns."""
        with self._locked() as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def empty(self) -> bool:
        return not (self._path.exists() and self._path.stat().st_size)

    def replay(self, take: Callable[[Line], bool]) -> int:
        """Hand every line, oldest first, to `take` until it answers False; keep the rest. Returns how many it took."""
        if self.empty():
            return 0
        with self._locked() as file:
            file.seek(0)
            lines = [line for line in file.read().split("\n") if line.strip()]
            taken = 0
            while taken < len(lines) and take(json.loads(lines[taken])):
                taken += 1
            file.seek(0)
            file.truncate()
            file.writelines(line + "\n" for line in lines[taken:])
            file.flush()
            os.fsync(file.fileno())
        return taken

    @contextmanager
    def _locked(self) -> Iterator[TextIO]:
        with self._path.open("a+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file
