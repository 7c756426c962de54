from dataclasses import dataclass

import pytest

from bench.house import House
from bot.kit import Kit
from tests.chaos import kit as tools
from tests.handlers.conftest import few_types  # noqa: F401  fixture
from tests.services import scratch_database


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items):
    """Real processes and real seconds: these tests never run side by side."""
    for item in items:
        if "/chaos/" in str(item.path):
            item.add_marker(pytest.mark.xdist_group("chaos"))


@dataclass
class Site:
    """A furnished house and a kit that opens it from the test's process."""

    house: House
    kit: Kit


@pytest.fixture
def site_on(tmp_path, few_types):  # noqa: F811
    """Makes a furnished house on one kind of database, taken away when the test ends."""
    opened = []

    def build(backend, **options):
        database = scratch_database(backend, f"matrix_chaos_{tools.worker_name()}", tmp_path)
        house = House(tmp_path, database.__enter__(), **options)
        site = Site(house, tools.furnish(house, few_types))
        opened.append((database, site))
        return site

    yield build
    for database, site in opened:
        site.kit.db.bind.dispose()
        database.__exit__(None, None, None)
