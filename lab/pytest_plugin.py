"""Pytest fixtures: `lab` (one server for the session, emptied for each test), `fan` and `lab_clock`."""

from collections.abc import Iterator

import pytest

from lab.running import Control, FanHandle, LabThread


@pytest.fixture(scope="session")
def lab_server() -> Iterator[LabThread]:
    """The server of this test process, on a free port."""
    with LabThread() as running:
        yield running


@pytest.fixture
def lab(lab_server: LabThread) -> Iterator[LabThread]:
    """An empty lab; point it at your server with `lab.connect(callback_url, mode=…)`."""
    lab_server.start_afresh()
    yield lab_server
    lab_server.start_afresh()


@pytest.fixture
def fan(lab: LabThread) -> FanHandle:
    """A person who follows already; the account has seen no event of it."""
    return lab.fan(follow=True, quiet=True)


class LabClock:
    """The lab's clock, frozen for the length of a test."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def now(self) -> str:
        """ISO 8601 with zone."""
        return str(self._control.call("GET", "/clock")["now"])

    def advance(self, seconds: float) -> None:
        self._control.advance(seconds)

    def set(self, moment: str) -> None:
        self._control.set_clock(moment)


@pytest.fixture
def lab_clock(lab: LabThread) -> LabClock:
    lab.freeze()
    return LabClock(lab)
