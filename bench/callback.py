"""The whole path of a question in safe mode, beside a bare echo and beside WeRoBot, and at a paced rate."""

import asyncio
import json
import os
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import aiohttp

from bench import postman
from bench.house import ROOT, House, gunicorn
from bench.report import Report, quantile
from tests.services import scratch_database

FAN = "o" + "f" * 27
QUESTION = "客服打电话说我开通了百万保障，不关每月要扣八百块，是真的吗"
ASKED = {"": QUESTION, ", words never seen before": QUESTION.replace("八百", "{}")}
"""What a house of ours is asked: one question by everybody, and each time another, which nothing is remembered of."""
UNIT = "B001"


def run(options: Mapping[str, str]) -> Report:
    """gunicorn gthread 2 × 4, wrk 1 × 16. SECONDS of load a measure, ROUNDS in turn, PACED_S at PACED_RATE a second."""
    report = Report(
        "callback: gunicorn gthread 2 × 4, wrk 1 × 16, safe mode, one registered fan, one real question",
        ("who", "requests/s", "p50 ms", "p99 ms", "errors", "ratio to echo", "ratio to WeRoBot"),
    )
    with tempfile.TemporaryDirectory() as folder:
        results = _measure_all(Path(folder), options)
    echo, robot = _median(results["echo"]), _median(results["werobot"])
    for name, rounds in results.items():
        rate, errors = _median(rounds), sum(one["errors"] for one in rounds)
        p50, p99 = (quantile([one[key] for one in rounds], 0.5) for key in ("p50_ms", "p99_ms"))
        report.rows.append((name, rate, p50, p99, errors, rate / echo, rate / robot))
        report.figures[name] = {"per_s": rate, "p50_ms": p50, "p99_ms": p99, "errors": errors}
        report.figures[name] |= {"to_echo": rate / echo, "to_werobot": rate / robot}
    with tempfile.TemporaryDirectory() as folder:
        for backend in _backends(options):
            report.figures[f"paced-{backend}"] = paced = _paced(Path(folder), backend, options)
            report.notes.append(f"paced {backend}: {json.dumps(paced)}")
    return report


def _backends(options: Mapping[str, str]) -> list[str]:
    return options.get("BACKENDS", "sqlite,postgresql").split(",")


def _median(rounds: list[dict[str, float]]) -> float:
    return quantile([one["per_s"] for one in rounds], 0.5)


def _measure_all(folder: Path, options: Mapping[str, str]) -> dict[str, list[dict[str, float]]]:
    """Everybody in turn, ROUNDS times over, so that a drifting machine is fair to all."""
    seconds, rounds = int(options.get("SECONDS", "8")), int(options.get("ROUNDS", "3"))
    results: dict[str, list[dict[str, float]]] = {}
    with ExitStack() as stack:
        houses = {name: _house(name, folder, stack) for name in ("echo", "werobot", *_backends(options))}
        for turn in range(rounds):
            for name, house in houses.items():
                with _served(name, house):
                    for words, ask in ASKED.items() if name in _backends(options) else (("", QUESTION),):
                        first_id = (2 * turn + 1 + bool(words)) * 10_000_000
                        measured = _wrk(house, seconds, first_id, ask)
                        results.setdefault(name + words, []).append(measured)
    return results


def _house(name: str, folder: Path, stack: ExitStack) -> House:
    """An installation of its own; ours is furnished and has its fan registered."""
    own = folder / name
    own.mkdir()
    if name in ("echo", "werobot"):
        return House(own, f"sqlite:///{own}/none.db")
    house = House(own, stack.enter_context(scratch_database(name, "matrix_callback", own)))
    furnish(house)
    with house.serving():
        register(house)
    return house


def _served(name: str, house: House) -> AbstractContextManager[object]:
    return _baseline(name, house) if name in ("echo", "werobot") else house.serving()


def _baseline(name: str, house: House) -> AbstractContextManager[object]:
    app = {"echo": "bench.baselines.echo:app", "werobot": "bench.baselines.robot:app"}[name]
    env = house.env | {"PORT": str(house.port), "PYTHONPATH": str(ROOT)}
    return gunicorn(app, house.port, env, house.folder / "web.log")


def furnish(house: House) -> None:
    """Tables, library, a fitted model, one unit."""
    house.furnish(fitted=True)
    table = house.folder / "units.csv"
    table.write_text(f"编号,名称,类型,上级编号\nC,演示县,旗县,\n{UNIT},民政局,机关,C\n", "utf-8")
    done = house.command("import-units", str(table))
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])


def register(house: House) -> None:
    """The fan follows by the unit's code and agrees."""
    for xml in (postman.event_xml(FAN, "subscribe", f"qrscene_u:{UNIT}"), postman.text_xml(FAN, "1", 1)):
        said = postman.opened(post(house, xml))
    if "登记成功".encode() not in said:
        raise RuntimeError("the fan could not register")
    post(house, postman.text_xml(FAN, "0", 2))


def post(house: House, xml: bytes) -> bytes:
    query, body = postman.sealed(xml)
    with urllib.request.urlopen(
        urllib.request.Request(f"{house.url}/wechat?{query}", body), timeout=10
    ) as answer:
        return bytes(answer.read())


def _wrk(house: House, seconds: int, first_id: int, ask: str) -> dict[str, float]:
    """Prepared deliveries, each a message of its own; more of them than can be used up."""
    prepared = house.folder / "deliveries.tsv"
    with prepared.open("wb") as out:
        for number in range(4000 * seconds):
            query, body = postman.sealed(postman.text_xml(FAN, ask.format(number), first_id + number))
            out.write(query.encode() + b"\t" + body + b"\n")
    line = [
        "wrk",
        "-t1",
        "-c16",
        f"-d{seconds}s",
        "--latency",
        "-s",
        str(ROOT / "bench/deliveries.lua"),
        house.url,
    ]
    done = subprocess.run(
        line, env=os.environ | {"DELIVERIES": str(prepared)}, capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout.partition("RESULT ")[2])
    locked = (house.folder / "web.log").read_text("utf-8", "replace").count("database is locked")
    return {
        "per_s": told["requests"] / (told["us"] / 1e6), "p50_ms": told["p50_ms"], "p99_ms": told["p99_ms"],
        "errors": told["wrong"] + told["socket"] + locked,
    }  # fmt: skip


def _paced(folder: Path, backend: str, options: Mapping[str, str]) -> dict[str, float]:
    """An open loop: messages arrive at their moment whether or not earlier ones were answered."""
    rate, seconds = int(options.get("PACED_RATE", "200")), int(options.get("PACED_S", "60"))
    own = folder / backend
    own.mkdir()
    with scratch_database(backend, "matrix_paced", own) as url:
        house = House(own, url)
        furnish(house)
        with house.serving():
            began = time.perf_counter()
            post(house, postman.text_xml(FAN, QUESTION, 3))
            first_s = time.perf_counter() - began
            register(house)
            times, errors = asyncio.run(_open_loop(house, rate, seconds))
    return {
        "rate": rate, "n": len(times), "p50_ms": quantile(times, 0.5) * 1000, "p99_ms": quantile(times, 0.99) * 1000,
        "max_ms": max(times) * 1000, "errors": errors, "first_message_s": first_s,
    }  # fmt: skip


async def _open_loop(house: House, rate: int, seconds: int) -> tuple[list[float], int]:
    times: list[float] = []
    errors = 0

    async def deliver(session: aiohttp.ClientSession, number: int, due: float) -> None:
        nonlocal errors
        query, body = postman.sealed(postman.text_xml(FAN, QUESTION, 50_000_000 + number))
        async with session.post(f"{house.url}/wechat?{query}", data=body) as answer:
            errors += answer.status != 200 or b"<Encrypt>" not in await answer.read()
        times.append(time.perf_counter() - due)

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        began, tasks = time.perf_counter(), []
        for number in range(rate * seconds):
            due = began + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            tasks.append(asyncio.create_task(deliver(session, number, due)))
        await asyncio.gather(*tasks)
    return times, errors
