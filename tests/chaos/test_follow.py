"""A model fitted while three processes serve is soon served by all of them, and until then the one before it answers."""

import pytest

from bench import follow
from tests.chaos import kit as tools
from tests.services import BACKENDS


@pytest.mark.long
@pytest.mark.parametrize("backend", BACKENDS)
def test_every_process_follows_a_new_model(backend, site_on):
    site = site_on(backend)
    before, seconds = follow.measure(site.house, "kefu", "客服")
    assert all(words and "客服" not in words for words in before), before
    assert seconds < 60
    assert not tools.tracebacks(site.house)
