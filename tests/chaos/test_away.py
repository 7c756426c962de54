"""The database away, hung or frozen, Redis gone, or both, for a while, under live traffic."""

import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from bot import tasks
from core.spool import Spool
from tests.chaos import kit as tools
from tests.chaos.traffic import Traffic, check_answers, check_books, check_promises, gone
from tests.services import ADMIN

SHORT, LONG = (0.7, 3.5, 0.8), (5.0, 10.0, 5.0)  # seconds before, of trouble, after


@dataclass
class Trouble:
    """What goes wrong, and how it ends."""

    begin: Callable[[], None]
    end: Callable[[], None]
    held: ExitStack = field(default_factory=ExitStack)


def locked_file(site):
    """Another process of the machine holds SQLite's one write lock."""
    connection = sqlite3.connect(
        make_url(site.house.database_url).database, isolation_level=None, check_same_thread=False
    )

    def end():
        connection.execute("ROLLBACK")
        connection.close()

    return Trouble(lambda: connection.execute("BEGIN IMMEDIATE"), end)


def refusing_server(site):
    """PostgreSQL ends every connection and takes no new one."""
    name, admin = (
        make_url(site.house.database_url).database,
        create_engine(ADMIN["postgresql"], poolclass=NullPool),
    )

    def allow(yes):
        with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {yes}"))
            ending = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
            connection.execute(text(ending if not yes else "SELECT :name"), {"name": name})

    return Trouble(lambda: allow(False), lambda: allow(True))


def locked_table(site):
    """A transaction of somebody else's holds the table everything needs."""
    connection = create_engine(site.house.database_url, poolclass=NullPool).connect()

    def end():
        connection.rollback()
        connection.close()

    return Trouble(lambda: connection.execute(text("LOCK TABLE followers IN ACCESS EXCLUSIVE MODE")), end)


def frozen_server(site):
    """The server takes what it is sent and says nothing."""
    address = make_url(site.house.database_url)
    wire = tools.Wire(address.host, address.port)
    site.house.database_url = address.set(host="127.0.0.1", port=wire.port).render_as_string(
        hide_password=False
    )
    held = ExitStack()
    held.callback(wire.cut)
    return Trouble(wire.freeze, wire.thaw, held)


def stopped_redis(site):
    """Redis dies, queue and all, and is started empty afterwards."""
    server, held = tools.OwnRedis(site.house.folder), ExitStack()
    held.callback(server.kill)
    site.house.redis_url = server.url
    return Trouble(server.kill, server.start, held)


def both(site, first, second):
    one, two = first(site), second(site)
    held = ExitStack()
    held.callback(one.held.close)
    held.callback(two.held.close)

    def begin():
        one.begin()
        two.begin()

    def end():
        two.end()
        one.end()

    return Trouble(begin, end, held)


TROUBLES = {
    "SQLite is locked": ("sqlite", locked_file),
    "PostgreSQL refuses everybody": ("postgresql", refusing_server),
    "PostgreSQL has a lock on its table": ("postgresql", locked_table),
    "PostgreSQL is frozen": ("postgresql", frozen_server),
    "Redis is gone": ("postgresql", stopped_redis),
    "Redis is gone and SQLite is locked": ("sqlite", lambda site: both(site, stopped_redis, locked_file)),
    "Redis is gone and PostgreSQL refuses everybody": (
        "postgresql", lambda site: both(site, stopped_redis, refusing_server),
    ),
}  # fmt: skip


def live_through(site, trouble, spans):
    traffic = Traffic(site, *spans)
    traffic.prepare()
    with site.house.serving(workers=2, threads=4):
        traffic.run(trouble.begin, trouble.end)
    return traffic


@pytest.mark.long
@pytest.mark.parametrize("name", ["SQLite is locked", "PostgreSQL is frozen"])
def test_a_short_absence_harms_nobody(name, site_on):
    backend, made = TROUBLES[name]
    site = site_on(backend)
    trouble = made(site)
    with trouble.held:
        traffic = live_through(site, trouble, SHORT)
        tasks.replay_spool(site.kit)
        assert gone(traffic)
    check_answers(traffic)
    check_promises(traffic)
    check_books(traffic)


@pytest.mark.long
@pytest.mark.parametrize("name", TROUBLES)
def test_ten_seconds_of_absence_harm_nobody_while_worker_and_scheduler_run(name, site_on):
    backend, made = TROUBLES[name]
    site = site_on(backend)
    trouble = made(site)
    traffic = Traffic(site, *LONG)
    with trouble.held:
        traffic.prepare()
        live_among_all(site, trouble, traffic)
    check_answers(traffic)
    check_promises(traffic)
    check_books(traffic)


def live_among_all(site, trouble, traffic):
    """Worker and scheduler run too, and bring after the trouble what was spooled in it."""
    with (
        site.house.running("worker"),
        site.house.running("scheduler"),
        site.house.serving(2, 4),
    ):
        traffic.run(trouble.begin, trouble.end)
        tools.until(lambda: gone(traffic), 20, "everybody who left during the outage is gone")


def test_the_spool_takes_a_line_at_once_while_a_replay_hangs_on_the_database(tmp_path):
    spool, hangs, goes_on = Spool(tmp_path), threading.Event(), threading.Event()
    taken = []

    def take(line):
        hangs.set()
        goes_on.wait(10)
        taken.append(line["key"])
        return line["key"] != "two"

    for key in ("one", "two"):
        spool.add({"key": key})
    with ThreadPoolExecutor(1) as thread:
        replay = thread.submit(spool.replay, take)
        assert hangs.wait(10)
        spool.add({"key": "three"})
        assert taken == [] and spool.replay(take) == 0  # the replay still hangs: nobody waited for it
        goes_on.set()
        assert replay.result() == 1
    assert taken == ["one", "two"]
    left = []
    assert spool.replay(lambda line: not left.append(line["key"])) == 2
    assert left == ["two", "three"] and spool.empty()
