"""Stand-ins for the things tests must not wait for: the clock and the queue."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta


@dataclass
class FrozenClock:
    moment: datetime = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **span: float) -> None:
        self.moment += timedelta(**span)


@dataclass
class ListQueue:
    """Remembers what was asked; a test runs it when it wants to."""

    asked: list[tuple] = field(default_factory=list)

    def put(self, task: str, *args: int | str, delay_s: float = 0) -> bool:
        self.asked.append((task, *args))
        return True

    def waiting(self) -> int:
        return len(self.asked)

    def serve(self, tasks, workers: int = 2) -> None:
        while self.asked:
            name, *args = self.asked.pop(0)
            tasks[name](*args)
