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


ROUNDS = [10, pytest.param(300, marks=pytest.mark.long)]


@pytest.mark.parametrize("rounds", ROUNDS)
def test_one_signature_serves_one_body_whichever_process_it_meets_in_plain_mode(rounds, site_on):
    site = site_on("sqlite", mode="plain")
    with site.house.serving(workers=2, threads=4), ThreadPoolExecutor(6) as threads:
        for number in range(rounds):
            query, true = postman.plain(genuine(1000 + number))
            other = true.replace("你好".encode(), "谢谢".encode())
            bodies = (true, true, genuine(9000 + number), true, other, true)
            # The first to come keeps its body; here the platform's own is ahead, as its delivery was overheard.
            first = post(site, query, true)
            answers = list(threads.map(lambda body, query=query: post(site, query, body), bodies))
            codes = [answer.status_code for answer in answers]
            assert codes == [200, 200, 403, 200, 403, 200]
            assert {said(answer) for answer in answers if answer.status_code == 200} == {said(first)}
        for name, xml in malformed():
            assert post(site, *postman.plain(xml)).status_code == 400, name
    assert kept(site) == rounds
    assert not tools.tracebacks(site.house)


@pytest.mark.parametrize("rounds", ROUNDS)
def test_of_two_bodies_racing_under_one_signature_exactly_one_is_kept(rounds, site_on):
    site = site_on("sqlite", mode="plain")
    with site.house.serving(workers=2, threads=4), ThreadPoolExecutor(2) as threads:
        for number in range(rounds):
            query, one = postman.plain(genuine(1000 + number))
            bodies = (one, genuine(9000 + number))
            codes = sorted(threads.map(lambda body, query=query: post(site, query, body).status_code, bodies))
            assert codes == [200, 403]
    assert kept(site) == rounds
    assert not tools.tracebacks(site.house)
