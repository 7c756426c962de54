import os

import pytest

from bot.kit import Kit
from core.cache import MemoryCache
from core.db import Database
from core.secrets import Vault
from core.settings import Settings
from core.spool import Spool
from core.wechat.door import Doorman
from tests.fakes import FrozenClock, ListQueue, RecordingGateway
from tests.services import BACKENDS, ready, scratch_database

AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
DATA_KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="


@pytest.fixture(scope="session", params=BACKENDS)
def engine(request, tmp_path_factory):
    """A database built by the migrations, as in production; each test runs once on each kind."""
    name = f"matrix_test_{os.environ.get('PYTEST_XDIST_WORKER', 'gw')}"
    with scratch_database(request.param, name, tmp_path_factory.mktemp("db")) as url:
        engine = ready(url)
        yield engine
        engine.dispose()


@pytest.fixture
def db(engine):
    """The real database. What the code under test keeps is undone when the test ends."""
    with engine.connect() as connection:
        outer = connection.begin()
        yield Database(connection)
        outer.rollback()


@pytest.fixture
def session(db):
    with db.transaction() as session:
        yield session


@pytest.fixture
def clock():
    return FrozenClock()


@pytest.fixture
def wechat():
    return RecordingGateway()


@pytest.fixture
def settings(tmp_path):
    return settings_in(tmp_path)


def settings_in(folder):
    """Settings of an installation that lives in `folder`."""
    return Settings(
        data_dir=folder, secret_key="test-secret-key-0123456789", data_key=DATA_KEY, database_url="sqlite://",
        wechat_app_id="wxlab0000000000000", wechat_app_secret="s", wechat_token="token", wechat_aes_key=AES_KEY,
    )  # fmt: skip


def kit_on(db, settings, clock=None, wechat=None):
    """A kit with a frozen clock, a queue that only remembers and a WeChat that only records."""
    doorman = Doorman(settings.wechat_token, settings.wechat_app_id, AES_KEY, settings.wechat_mode)
    clock, wechat = clock or FrozenClock(), wechat or RecordingGateway()
    vault, spool = Vault(DATA_KEY), Spool(settings.data_dir)
    return Kit(settings, db, clock, MemoryCache(), ListQueue(), wechat, doorman, vault, spool)


@pytest.fixture
def kit(settings, db, clock, wechat):
    return kit_on(db, settings, clock, wechat)
