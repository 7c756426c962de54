"""Steady mixed traffic over a stretch of trouble, and what must be true of every answer."""

import asyncio
import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import func
from sqlalchemy import select as query

from bench import postman
from bot.push.models import Note
from bot.registry.models import EventKind, Follower, RegistrationEvent
from bot.registry.verify import verify
from core.clock import county_date
from tests.chaos import kit as tools
from tests.chaos.kit import Answer, Resident

LIMIT_S = 4.5
WAYS = ("emergency", "register", "known", "unfollow", "unknown", "emergency by menu", "register", "follow")


@dataclass
class Traffic:
    """`per_s` messages a second for before + trouble + after seconds; each person writes once."""

    site: object
    before: float
    trouble: float
    after: float
    per_s: float = 12
    answers: list[Answer] = field(default_factory=list)
    _people: dict[str, Iterator[str]] = field(default_factory=dict)

    def prepare(self) -> None:
        """Those who will agree have followed, those who will go are registered, before anything goes wrong."""
        kit, rounds = (
            self.site.kit,
            int((self.before + self.trouble + self.after) * self.per_s / len(WAYS)) + 2,
        )
        waiting = [Resident(kit).follows().openid for _ in range(2 * rounds)]
        going = [Resident(kit).registered(tools.OTHER_UNIT).openid for _ in range(rounds)]
        self._people = {"register": iter(waiting), "unfollow": iter(going)}

    def run(self, begin: Callable[[], None], end: Callable[[], None]) -> None:
        asyncio.run(self._run(begin, end))

    async def _run(self, begin: Callable[[], None], end: Callable[[], None]) -> None:
        async with tools.client() as http:
            await asyncio.gather(self._trouble(begin, end), self._send_all(http), self._watch(http))

    async def _trouble(self, begin: Callable[[], None], end: Callable[[], None]) -> None:
        await asyncio.sleep(self.before)
        await asyncio.to_thread(begin)
        try:
            await asyncio.sleep(self.trouble)
        finally:
            await asyncio.to_thread(end)

    async def _send_all(self, http: object) -> None:
        count = int((self.before + self.trouble + self.after) * self.per_s)
        sent = []
        for way in itertools.islice(itertools.cycle(WAYS), count):
            sent.append(asyncio.create_task(self._send(http, way)))
            await asyncio.sleep(1 / self.per_s)
        await asyncio.gather(*sent)

    async def _watch(self, http: object) -> None:
        """A watchdog looks at /healthz twice a second; it must not take the threads residents need."""
        looks = []
        for _ in range(int(2 * (self.before + self.trouble + self.after))):
            looks.append(asyncio.create_task(self._look(http)))
            await asyncio.sleep(0.5)
        await asyncio.gather(*looks)

    async def _look(self, http: object) -> None:
        began = time.monotonic()
        async with http.get(f"{self.site.house.url}/healthz") as answer:
            told = await answer.json()
        seconds = time.monotonic() - began
        self.answers.append(Answer("health", "", answer.status, seconds, told["database"]))

    async def _send(self, http: object, way: str) -> None:
        openid = next(self._people[way]) if way in self._people else tools.new_openid()
        self.answers.append(await tools.deliver(http, self.site.house, way, openid, letter(way, openid)))

    def of(self, way: str) -> list[Answer]:
        return [answer for answer in self.answers if answer.what == way]


def letter(way: str, openid: str) -> bytes:
    """What somebody sends."""
    if way == "unfollow":
        return postman.event_xml(openid, "unsubscribe")
    if way == "follow":
        return postman.event_xml(openid, "subscribe", f"qrscene_u:{tools.UNIT}")
    if way == "emergency by menu":
        return postman.event_xml(openid, "CLICK", "PAID")
    unknown = f"草场西边第{tools.next_number()}棵杨树上的鸟窝是谁家的"
    words = {"emergency": tools.EMERGENCY, "known": tools.KNOWN, "register": "1", "unknown": unknown}
    return tools.text(openid, words[way])


def check_answers(traffic: Traffic) -> None:
    """In time, HTTP 200, and 110 in the first line for whoever has paid."""
    late = [(a.what, round(a.seconds, 2)) for a in traffic.answers if a.seconds > LIMIT_S]
    assert not late, f"slower than {LIMIT_S} s: {late}"
    assert {answer.status for answer in traffic.answers} == {200}
    for answer in (*traffic.of("emergency"), *traffic.of("emergency by menu")):
        assert "110" in answer.words.partition("\n")[0], answer


def check_promises(traffic: Traffic) -> None:
    """登记成功 was said to those who are registered, and to nobody else; who shall send again is not."""
    kit = traffic.site.kit
    held, told = tools.followers(kit, registered=True), traffic.of("register")
    assert {a.openid for a in told if a.registered} <= held, "told 登记成功 and not registered"
    assert not {a.openid for a in told if a.send_again} & held, "told to send again, and registered"
    silent = [a for a in told if not a.registered and not a.send_again]
    assert all(not a.words for a in silent), f"neither told: {silent}"
    for answer in silent:
        assert (answer.openid in held) == owed(kit, answer.openid, "登记成功"), "registered without a word"
    for answer in (*traffic.of("known"), *traffic.of("unknown")):
        assert answer.words or owed(kit, answer.openid, ""), "a question was left without words"


def owed(kit: object, openid: str, words: str) -> bool:
    """What they were not told in time was put down for them."""
    found = query(Note.text).join(Follower, Follower.id == Note.follower_id).where(Follower.openid == openid)
    return any(words in text for text in tools.look(kit, lambda session: session.scalars(found).all()))


def gone(traffic: Traffic) -> bool:
    """Everybody who unfollowed is gone, and nothing waits in the spool."""
    left = {answer.openid for answer in traffic.of("unfollow")}
    return traffic.site.kit.spool.empty() and not left & tools.followers(traffic.site.kit)


def check_books(traffic: Traffic) -> None:
    """Every follow is there, one event for each joining and leaving, and the recount agrees."""
    kit, count = traffic.site.kit, query(func.count()).select_from(RegistrationEvent)
    assert {a.openid for a in traffic.of("follow")} <= tools.followers(kit)
    left = tools.look(
        kit, lambda session: session.scalar(count.where(RegistrationEvent.kind == EventKind.LEFT))
    )
    assert left == len(traffic.of("unfollow"))
    joined = query(RegistrationEvent.person_no).where(RegistrationEvent.kind == EventKind.JOINED)
    numbers = tools.look(kit, lambda session: session.scalars(joined).all())
    assert len(numbers) == len(set(numbers)), "somebody was counted twice"
    assert not tools.look(kit, lambda session: verify(session, county_date(kit.clock())))
    house = traffic.site.house
    assert not tools.tracebacks(house)
