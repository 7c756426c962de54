"""10,000 messages, each delivered three times at once and once more later: one effect each, the same words each time."""

import asyncio
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import aiohttp
from sqlalchemy import func, select

from bench import postman
from bench.house import House, free_port
from bench.report import Report, quantile
from bot.content.models import Asked
from bot.registry.models import EventKind, Follower, RegistrationEvent, Unit
from bot.talk.models import Inbound
from core.db import connect
from tests.services import scratch_database

PROCESSES = 3
"""Each at a port of its own: behind one port the kernel would give nearly everything to the first that listens."""
AT_ONCE = 12  # people writing at the same time
APART_S = 1.6
UNIT = "B001"


def run(options: Mapping[str, str]) -> Report:
    """`MESSAGES` (10,000) in all: a quarter each of follows, registrations, known and unknown questions."""
    people = int(options.get("MESSAGES", "10000")) // 4
    report = Report(
        f"twins: {people * 4} messages × 4 deliveries, {PROCESSES} web processes, safe mode",
        ("database", "deliveries/s", "p99 ms", "wrong effects", "different replies", "errors"),
    )
    for backend in options.get("BACKENDS", "sqlite,postgresql,mariadb").split(","):
        with (
            tempfile.TemporaryDirectory() as folder,
            scratch_database(backend, "matrix_twins", Path(folder)) as url,
        ):
            house = House(Path(folder), url)
            house.furnish()
            one_unit(house)
            figures = measure(house, people)
        report.figures[backend] = figures
        report.rows.append((backend, *figures.values()))
    return report


def measure(house: House, people: int) -> dict[str, float]:
    """Deliver everything to a furnished house and compare what it holds with what one delivery each would give.

    Four messages a person; the house has a unit UNIT and nobody in it.
    """
    ports = [free_port() for _ in range(PROCESSES)]
    with ExitStack() as stack:
        for port in ports:
            stack.enter_context(house.serving(workers=1, port=port))
        began = time.perf_counter()
        outcome = asyncio.run(_deliver_all(ports, people))
        seconds = time.perf_counter() - began
    return {
        "per_s": len(outcome.times) / seconds,
        "p99_ms": quantile(outcome.times, 0.99) * 1000,
        "wrong_effects": _wrong_effects(house, people),
        "different_replies": outcome.different,
        "errors": outcome.errors,
    }


def one_unit(house: House) -> None:
    table = house.folder / "units.csv"
    table.write_text(f"编号,名称,类型,上级编号\nC,演示县,旗县,\n{UNIT},民政局,机关,C\n", "utf-8")
    done = house.command("import-units", str(table))
    if done.returncode:
        raise RuntimeError(done.stderr)


class Outcome:
    def __init__(self) -> None:
        self.times: list[float] = []
        self.different = self.errors = 0


async def _deliver_all(ports: list[int], people: int) -> Outcome:
    """Everybody's first three messages, and after a pause the last: questions of one breath would be read as one."""
    outcome = Outcome()
    connector = aiohttp.TCPConnector(limit=AT_ONCE * 4)
    async with aiohttp.ClientSession(connector=connector) as session:
        for part in (slice(3), slice(3, None)):
            queue = asyncio.Queue[int]()
            for person in range(people):
                queue.put_nowait(person)
            await asyncio.gather(*(_write(ports, session, queue, part, outcome) for _ in range(AT_ONCE)))
            await asyncio.sleep(APART_S)
    return outcome


async def _write(
    ports: list[int], session: aiohttp.ClientSession, queue: asyncio.Queue[int], part: slice, outcome: Outcome
) -> None:
    """That part of each person's messages, one person after another."""
    while not queue.empty():
        person = queue.get_nowait()
        messages, said = _messages(person)[part], []
        for xml in messages:
            said.append(await _thrice(ports, session, xml, outcome))
        for xml, before in zip(messages, said, strict=True):
            again = await _once(ports[person % len(ports)], session, xml, outcome)
            outcome.different += again != before


def _messages(person: int) -> tuple[bytes, ...]:
    """Follow by the unit's code, agree, ask something known and something unknown."""
    openid, first_id, created = f"o{person:027d}", 10_000_000 + person * 10, int(time.time())
    return (
        postman.event_xml(openid, "subscribe", f"qrscene_u:{UNIT}", created),
        postman.text_xml(openid, "1", first_id + 1, created),
        postman.text_xml(openid, "在家刷单赚佣金是骗局吗", first_id + 2, created),
        postman.text_xml(openid, f"草场西边第{person}棵杨树上的鸟窝是谁家的", first_id + 3, created),
    )


async def _thrice(ports: list[int], session: aiohttp.ClientSession, xml: bytes, outcome: Outcome) -> bytes:
    """One delivery to each process, at once."""
    answers = await asyncio.gather(*(_once(port, session, xml, outcome) for port in ports))
    outcome.different += len(set(answers)) - 1
    return answers[0]


async def _once(port: int, session: aiohttp.ClientSession, xml: bytes, outcome: Outcome) -> bytes:
    query, body = postman.sealed(xml)
    began = time.perf_counter()
    async with session.post(f"http://127.0.0.1:{port}/wechat?{query}", data=body) as answer:
        content = await answer.read()
    outcome.times.append(time.perf_counter() - began)
    words = _words(postman.opened(content)) if answer.status == 200 else b""
    outcome.errors += (
        answer.status != 200 or not words or "没能收下".encode() in words or "没处理好".encode() in words
    )
    return words


def _words(xml: bytes) -> bytes:
    """The text of a reply; its CreateTime may differ between twins."""
    start = xml.find(b"<Content><![CDATA[")
    return xml[start:] if start >= 0 else b""


def _wrong_effects(house: House, people: int) -> int:
    engine = connect(house.database_url)
    with engine.connect() as connection:
        joined = select(func.count()).where(RegistrationEvent.kind == EventKind.JOINED)
        here = (
            select(func.count())
            .select_from(Follower)
            .join(Unit, Unit.id == Follower.unit_id)
            .where(Unit.code == UNIT)
        )
        wanted = ((joined, people), (here, people), (_count(Follower), people), (_count(Asked), people))
        found = [
            (connection.scalar(statement) or 0, number)
            for statement, number in (*wanted, (_count(Inbound), people * 4))
        ]
    engine.dispose()
    return sum(abs(have - want) for have, want in found)


def _count(table: type) -> object:
    return select(func.count()).select_from(table)
