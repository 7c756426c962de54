"""Who is watching: every open console gets each event, and a slow one loses the oldest."""

import asyncio
import json
from typing import Any

DEPTH = 2000


class Hub:
    """Fan-out to the consoles that are open now; costs nothing when there are none."""

    def __init__(self) -> None:
        self._queues: set[asyncio.Queue[str]] = set()

    @property
    def watched(self) -> bool:
        return bool(self._queues)

    def join(self) -> asyncio.Queue[str]:
        queue: asyncio.Queue[str] = asyncio.Queue(DEPTH)
        self._queues.add(queue)
        return queue

    def leave(self, queue: asyncio.Queue[str]) -> None:
        self._queues.discard(queue)

    def tell(self, kind: str, row: Any) -> None:
        """Send `{"kind", "row"}` to whoever watches."""
        if not self._queues:
            return
        text = json.dumps({"kind": kind, "row": row}, ensure_ascii=False)
        for queue in self._queues:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(text)
