"""A worker that is killed while it reads a picture: the picture is answered once all the same, and gone."""

import os
import signal
from contextlib import suppress
from datetime import timedelta

import psutil
import pytest
from sqlalchemy import func
from sqlalchemy import select as query

from bot.push.models import Note, State
from bot.talk.models import Inbound, Picture
from lab.running import LabThread
from tests.chaos import kit as tools
from tests.chaos.kit import Resident
from tests.shots import THEY, shot

MEDIA = "/cgi-bin/media/get"
SCAM = shot([(THEY, "加入我们刷单，先垫付做单再返佣金")])
WORDS = "图里写的是"


@pytest.fixture
def lab():
    with LabThread(tools.lab_options()) as running:
        yield running


def sends_picture(site, lab, fan):
    """What a phone does, and what the front door makes of it."""
    fan.image(SCAM)
    media_id = lab.call("GET", f"/fans/{fan.openid}/chat")[-1]["media_id"]
    Resident(site.kit, fan.openid).tell(kind="image", fields={"MediaId": media_id})


def left(site):
    return tools.look(site.kit, lambda session: session.scalar(query(func.count(Picture.id))))


def taken_up(site):
    return tools.look(site.kit, lambda session: session.scalar(query(func.max(Picture.tries)))) or 0


def due_now(site):
    """As if the two minutes were over after which a cut-off reading is taken up again."""
    with site.kit.db.transaction() as session:
        for row in session.scalars(query(Picture)):
            row.due_at -= timedelta(minutes=3)


def eyes_of(pid):
    """The process that reads; one that ends while it is looked at does not."""
    return [child for child in psutil.Process(pid).children() if "core.eyes" in command_of(child)]


def command_of(process):
    with suppress(psutil.NoSuchProcess):
        return process.cmdline()
    return []


def killed_while(site, reading):
    """Start a worker, wait until it is reading, kill it and all it started without a word."""
    with site.house.running("worker") as worker:
        site.kit.queue.put("read_pictures")
        tools.until(lambda: reading(worker.pid), 90, "it reads")
        eyes = eyes_of(worker.pid)
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
    tools.until(lambda: not any(child.is_running() for child in eyes), 20, "its reader is gone")


def received(fan):
    return [row["text"] for row in fan.inbox() if row["via"] == "kf"]


def check_answered_once(site, fans):
    with site.house.running("worker"):
        site.kit.queue.put("read_pictures")
        tools.until(lambda: left(site) == 0, 120, "every picture is read")
        tools.until(lambda: all(map(received, fans)), 60, "every answer arrives")
    for fan in fans:
        (answer,) = received(fan)
        assert answer.startswith(WORDS) and "刷单返利" in answer
    states = tools.look(site.kit, lambda session: session.scalars(query(Note.state)).all())
    assert states == [State.SENT] * len(fans)
    kept = query(Inbound.outcome).where(Inbound.kind == "image")
    assert tools.look(site.kit, lambda session: session.scalars(kept).all()) == ["card"] * len(fans)
    assert not tools.tracebacks(site.house)


@pytest.mark.long
@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_killed_while_the_reader_works_nothing_is_lost_and_nothing_doubled(backend, site_on, lab):
    site = site_on(backend, api_base=lab.url)
    fans = [lab.fan(follow=True, quiet=True) for _ in range(2)]
    for fan in fans:
        sends_picture(site, lab, fan)
    killed_while(site, lambda pid: taken_up(site) == 1 and eyes_of(pid))
    assert left(site) == 2 and not any(map(received, fans)), "it was not reading any more"
    due_now(site)
    check_answered_once(site, fans)


@pytest.mark.long
@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_killed_while_the_picture_comes_from_wechat(backend, site_on, lab):
    site = site_on(backend, api_base=lab.url)
    fan = lab.fan(follow=True, quiet=True)
    sends_picture(site, lab, fan)
    lab.faults({"path": MEDIA, "latency_ms": 4000})
    killed_while(site, lambda pid: taken_up(site) == 1)
    lab.faults()
    due_now(site)
    check_answered_once(site, [fan])
