"""How long anybody waits for the database: a limit that a door sets for its thread, and a driver that keeps it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from psycopg import waiting

from core.clock import monotonic

INTERVAL_S = 0.1  # how often a wait looks whether it was interrupted; psycopg's own
T = TypeVar("T")
_limits = threading.local()


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """In this thread, wait at most `seconds` from now for all that is asked of the database inside.

    A limit inside another never outlasts it.
    """
    before: float | None = getattr(_limits, "end", None)
    end = monotonic() + seconds
    _limits.end = end if before is None else min(before, end)
    try:
        yield
    finally:
        _limits.end = before


def seconds_left(at_most: float | None = None) -> float | None:
    """What is left of this thread's limit, never below 0 nor above `at_most`; `at_most` when there is no limit."""
    end: float | None = getattr(_limits, "end", None)
    if end is None:
        return at_most
    left = max(0.0, end - monotonic())
    return left if at_most is None else min(left, at_most)


class PatientConnection(psycopg.Connection[Any]):
    """A connection that gives up at its thread's limit.

    A server that is frozen keeps none of its own time-outs, and a closed connection is the only way to be rid of it.
    """

    def wait(self, gen: Any, interval: float = INTERVAL_S, timeout: float | None = None) -> Any:
        left = seconds_left()
        if left is None:
            return super().wait(gen, interval, timeout)
        try:
            return waiting.wait(gen, self.pgconn.socket, interval=interval, timeout=left)
        except psycopg.OperationalError:
            if not seconds_left():
                self.pgconn.finish()
            raise
