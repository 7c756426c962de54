"""Processes that die without a word: nothing is lost, nothing is doubled."""

import asyncio
import os
import signal
import time
from datetime import timedelta

import psutil
import pytest
from sqlalchemy import func
from sqlalchemy import select as query

from bot import tasks
from bot.push import notes
from bot.push.models import Note, State
from bot.registry.models import EventKind, Follower, JobRun, Lease, RegistrationEvent
from bot.registry.verify import verify
from bot.talk.models import Inbound
from core.clock import county_date
from lab.running import LabThread
from tests.chaos import kit as tools
from tests.chaos.kit import Resident

SEND = "/cgi-bin/message/custom/send"


async def as_wechat(http, house, openid, xml):
    """Up to eight tries until it is answered. WeChat makes three, over fifteen seconds; a start takes longer here."""
    for _ in range(40):
        answer = await tools.deliver(http, house, "register", openid, xml)
        if answer.status == 200:
            return answer
        await asyncio.sleep(0.5)
    return answer


async def everybody_registers(site, openids, per_s, disaster):
    """Each agrees once; the disaster strikes meanwhile."""
    async with tools.client() as http:
        striking = asyncio.create_task(asyncio.to_thread(disaster))
        sent = []
        for openid in openids:
            sent.append(asyncio.create_task(as_wechat(http, site.house, openid, tools.text(openid, "1"))))
            await asyncio.sleep(1 / per_s)
        answers = await asyncio.gather(*sent)
        await striking
    return answers


def check_registered_once(site, openids, answers):
    assert all(answer.status == 200 and answer.registered for answer in answers), answers
    assert set(openids) == tools.followers(site.kit, registered=True)
    joined = query(func.count()).where(RegistrationEvent.kind == EventKind.JOINED)
    assert tools.look(site.kit, lambda session: session.scalar(joined)) == len(openids)
    assert tools.look(site.kit, lambda session: session.scalar(query(func.count(Inbound.id)))) == 2 * len(
        openids
    )
    assert not tools.look(site.kit, lambda session: verify(session, county_date(site.kit.clock())))


@pytest.mark.long
@pytest.mark.parametrize(("people", "kills"), [(400, 8)])
@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_killing_web_processes_amid_registrations_loses_and_doubles_nothing(backend, people, kills, site_on):
    site = site_on(backend)
    openids = [Resident(site.kit).follows().openid for _ in range(people)]
    with site.house.serving(workers=2, threads=4) as gunicorn:

        def disaster():
            for _ in range(kills):
                time.sleep(0.5)
                arbiter = psutil.Process(gunicorn.pid)
                tools.until(arbiter.children, 20, "gunicorn has a process")
                for child in arbiter.children()[:1]:
                    child.kill()

        answers = asyncio.run(everybody_registers(site, openids, 40, disaster))
    check_registered_once(site, openids, answers)


@pytest.mark.long
@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_killing_the_whole_of_web_amid_registrations_loses_and_doubles_nothing(backend, site_on):
    site = site_on(backend)
    openids = [Resident(site.kit).follows().openid for _ in range(200)]
    with site.house.serving(2, 4) as gunicorn:

        def disaster():
            time.sleep(1.5)
            os.killpg(gunicorn.pid, signal.SIGKILL)
            gunicorn.wait()
            again.append(site.house.serving(2, 4))
            again[0].__enter__()

        again = []
        answers = asyncio.run(everybody_registers(site, openids, 60, disaster))
        again[0].__exit__(None, None, None)
    check_registered_once(site, openids, answers)


@pytest.fixture
def lab():
    with LabThread(tools.lab_options()) as running:
        yield running


def owe_everybody(site, fans):
    """One message to each, due now."""
    now = site.kit.clock()
    with site.kit.db.transaction() as session:
        for number, fan in enumerate(fans):
            row = Follower(openid=fan.openid, person_no=number + 1, followed_at=now)
            session.add(row)
            session.flush()
            notes.owe(session, f"test:{number}", row.id, f"提醒{number}", now)


def states(site):
    return tools.look(site.kit, lambda session: list(session.scalars(query(Note.state).order_by(Note.id))))


def received(fan):
    return [row["text"] for row in fan.inbox() if row["via"] == "kf"]


@pytest.mark.parametrize("people", [6, pytest.param(60, marks=pytest.mark.long)])
@pytest.mark.parametrize("backend", ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def test_a_message_being_sent_when_the_worker_died_is_unsure_and_every_other_arrives_once(
    backend, people, site_on, lab
):
    site = site_on(backend, api_base=lab.url)
    fans = [lab.fan(follow=True, quiet=True) for _ in range(people)]
    for fan in fans:
        fan.say("在吗")
    owe_everybody(site, fans)
    lab.faults({"path": SEND, "latency_ms": 400})
    with site.house.running("worker") as worker:
        site.kit.queue.put("send_notes")
        tools.until(lambda: State.SENT in states(site) and State.SENDING in states(site), 60, "it is sending")
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
    lab.faults()
    cut_off = [number for number, state in enumerate(states(site)) if state == State.SENDING]
    assert len(cut_off) <= 2, "more was in doubt than was being sent"
    tasks.send_notes(site.kit)
    tasks.flag_unsure(site.kit)
    assert [number for number, state in enumerate(states(site)) if state == State.SENDING] == cut_off
    with site.kit.db.transaction() as session:
        notes.mark_unsure(session, site.kit.clock() + timedelta(minutes=11))
    tasks.send_notes(site.kit)
    for number, (fan, state) in enumerate(zip(fans, states(site), strict=True)):
        assert state == (State.UNSURE if number in cut_off else State.SENT)
        assert len(received(fan)) <= 1 if number in cut_off else received(fan) == [f"提醒{number}"]


def held_by(site):
    return tools.look(
        site.kit, lambda session: session.scalar(query(Lease.holder).where(Lease.name == "scheduler"))
    )


def last_run(site):
    return tools.look(site.kit, lambda session: session.scalar(query(func.max(JobRun.last_at))))


@pytest.mark.long
def test_a_second_scheduler_idles_and_takes_over_when_the_first_is_killed(site_on):
    site = site_on("sqlite")
    with site.house.running("scheduler") as first:
        tools.until(lambda: held_by(site), 60, "the first has the lease")
        assert held_by(site).endswith(f":{first.pid}")
        with site.house.running("scheduler") as second:
            time.sleep(8)
            assert held_by(site).endswith(f":{first.pid}"), "the second did not idle"
            os.killpg(first.pid, signal.SIGKILL)
            first.wait()
            tools.until(lambda: held_by(site).endswith(f":{second.pid}"), 30, "the second takes over")
            before = last_run(site)
            tools.until(lambda: last_run(site) > before, 20, "jobs go on")
