"""What an editor adds is in use at the very next message, in every process, for everybody who asks at once."""

import asyncio
from contextlib import ExitStack
from dataclasses import replace

import pytest
from sqlalchemy import select

from bench.house import free_port
from bot.content import quick, rulings
from bot.content.models import Asked
from core.clock import system_clock
from tests.chaos import kit as tools
from tests.services import BACKENDS

PROCESSES, PEOPLE = 3, 60
SHEEP = "隔壁邻居家的羊跑到我家草场来了"


async def ask(houses, words):
    """Everybody at once, a third of them at each process."""
    async with tools.client() as http:
        people = [(houses[n % len(houses)], tools.new_openid()) for n in range(PEOPLE)]
        said = [tools.deliver(http, house, words, who, tools.text(who, words)) for house, who in people]
        return [answer.words for answer in await asyncio.gather(*said)]


def by_the_inbox(session, now):
    """An editor makes the question that somebody asked in vain a question of 刷单返利."""
    number = session.scalar(select(Asked.id).where(Asked.text == SHEEP).order_by(Asked.id).limit(1))
    rulings.rule(session, number, rulings.Order("question", "shuadan", SHEEP), "editor", now)


def by_the_library(session, now):
    """An editor adds a telling word on the library's page."""
    quick.add(session, "alias", "shuadan", "跑到我家草场", "editor", now)


@pytest.mark.long
@pytest.mark.parametrize("learn", [by_the_inbox, by_the_library])
@pytest.mark.parametrize("backend", BACKENDS)
def test_sixty_who_ask_right_after_it_was_added_are_all_answered_by_it(backend, learn, site_on):
    site = site_on(backend)
    houses = [replace(site.house, port=free_port()) for _ in range(PROCESSES)]
    with ExitStack() as stack:
        for house in houses:
            stack.enter_context(house.serving(workers=1, port=house.port))
        before = asyncio.run(ask(houses, SHEEP))
        with site.kit.db.transaction() as session:
            learn(session, system_clock())
        after = asyncio.run(ask(houses, SHEEP))
    assert sum("还没见过" in words for words in before) == PEOPLE, before
    assert sum("【刷单返利】" in words for words in after) == PEOPLE, after
    assert not tools.tracebacks(site.house)
