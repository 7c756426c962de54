"""Time enters the product here and nowhere else: a clock is any callable returning an aware UTC moment."""

import json
import logging
import os
import threading
import time
import urllib.request
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
COUNTY_TIME = ZoneInfo("Asia/Shanghai")
monotonic = time.monotonic
pause = time.sleep
log = logging.getLogger(__name__)


def system_clock() -> datetime:
    return datetime.now(UTC)


def county_date(moment: datetime) -> date:
    """The calendar day people in the county see."""
    return moment.astimezone(COUNTY_TIME).date()


class FollowedClock:
    """A clock that follows another one over HTTP, so that a demo can be fast-forwarded.

    `url` answers {"now": ISO 8601, "clock": "running"|"frozen"}. It is asked every `every_s` seconds of real
    time by one background thread for each process; while it does not answer, the last known shift is kept.
    """

    def __init__(self, url: str, every_s: float = 0.25) -> None:
        self._url, self._every_s = url, every_s
        self._shift, self._frozen_at = timedelta(0), None  # type: tuple[timedelta, datetime | None]
        self._pid = 0
        self._lock = threading.Lock()

    def __call__(self) -> datetime:
        if self._pid != os.getpid():
            self._start()
        return self._frozen_at or system_clock() + self._shift

    def _start(self) -> None:
        with self._lock:
            if self._pid == os.getpid():
                return
            self._ask()
            threading.Thread(target=self._follow, name="followed-clock", daemon=True).start()
            self._pid = os.getpid()

    def _follow(self) -> None:
        while True:
            pause(self._every_s)
            self._ask()

    def _ask(self) -> None:
        try:
            with urllib.request.urlopen(self._url, timeout=1) as answer:
                told = json.load(answer)
            now = datetime.fromisoformat(told["now"])
        except (OSError, ValueError, KeyError):
            log.debug("the followed clock does not answer")
            return
        self._shift = now - system_clock()
        self._frozen_at = now.astimezone(UTC) if told.get("clock") == "frozen" else None
