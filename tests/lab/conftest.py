"""The lab's own fixtures, an account's server to answer callbacks, and a client of the platform."""

import pytest

from lab.pytest_plugin import fan, lab, lab_clock, lab_server  # noqa: F401 - fixtures
from tests.lab.kit import Api, Server


@pytest.fixture
def server():
    """An account's server; set `server.answer` to say what it answers."""
    with Server() as running:
        yield running


@pytest.fixture
def api(lab):  # noqa: F811
    """The platform's API as the first account calls it."""
    client = Api(lab.url)
    yield client
    client.close()
