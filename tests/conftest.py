import os

import pytest
from argon2 import PasswordHasher
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import event
from werkzeug.routing import Rule

from bot.kit import Kit
from bot.registry import passwords
from core.cache import MemoryCache
from core.db import Database
from core.secrets import Vault
from core.settings import Settings
from core.spool import Spool
from core.wechat import Doorman, StableClient, WeChatGateway
from tests.fakes import FrozenClock, ListQueue
from tests.services import BACKENDS, SERVERS, ready, scratch_database

AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
DATA_KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
NOBODY = "http://127.0.0.1:9"
"""Where no WeChat listens: for kits that never call it."""


SLOW_ON_SERVERS = (
    "tests/admin/", "tests/content/", "tests/handlers/", "tests/pages/", "tests/test_commands", "tests/test_demo_talk",
    "tests/test_seeing",
    "tests/registry/test_app_reports", "tests/registry/test_audit", "tests/registry/test_cli",
    "tests/registry/test_codes", "tests/registry/test_corrections", "tests/registry/test_demo",
    "tests/registry/test_family", "tests/registry/test_importing", "tests/registry/test_options",
    "tests/registry/test_people", "tests/registry/test_promoters", "tests/registry/test_reconcile",
    "tests/registry/test_search", "tests/registry/test_second_factor", "tests/registry/test_staff",
    "tests/registry/test_trend", "tests/registry/test_units", "tests/registry/test_why", "tests/registry/test_words",
)  # fmt: skip
WIDE = "1440"
"""The office at a desk: in the short run every page is looked at on a phone, where it is most likely to break."""


def pytest_collection_modifyitems(items):
    """The short run: every test on SQLite, and on the servers those that could differ there; the rest is long."""
    for item in items:
        on_server = any(f"[{backend}" in item.name or f"-{backend}" in item.name for backend in SERVERS)
        at_a_desk = "_browser" in item.nodeid and f"[{WIDE}" in item.name
        if (on_server and item.nodeid.startswith(SLOW_ON_SERVERS)) or at_a_desk:
            item.add_marker(pytest.mark.long)


def pytest_make_parametrize_id(val, argname):
    """Files and sealed messages differ from process to process, and two processes must agree on every test's name."""
    return argname if isinstance(val, bytes) and len(val) > 60 else None


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords():
    """Hundreds of tests sign in: their passwords are kept with the least work. The product's own is tested apart."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_HASHER", cheap)
        patch.setattr(passwords, "_NOBODYS", cheap.hash("nobody's password"))
        yield


@pytest.fixture(scope="session", autouse=True)
def pages_compiled_once(tmp_path_factory):
    """A thousand tests make an app of their own; their templates and routes are the same."""
    with pytest.MonkeyPatch.context() as patch:
        kept = FileSystemBytecodeCache(str(tmp_path_factory.mktemp("pages")))
        patch.setattr(Flask, "jinja_options", {"bytecode_cache": kept})
        patch.setattr(Rule, "_compile_builder", once(Rule._compile_builder))
        yield


def once(compiled):
    """What Werkzeug compiles for a route's address depends on nothing but the address."""
    held = {}

    def builder(rule, append_unknown=True):
        name = (*rule._trace, *sorted((rule.defaults or {}).items()), append_unknown)
        if name not in held:
            held[name] = compiled(rule, append_unknown)
        return held[name]

    return builder


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
def wechat(settings, clock):
    """The gateway of a kit that never calls WeChat; a test that does puts the lab in its place."""
    return gateway_at(NOBODY, settings, clock)


@pytest.fixture
def settings(tmp_path):
    return settings_in(tmp_path)


def settings_in(folder):
    """Settings of an installation that lives in `folder`."""
    return Settings(
        data_dir=folder, secret_key="test-secret-key-0123456789", data_key=DATA_KEY, database_url="sqlite://",
        wechat_app_id="wxlab0000000000000", wechat_app_secret="s", wechat_token="token", wechat_aes_key=AES_KEY,
    )  # fmt: skip


def gateway_at(address, settings, clock):
    """The real gateway of that installation, over the platform at that address."""
    client = StableClient(settings.wechat_app_id, settings.wechat_app_secret, clock=clock, api_base=address)
    return WeChatGateway(client)


def kit_on(db, settings, clock=None, wechat=None):
    """A kit with a frozen clock, a queue that only remembers and, unless given, a WeChat that nobody answers for."""
    doorman = Doorman(settings.wechat_token, settings.wechat_app_id, AES_KEY, settings.wechat_mode)
    clock = clock or FrozenClock()
    wechat = wechat or gateway_at(NOBODY, settings, clock)
    vault, spool = Vault(DATA_KEY), Spool(settings.data_dir)
    return Kit(settings, db, clock, MemoryCache(), ListQueue(), wechat, doorman, vault, spool)


@pytest.fixture
def kit(settings, db, clock, wechat):
    return kit_on(db, settings, clock, wechat)


@pytest.fixture
def statements(engine):
    """Every SQL statement sent while the test runs."""
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)
