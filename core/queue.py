"""Carrying work to the worker: Huey on SQLite, or on Redis when there is one. A task carries ids, never state."""

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

import redis
from huey import Huey, RedisHuey, SqliteHuey
from huey.consumer import Consumer

from core.errors import DatabaseAway

log = logging.getLogger(__name__)
Tasks = Mapping[str, Callable[..., object]]


class Queue(Protocol):
    def put(self, task: str, *args: int | str, delay_s: float = 0) -> bool:
        """Ask the worker to run `task`. False when the queue is away: the ledger still holds the work."""
        ...

    def waiting(self) -> int:
        """Tasks not yet begun, -1 when the queue is away."""
        ...

    def serve(self, tasks: Tasks, workers: int = 2) -> None:
        """Run tasks in this process until told to stop."""
        ...


class HueyQueue:
    def __init__(self, redis_url: str, path: Path) -> None:
        self._huey = _huey(redis_url, path)
        self._run = self._huey.task(name="run")(self._do)
        self._tasks: Tasks = {}

    def put(self, task: str, *args: int | str, delay_s: float = 0) -> bool:
        try:
            self._run.schedule(args=(task, *args), delay=delay_s) if delay_s else self._run(task, *args)
        except (redis.RedisError, OSError) as error:
            log.warning("the queue is away (%s); the reconciler will find the work", type(error).__name__)
            return False
        return True

    def waiting(self) -> int:
        try:
            return int(self._huey.pending_count())
        except (redis.RedisError, OSError):
            return -1

    def serve(self, tasks: Tasks, workers: int = 2) -> None:
        """Run tasks in this process until told to stop."""
        self._tasks = tasks
        Consumer(self._huey, workers=workers, periodic=False, initial_delay=0.05, max_delay=0.5).run()

    def _do(self, task: str, *args: int | str) -> None:
        try:
            self._tasks[task](*args)
        except DatabaseAway:
            log.warning("%s waits: the database is away; the reconciler will find the work", task)


def _huey(redis_url: str, path: Path) -> Huey:
    options: dict[str, Any] = {"results": False, "utc": True}
    if redis_url:
        return RedisHuey("matrix", url=redis_url, blocking=True, **options)
    return SqliteHuey("matrix", filename=str(path), fsync=False, **options)
