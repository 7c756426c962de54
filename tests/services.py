"""Which services tests may use: SQLite always; PostgreSQL, MariaDB and Redis where they answer."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from core import migrating
from core.db import connect

ADMIN = {
    "postgresql": os.environ.get(
        "TEST_POSTGRES_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
    ),
    "mariadb": os.environ.get("TEST_MARIADB_URL", "mariadb+pymysql://root@127.0.0.1:3306/?charset=utf8mb4"),
}
REDIS_URL = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/9")
SERVERS = tuple(ADMIN)
BACKENDS = ("sqlite", *SERVERS)


def absent(what: str) -> None:
    """A service is not there: skip, unless this run promised that every service is."""
    if os.environ.get("REQUIRE_SERVICES") == "1":
        pytest.fail(f"{what} is not reachable and REQUIRE_SERVICES=1")
    pytest.skip(f"{what} is not reachable")


@contextmanager
def scratch_database(backend: str, name: str, folder: Path) -> Iterator[str]:
    """The address of an empty database of its own, dropped afterwards. Several runs may go side by side."""
    name = f"{name}_{os.getpid()}"
    if backend == "sqlite":
        yield f"sqlite:///{folder / f'{name}.db'}"
        return
    admin = create_engine(ADMIN[backend], isolation_level="AUTOCOMMIT")
    try:
        with admin.connect() as connection:
            _recreate(connection, backend, name)
    except SQLAlchemyError:
        absent(backend)
    yield admin.url.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        force = " WITH (FORCE)" if backend == "postgresql" else ""
        connection.execute(text(f"DROP DATABASE IF EXISTS {name}{force}"))
    admin.dispose()


def _recreate(connection, backend: str, name: str) -> None:
    force = " WITH (FORCE)" if backend == "postgresql" else ""
    connection.execute(text(f"DROP DATABASE IF EXISTS {name}{force}"))
    connection.execute(text(f"CREATE DATABASE {name}"))


def migrate(engine, revision: str = "head") -> None:
    """Bring the database to a revision, with the product's own migrations."""
    with engine.begin() as connection:
        migrating.upgrade(connection, revision)


def ready(url: str):
    """An engine on a migrated database."""
    engine = connect(url)
    migrate(engine)
    return engine


def redis_or_absent() -> str:
    """The address of a Redis that answers, emptied."""
    client = redis.Redis.from_url(REDIS_URL, socket_connect_timeout=1)
    try:
        client.flushdb()
    except redis.RedisError:
        absent("redis")
    return REDIS_URL
