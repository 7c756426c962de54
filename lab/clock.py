"""The lab's clock: real time, moved or frozen; the only file of the lab that reads the time."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))
"""The platform counts its days and months in Beijing time."""


EARLIEST, LATEST = 946_656_000.0, 7_258_089_600.0
"""The years the clock can show; beyond them calendars fail and WeChat did not exist."""


def real_now() -> float:
    """Seconds since 1970, never moved: the timestamp in a callback's query."""
    return time.time()


def stopwatch() -> float:
    """Seconds of a monotonic counter, for durations."""
    return time.perf_counter()


def moment(seconds: float) -> datetime:
    """Seconds since 1970 as an aware time in Beijing."""
    return datetime.fromtimestamp(seconds, CHINA)


def iso(seconds: float) -> str:
    """Seconds since 1970 as ISO 8601 with zone."""
    return moment(seconds).isoformat()


def parse_iso(text: str) -> float:
    """ISO 8601 to seconds; a time without zone is Beijing time. Raises ValueError."""
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=CHINA)).timestamp()


def day_of(seconds: float) -> str:
    """The Beijing calendar day, `2026-11-22`."""
    return moment(seconds).strftime("%Y-%m-%d")


def month_of(seconds: float) -> str:
    """The Beijing calendar month, `2026-11`."""
    return moment(seconds).strftime("%Y-%m")


def next_month(seconds: float) -> float:
    """Nine in the morning of the first day of the following month."""
    first = moment(seconds).replace(day=1, hour=9, minute=0, second=0, microsecond=0)
    return (first + timedelta(days=32)).replace(day=1).timestamp()


class Clock:
    """One virtual clock that drives every window, quota and CreateTime."""

    def __init__(self) -> None:
        self._shift = 0.0
        self._frozen: float | None = None
        self.listeners: list[Callable[[], None]] = []

    def now(self) -> float:
        return self._frozen if self._frozen is not None else time.time() + self._shift

    @property
    def mode(self) -> str:
        return "running" if self._frozen is None else "frozen"

    def set(self, seconds: float) -> None:
        """Jump to a moment, keeping the mode. Raises ValueError for one that is no date of this age."""
        if not EARLIEST <= seconds <= LATEST:
            raise ValueError("the clock shows the years 2000 to 2199")
        if self._frozen is None:
            self._shift = seconds - time.time()
        else:
            self._frozen = seconds
        self._tell()

    def advance(self, seconds: float) -> None:
        self.set(self.now() + seconds)

    def freeze(self) -> None:
        self._frozen = self.now()
        self._tell()

    def run(self) -> None:
        """Let the clock go on from the moment it shows."""
        self._shift, self._frozen = self.now() - time.time(), None
        self._tell()

    def to_real(self) -> None:
        self._shift, self._frozen = 0.0, None
        self._tell()

    def dump(self) -> dict[str, float | None]:
        return {"shift": self._shift, "frozen": self._frozen}

    def load(self, kept: dict[str, float | None]) -> None:
        self._shift, self._frozen = kept["shift"] or 0.0, kept["frozen"]

    def _tell(self) -> None:
        for listener in self.listeners:
            listener()
