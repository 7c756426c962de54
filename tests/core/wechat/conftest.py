from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings

from core.wechat.client import StableClient
from core.wechat.gateway import WeChatGateway

from . import platform as platform_module

settings.register_profile("no deadline", deadline=None)  # a busy machine is not a failure
settings.load_profile("no deadline")

SECRET = "SECRET-OF-THE-ACCOUNT"


class Moment:
    def __init__(self):
        self.now = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

    def __call__(self):
        return self.now

    def forward(self, **span):
        self.now += timedelta(**span)


@pytest.fixture
def moment():
    return Moment()


@pytest.fixture
def platform():
    platform, stop = platform_module.start()
    yield platform
    stop()


@pytest.fixture
def client(platform, moment):
    client = StableClient("wx1", SECRET, clock=moment, api_base=platform.address, timeout=(0.5, 0.5))
    yield client
    client.close()


@pytest.fixture
def gateway(client):
    return WeChatGateway(client)
