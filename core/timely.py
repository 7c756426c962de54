"""Doing a piece of work with a limit on how long anybody waits for it."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as Late
from typing import TypeVar

T = TypeVar("T")


class Timely:
    """Runs work in threads of its own. Work that is late goes on, and its result is handed to `on_late`."""

    def __init__(self, threads: int = 16) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="timely")

    def run(self, work: Callable[[], T], seconds: float, on_late: Callable[[T], None]) -> T:
        """The result of `work`; raises concurrent.futures.TimeoutError after `seconds`, and `work`'s own errors."""
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
            return future.result(timeout=seconds)
        except Late:
            if first("caller"):
                raise
            return future.result()  # it finished in the same instant
