"""What the lab remembers is written behind, and all of it, however the lab is stopped."""

import asyncio
import contextlib

import pytest

from lab import store as stores
from lab.fans import Fan
from lab.store import Store


async def a_moment_of(store):
    """The writer takes what is due and is stopped before anything else happens."""
    watching = asyncio.create_task(store.watch())
    await asyncio.sleep(0.05)
    watching.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await watching


@pytest.fixture(autouse=True)
def hasty(monkeypatch):
    monkeypatch.setattr(stores, "PAUSE_S", 0.01)


def test_a_stop_between_taking_and_writing_loses_nothing(tmp_path, monkeypatch):
    async def not_yet(*_):
        await asyncio.Event().wait()

    monkeypatch.setattr(stores.asyncio, "to_thread", not_yet)
    store = Store(tmp_path)
    store.fan(Fan("oFirst", "wx1"))
    asyncio.run(a_moment_of(store))
    store.fan(Fan("oSecond", "wx1"))
    store.close()
    assert [fan.openid for fan in Store(tmp_path).fans()] == ["oFirst", "oSecond"]


def test_what_could_not_be_written_is_written_with_the_next(tmp_path, caplog):
    store = Store(tmp_path)
    other = stores.sqlite3.connect(tmp_path / "lab.sqlite", isolation_level=None)
    store._db.execute("PRAGMA busy_timeout=1")
    other.execute("BEGIN IMMEDIATE")
    store.put("wx1", "menu", "", {"button": []})
    asyncio.run(a_moment_of(store))
    assert "could not write" in caplog.text
    other.execute("ROLLBACK")
    store.close()
    assert list(Store(tmp_path).things()) == [("wx1", "menu", "", {"button": []})]
