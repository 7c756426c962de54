"""Reading the text in a picture, one picture at a time, by a child process that is started when first needed."""

import json
import os
import select
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, NamedTuple

_HOUSE = Path(__file__).resolve().parent.parent
START_S = 60
READ_S = 25
CHUNK = 65536


class Blind(Exception):
    """Pictures cannot be read here and now: the libraries are missing, or the child died or took too long."""


class NoPicture(Exception):
    """The bytes are no picture, or one in which no letter could stand."""


class TooLarge(Exception):
    """More pixels than any screenshot has."""


class Line(NamedTuple):
    """One line of text and its place in pixels, as if the picture were upright."""

    text: str
    left: int
    top: int
    right: int
    bottom: int


class Page(NamedTuple):
    """What is written in a picture of this size."""

    width: int
    height: int
    lines: tuple[Line, ...]


class Sight:
    """The child, and its one place at the counter. Shareable between threads; a forked copy starts its own child."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def read(self, data: bytes) -> Page:
        """The lines of a picture. Raises NoPicture, TooLarge, or Blind; after Blind the next call starts anew."""
        with self._lock:
            try:
                told = self._asked(data)
            except (OSError, ValueError) as error:
                self._end()
                raise Blind(type(error).__name__) from error
        return _page(told)

    def ready(self) -> None:
        """Start the child when there is none; raises Blind when it does not come up."""
        with self._lock:
            try:
                self._living()
            except (OSError, ValueError) as error:
                self._end()
                raise Blind(type(error).__name__) from error

    def close(self) -> None:
        with self._lock:
            self._end()

    def _asked(self, data: bytes) -> dict[str, Any]:
        child = self._living()
        assert child.stdin is not None
        child.stdin.write(len(data).to_bytes(4, "big") + data)
        child.stdin.flush()
        return _line_of(child, READ_S)

    def _living(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._end()
            self._child = subprocess.Popen(
                [sys.executable, "-m", "core.eyes"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, cwd=_HOUSE, env=os.environ | {"OMP_NUM_THREADS": "1"},
            )  # fmt: skip
            _line_of(self._child, START_S)
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                _closed(pipe)


def _closed(pipe: Any) -> None:
    try:
        pipe.close()
    except OSError:  # what was written into it and never read is lost with the child
        return


def _line_of(child: subprocess.Popen[bytes], patience_s: float) -> dict[str, Any]:
    """The child's next line; OSError when it is silent for too long or gone, ValueError when it speaks nonsense."""
    assert child.stdout is not None
    told = b""
    while not told.endswith(b"\n"):
        ready, _, _ = select.select([child.stdout], [], [], patience_s)
        part = os.read(child.stdout.fileno(), CHUNK) if ready else b""
        if not part:
            raise OSError("no answer")
        told += part
    answer = json.loads(told)
    return dict(answer)


def _page(told: dict[str, Any]) -> Page:
    problem = told.get("problem")
    if problem == "no picture":
        raise NoPicture
    if problem == "too large":
        raise TooLarge
    if problem:
        raise Blind(problem)
    return Page(told["width"], told["height"], tuple(Line(*line) for line in told["lines"]))
