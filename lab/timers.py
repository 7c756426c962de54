"""Work that falls due on the lab's clock, also when the clock is moved by hand."""

import asyncio
import heapq
import itertools
from collections.abc import Callable

from lab.clock import Clock

LOOK_S = 0.2


class Timers:
    """A heap of moments; they fire on the event loop, in order of time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._count = itertools.count()
        clock.listeners.append(self.fire)

    def at(self, when: float, work: Callable[[], None]) -> None:
        heapq.heappush(self._heap, (when, next(self._count), work))

    def after(self, seconds: float, work: Callable[[], None]) -> None:
        self.at(self._clock.now() + seconds, work)

    def fire(self) -> None:
        """Do everything that is due now."""
        while self._heap and self._heap[0][0] <= self._clock.now():
            heapq.heappop(self._heap)[2]()

    async def watch(self) -> None:
        """Look at the clock for ever."""
        while True:
            self.fire()
            await asyncio.sleep(LOOK_S)

    def clear(self) -> None:
        self._heap.clear()
