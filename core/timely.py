"""Doing a piece of work with a limit on how long anybody waits for it."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as Late
from typing import TypeVar

from core.clock import monotonic

LOOK_EVERY_S = 0.25
T = TypeVar("T")


class Timely:
    """Runs work in threads of its own. Work that is late goes on, and its result is handed to `on_late`."""

    def __init__(self, threads: int = 16) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="timely")

    def run(
        self,
        work: Callable[[], T],
        seconds: float,
        on_late: Callable[[T], None],
        hopeless: Callable[[], bool] = lambda: False,
    ) -> T:
        """The result of `work`; raises concurrent.futures.TimeoutError after `seconds`, and `work`'s own errors.

        Nobody waits on for what has become `hopeless`: when one request has found the database frozen, the
        others that wait for it are let go, so that no queue forms behind them.
        """
        settled = threading.Lock()
        outcome: dict[str, bool] = {}

        def first(who: str) -> bool:
            with settled:
                return outcome.setdefault("first", who == "work") == (who == "work")

        def task() -> T:
            result = work()
            if not first("work"):
                on_late(result)
            return result

        future: Future[T] = self._pool.submit(task)
        try:
            return _awaited(future, seconds, hopeless)
        except Late:
            if first("caller"):
                raise
            return future.result()  # it finished in the same instant


def _awaited(future: Future[T], seconds: float, hopeless: Callable[[], bool]) -> T:
    end = monotonic() + seconds
    while True:
        try:
            return future.result(timeout=min(LOOK_EVERY_S, max(0.0, end - monotonic())))
        except Late:
            if future.done():
                raise  # the work's own error
            if monotonic() >= end or hopeless():
                raise
