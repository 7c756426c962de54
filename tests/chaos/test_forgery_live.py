"""The forgery suite against a real server, every forged delivery followed by a genuine one."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from sqlalchemy import func, select

from bench import postman
from bot.talk.models import Inbound
from tests.chaos import kit as tools
from tests.test_forgery import genuine, malformed, safe_forgeries


def post(site, query, body):
    return requests.post(f"{site.house.url}/wechat?{query}", data=body, timeout=10)


def kept(site):
    return tools.look(site.kit, lambda session: session.scalar(select(func.count()).select_from(Inbound)))


def said(answer):
    return tools.words_of(answer.content)


@pytest.mark.long
def test_forged_and_genuine_messages_mixed_are_told_apart_in_safe_mode(site_on):
    site = site_on("sqlite")
    with site.house.serving(workers=2, threads=4):
        for number, (name, query, body) in enumerate(safe_forgeries(), 1):
            assert post(site, query, body).status_code in (400, 403, 413), name
            answer = post(site, *postman.sealed(genuine(number)))
            assert answer.status_code == 200 and tools.words_of(postman.opened(answer.content)), (
                f"after {name}"
            )
    assert kept(site) == number
    assert not tools.tracebacks(site.house)


def replayed(site, number, threads):
    """The platform's delivery came first and was overheard: its signature serves its own body and no other."""
    query, true = postman.plain(genuine(1000 + number))
    other = true.replace("你好".encode(), "谢谢".encode())
    first = post(site, query, true)
    bodies = (true, true, genuine(9000 + number), true, other, true)
    answers = list(threads.map(lambda body: post(site, query, body), bodies))
    assert [answer.status_code for answer in answers] == [200, 200, 403, 200, 403, 200]
    assert {said(answer) for answer in answers if answer.status_code == 200} == {said(first)}


def raced(site, number, threads):
    """Two bodies under one signature at the same moment: one of them is kept."""
    query, one = postman.plain(genuine(21_000 + number))
    bodies = (one, genuine(29_000 + number))
    assert sorted(threads.map(lambda body: post(site, query, body).status_code, bodies)) == [200, 403]


@pytest.mark.long
@pytest.mark.parametrize("rounds", [300])
def test_one_signature_serves_one_body_whichever_process_it_meets_in_plain_mode(rounds, site_on):
    site = site_on("sqlite", mode="plain")
    with site.house.serving(workers=2, threads=4), ThreadPoolExecutor(6) as threads:
        for number in range(rounds):
            replayed(site, number, threads)
            raced(site, number, threads)
        for name, xml in malformed():
            assert post(site, *postman.plain(xml)).status_code == 400, name
    assert kept(site) == 2 * rounds
    assert not tools.tracebacks(site.house)
