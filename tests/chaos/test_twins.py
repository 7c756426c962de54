"""Each message delivered three times at once and once more later: one effect, one reply, on every database."""

import pytest

from bench import twins
from bench.house import House
from tests.chaos import kit as tools
from tests.services import BACKENDS, scratch_database

WRONG = ("wrong_effects", "different_replies", "errors")


@pytest.mark.parametrize("backend", BACKENDS)
def test_sixty_people_whose_messages_all_come_four_times_are_counted_once(backend, site_on):
    site = site_on(backend)
    figures = twins.measure(site.house, people=60)
    assert {name: figures[name] for name in WRONG} == dict.fromkeys(WRONG, 0)
    assert not tools.tracebacks(site.house)


@pytest.mark.long
@pytest.mark.parametrize("backend", BACKENDS)
def test_ten_thousand_messages_that_all_come_four_times_are_counted_once(backend, tmp_path):
    with scratch_database(backend, f"matrix_chaos_{tools.worker_name()}", tmp_path) as url:
        house = House(tmp_path, url)
        house.furnish()
        twins.one_unit(house)
        figures = twins.measure(house, people=2_500)
    assert {name: figures[name] for name in WRONG} == dict.fromkeys(WRONG, 0)
    assert not tools.tracebacks(house)
