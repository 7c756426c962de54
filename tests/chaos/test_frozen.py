"""The database stops in the middle of a conversation: everybody has their answer in time, from memory, once."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import make_url

from lab.running import LabThread
from tests.chaos import kit as tools

FROZEN_S = 5.0  # longer than WeChat waits


@pytest.fixture
def live(site_on):
    """Web, worker and lab; the wire between web and database can freeze."""
    with LabThread(tools.lab_options()) as lab:
        site = site_on("postgresql", api_base=lab.url)
        lab.connect(f"{site.house.url}/wechat", "safe")
        with site.house.running("worker"):
            address = make_url(site.house.database_url)
            wire = tools.Wire(address.host, address.port)
            site.house.database_url = tools.through(wire, address)
            with site.house.serving(2, 4):
                yield lab, wire, site
            wire.cut()


def asked_while_frozen(lab, wire, people):
    """Everybody asks while the wire is frozen; what the callback of each became."""
    fans = [lab.fan(follow=True, quiet=True) for _ in range(people)]
    others = [lab.fan(follow=True, quiet=True) for _ in range(16)]
    with ThreadPoolExecutor(16) as threads:
        # Every process opens its connections first: one that cannot connect is away, and known to be in two seconds.
        list(threads.map(lambda fan: fan.say("在吗"), others))
        wire.freeze()
        acts = [threads.submit(fan.say, tools.KNOWN) for fan in fans]
        time.sleep(FROZEN_S)
        wire.thaw()
        return fans, [act.result() for act in acts]


def texts(fan, via):
    return [row["text"] for row in fan.inbox() if row["via"] == via]


@pytest.mark.long
@pytest.mark.parametrize("people", [12])
def test_a_frozen_database_keeps_nobody_waiting(live, people):
    lab, wire, site = live
    fans, acts = asked_while_frozen(lab, wire, people)
    assert all(act["tries"] == 1 and act["http"] == 200 and act["elapsed_ms"] < 4500 for act in acts), acts
    time.sleep(1.0)
    for fan in fans:
        assert len(texts(fan, "passive")) == 1 and "刷单" in texts(fan, "passive")[0] and not texts(fan, "kf")
    assert not tools.tracebacks(site.house)
