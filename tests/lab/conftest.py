"""The lab's own fixtures, an account's server to answer callbacks, and a client of the platform."""

import pytest

from lab.pytest_plugin import LabClock, fan, lab, lab_server  # noqa: F401 - fixtures
from tests.lab.kit import Api, Server


@pytest.fixture
def server():
    """An account's server; set `server.answer` to say what it answers."""
    with Server() as running:
        yield running


@pytest.fixture
def lab_clock(lab):  # noqa: F811
    """Frozen at nine on the first of a month: no day and no month ends unless a test says so."""
    lab.freeze()
    clock = LabClock(lab)
    clock.set("2027-03-01T09:00:00+08:00")
    return clock


@pytest.fixture
def api(lab):  # noqa: F811
    """The platform's API as the first account calls it."""
    client = Api(lab.url)
    yield client
    client.close()
