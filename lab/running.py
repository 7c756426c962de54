"""A lab in a thread of this process."""

import asyncio
import threading
from types import TracebackType
from typing import Self

from lab.handles import Control, FanHandle
from lab.options import Options
from lab.server import Lab


class LabThread(Control):
    """A whole lab in this process: `with LabThread() as lab`."""

    def __init__(self, options: Options | None = None) -> None:
        self._lab = Lab(options or Options())
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="lab", daemon=True)
        super().__init__("")

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._lab.start(), self._loop).result(10)
        self.url = self._lab.url
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._lab.stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self.close()


__all__ = ["Control", "FanHandle", "LabThread"]
