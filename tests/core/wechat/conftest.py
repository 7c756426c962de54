import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import pytest
import requests
from hypothesis import settings

from core.wechat.client import StableClient
from core.wechat.gateway import WeChatGateway
from lab.options import Options
from lab.pytest_plugin import fan, lab  # noqa: F401  fixtures
from lab.running import LabThread

settings.register_profile("no deadline", deadline=None)  # a busy machine is not a failure
settings.load_profile("no deadline")

APP, SECRET = "wx1", "SECRET-OF-THE-ACCOUNT"
TOKEN = "/cgi-bin/stable_token"


class Platform:
    """The lab as these tests speak of it: what the client asked, and what happens behind its back."""

    def __init__(self, lab):  # noqa: F811
        self.lab, self.address, self._not_ours = lab, lab.url, set()

    def calls(self, path="*"):
        """What the client asked, oldest first, as the lab lists it."""
        return [row for row in self.lab.calls(path=path) if row["id"] not in self._not_ours]

    def paths(self):
        return [row["path"] for row in self.calls()]

    def count(self, path):
        return len(self.calls(path))

    def told(self, path="*"):
        """Each call with its whole exchange; `json` is the request's body, `asked` its query."""
        stories = [self.lab.call("GET", f"/calls/{row['id']}") for row in self.calls(path)]
        return [story | {"asked": _query(story), "json": _json(story)} for story in stories]

    def last(self, path="*"):
        return self.told(path)[-1]

    def answers(self, path, body, times=None, **more):
        """`path` is answered with these words, an object as JSON, whatever the platform knows."""
        self.lab.faults({"path": path, "body": body, "times": times, **more})

    def replaces_the_token(self):
        """Another process forces a new one; what the client holds is refused at once with 40001."""
        self.lab.settings(token_strict_latest=True)
        asked = {"grant_type": "client_credential", "appid": APP, "secret": SECRET, "force_refresh": True}
        assert "access_token" in requests.post(self.address + TOKEN, json=asked, timeout=5).json()
        self._not_ours.add(self.lab.calls(path=TOKEN)[-1]["id"])

    def gives_new_tokens(self):
        """A token is always about to end: whoever asks gets a new one."""
        self.lab.settings(stable_renew_s=7200.0)


def _query(story):
    return {name: values[0] for name, values in parse_qs(story["query"], keep_blank_values=True).items()}


def _json(story):
    return json.loads(story["request"]) if story["content_type"].startswith("application/json") else None


class Moment:
    """The client's clock, and the lab's with it."""

    def __init__(self, lab):  # noqa: F811
        self._lab = lab
        lab.freeze()
        self.set(datetime(2026, 3, 2, 1, 0, tzinfo=UTC))

    def __call__(self):
        return self.now

    def set(self, now):
        self.now = now
        self._lab.set_clock(now.isoformat())

    def forward(self, **span):
        self.set(self.now + timedelta(**span))


@pytest.fixture(scope="session")
def lab_server():
    with LabThread(Options(app_id=APP, app_secret=SECRET)) as running:
        yield running


@pytest.fixture
def moment(lab):  # noqa: F811
    return Moment(lab)


@pytest.fixture
def platform(lab):  # noqa: F811
    return Platform(lab)


@pytest.fixture
def client(platform, moment):
    client = StableClient(APP, SECRET, clock=moment, api_base=platform.address)
    yield client
    client.close()


@pytest.fixture
def gateway(client):
    return WeChatGateway(client)
