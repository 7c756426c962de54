"""The county's rate page and its year's trend as the office serves them, beside a plain recount of all events."""

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event, insert

from bench.baselines import recount
from bench.house import House
from bench.report import Report, quantile
from bot.kit import Kit
from bot.registry.importing import import_units
from bot.registry.models import EventKind, RegistrationEvent, Staff, StaffRole
from bot.registry.rates import freeze
from bot.registry.shares import Span
from bot.registry.trend import days_of
from core.clock import county_date
from tests.services import ready, scratch_database
from wsgi import create_app, kit_for

TOWNS, VILLAGES = 20, 479
IMPORTED = 10_000
DAYS = 365
CHUNK = 10_000
PAGES = {"page": "/admin/rates", "trend": "/admin/rates/trend?target=80"}


def run(options: Mapping[str, str]) -> Report:
    """PEOPLE (200,000) over a year in 500 units, ROUNDS (20) requests of each page in this process.

    The JSON line holds the slower database's figures: `page_ms` and `trend_ms` are the median of a request
    inside the web application, `queries` the most that one of them sent, `import_s` 10,000 new units.
    """
    people, rounds = int(options.get("PEOPLE", "200000")), int(options.get("ROUNDS", "20"))
    report = Report(
        f"rates: {1 + TOWNS + VILLAGES} units, {people:,} people, in process; beside a plain recount of all events",
        ("database", "page", "p50 ms", "p95 ms", "queries", "recount ms", "times faster"),
    )
    worst: dict[str, Any] = {"units": 1 + TOWNS + VILLAGES, "people": people}
    for backend in options.get("BACKENDS", "sqlite,postgresql").split(","):
        with (
            tempfile.TemporaryDirectory() as folder,
            scratch_database(backend, "matrix_rates", Path(folder)) as url,
        ):
            found = measure(House(Path(folder), url), people, rounds, report, backend)
        for name, value in found.items():
            worst[name] = max(worst.get(name, 0), value)
    report.figures = worst
    return report


def measure(house: House, people: int, rounds: int, report: Report, backend: str) -> dict[str, float]:
    ready(house.database_url).dispose()
    kit = kit_for(house.settings())
    today = county_date(kit.clock())
    furnish(kit, people, today)
    browser = signed_in(kit)
    figures: dict[str, float] = {"queries": 0}
    for name, address in PAGES.items():
        days = (
            [today - timedelta(days=back) for back in (0, 7, 30, 90)]
            if name == "page"
            else days_of(today, Span.WEEK, 54)
        )
        times, queries = served(kit, browser, address, rounds)
        plain = timed(lambda days=days: recount.rates(kit.db.bind, days), 1)
        p50, p95 = quantile(times, 0.5) * 1000, quantile(times, 0.95) * 1000
        report.rows.append((backend, name, p50, p95, queries, plain * 1000, plain * 1000 / p50))
        figures |= {f"{name}_ms": round(p50, 1), "queries": max(figures["queries"], queries)}
    figures["import_s"] = round(imported(kit), 2)
    report.notes.append(f"{backend}: {IMPORTED:,} new units imported in {figures['import_s']} s")
    kit.db.bind.dispose()
    return figures


def furnish(kit: Kit, people: int, today: date) -> None:
    """A banner of towns and villages, everybody's registration in its year, every day but today frozen."""
    luck = Random(96110)
    now = kit.clock()
    first = today - timedelta(days=DAYS)
    with kit.db.transaction() as session:
        import_units(session, list(table(TOWNS, VILLAGES, first)), now)
        ids = recount.village_ids(session.connection())
        days = sorted(luck.choices(range(DAYS + 1), k=people))
        rows = [
            joined(luck, ids, number, first + timedelta(days=day), now) for number, day in enumerate(days, 1)
        ]
        for start in range(0, people, CHUNK):
            session.execute(insert(RegistrationEvent.__table__), rows[start : start + CHUNK])
    with kit.db.transaction() as session:
        freeze(session, today - timedelta(days=1), now)


def joined(luck: Random, ids: list[int], number: int, day: date, now: datetime) -> dict[str, Any]:
    return {
        "at": now,
        "day": day,
        "unit_id": luck.choice(ids),
        "person_no": number,
        "kind": EventKind.JOINED,
        "delta": 1,
    }


def table(towns: int, villages: int, since: date) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of an import: a banner, towns and their villages with head-counts."""
    rows = [("C", "基准旗", "旗县", "", "400000")]
    rows += [(f"T{n}", f"镇{n}", "苏木镇", "C", "20000") for n in range(towns)]
    rows += [(f"V{n}", f"村{n}", "嘎查村", f"T{n % towns}", "800") for n in range(villages)]
    for number, (code, name, kind, parent, count) in enumerate(rows, 2):
        cells = {
            "编号": code,
            "名称": name,
            "类型": kind,
            "上级编号": parent,
            "应登记人数": count,
            "人数来源": "统计局",
        }
        yield number, cells | {"起始日期": since.isoformat()}


def signed_in(kit: Kit) -> FlaskClient:
    """A browser of the office's admin."""
    with kit.db.transaction() as session:
        person = Staff(login="bench", name="测试", password_hash="-")
        session.add(person)
        session.flush()
        session.add(StaffRole(staff_id=person.id, role="admin", unit_id=None))
        cookie, now = f"{person.id}.{person.session_no}", kit.real_clock().timestamp()
    browser = create_app(kit).test_client()
    with browser.session_transaction("/admin/") as held:
        held.update({"_user_id": cookie, "_fresh": True, "since": now, "seen": now})
    return browser


def served(kit: Kit, browser: FlaskClient, address: str, rounds: int) -> tuple[list[float], int]:
    """How long the application takes for the page each time, and how many statements it sends."""
    times = []
    with counting(kit) as seen:
        for round_ in range(rounds + 2):
            seen.clear()
            began = time.perf_counter()
            answer = browser.get(address)
            if round_ > 1:  # the first two fill caches and open connections
                times.append(time.perf_counter() - began)
            if answer.status_code != 200 or "基准旗" not in answer.text:
                raise RuntimeError(f"{address}: {answer.status}")
    return times, len(seen)


@contextmanager
def counting(kit: Kit) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(kit.db.bind, "before_cursor_execute", note)
    yield seen
    event.remove(kit.db.bind, "before_cursor_execute", note)


def timed(work: Callable[[], object], rounds: int) -> float:
    """The median of so many times."""
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return quantile(times, 0.5)


def imported(kit: Kit) -> float:
    """Seconds for a table of 10,000 new units, read already, with everything that is checked."""
    rows = [
        (
            n + 2,
            {
                "编号": f"N{n}",
                "名称": f"新单位{n}",
                "类型": "企业",
                "上级编号": f"T{n % TOWNS}",
                "应登记人数": "50",
                "人数来源": "统计局",
            },
        )
        for n in range(IMPORTED)
    ]
    began = time.perf_counter()
    with kit.db.transaction() as session:
        import_units(session, rows, kit.clock())
    return time.perf_counter() - began
