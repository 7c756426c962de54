"""Each message delivered three times at once and once more later: one effect, one reply, on every database."""

import pytest

from bench import twins
from tests.chaos import kit as tools
from tests.services import BACKENDS

WRONG = ("wrong_effects", "different_replies", "errors")


@pytest.mark.parametrize("people", [20, pytest.param(2_500, marks=pytest.mark.long)])
@pytest.mark.parametrize(
    "backend", [BACKENDS[0], *(pytest.param(server, marks=pytest.mark.long) for server in BACKENDS[1:])]
)
def test_four_messages_a_person_that_all_come_four_times_have_one_effect_each(backend, people, site_on):
    site = site_on(backend)
    figures = twins.measure(site.house, people)
    assert {name: figures[name] for name in WRONG} == dict.fromkeys(WRONG, 0), figures
    assert not tools.tracebacks(site.house)
