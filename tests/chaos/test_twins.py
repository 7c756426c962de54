"""Each message delivered three times at once and once more later: one effect, one reply, on every database."""

import pytest

from bench import twins
from tests.chaos import kit as tools
from tests.services import BACKENDS

WRONG = ("wrong_effects", "different_replies", "errors")
PEOPLE = 2_500


@pytest.mark.long
@pytest.mark.parametrize("backend", BACKENDS)
def test_four_messages_a_person_that_all_come_four_times_have_one_effect_each(backend, site_on):
    site = site_on(backend)
    figures = twins.measure(site.house, PEOPLE)
    assert {name: figures[name] for name in WRONG} == dict.fromkeys(WRONG, 0), figures
    assert not tools.tracebacks(site.house)
