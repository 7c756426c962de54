"""How soon a screenshot is answered on this machine, and whether the chat keeps its speed meanwhile."""

import json
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bench.house import ACCOUNT, AES_KEY, APP_ID, TOKEN, House
from bench.report import Report, quantile
from lab.handles import FanHandle
from lab.options import Options
from lab.running import LabThread
from tests.shots import LOOKS, TALKS, mixed, shot

PATIENCE_S = 120


def run(options: Mapping[str, str]) -> Report:
    """Forty shots, one every `PACE_S` (2) seconds, while people chat at `RATE` (20) messages a second; SQLite, two
    web processes, one worker. Seconds run from the phone's sending to the card on the phone.
    """
    pace_s, rate = float(options.get("PACE_S", "2")), float(options.get("RATE", "20"))
    report = Report(
        f"pictures: {len(TALKS)} shots, one every {pace_s:g} s, beside {rate:g} messages a second",
        ("what", "p50", "p95", "p99"),
    )
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder), f"sqlite:///{folder}/pictures.db")
        house.furnish(fitted=True)
        with LabThread(_options(house)) as lab:
            house.api_base = lab.url
            with house.serving(), house.running("worker"):
                figures = _measure(lab, pace_s, rate)
    report.figures |= figures
    report.rows.append(("answer, s", figures["p50_s"], figures["p95_s"], figures["worst_s"]))
    for name in ("alone", "beside"):
        chat = figures[f"chat_{name}"]
        report.rows.append((f"chat {name}, ms", chat["p50"], chat["p95"], chat["p99"]))
    report.notes.append(json.dumps(figures))
    return report


def _options(house: House) -> Options:
    return Options(
        app_id=APP_ID, app_secret="bench-secret", token=TOKEN, aes_key=AES_KEY, account_id=ACCOUNT, mode="safe",
        callback_url=f"{house.url}/wechat",
    )  # fmt: skip


def _measure(lab: LabThread, pace_s: float, rate: float) -> dict[str, Any]:
    files = [shot(mixed(words, number), LOOKS[number % len(LOOKS)]) for number, words in enumerate(TALKS)]
    span = len(files) * pace_s
    _answered(
        lab.fan(follow=True, quiet=True), files[0]
    )  # now the reader is awake, as after any first picture
    alone = _chat(lab, rate, span / 2)
    with ThreadPoolExecutor(len(files) + 1) as people:
        beside = people.submit(_chat, lab, rate, span)
        waiting = []
        for data in files:
            fan = lab.fan(follow=True, quiet=True)
            waiting.append(people.submit(_answered, fan, data))
            time.sleep(pace_s)
        took = [each.result() for each in waiting]
    return {
        "shots": len(took), "p50_s": quantile(took, 0.5), "p95_s": quantile(took, 0.95), "worst_s": max(took),
        "chat_alone": alone, "chat_beside": beside.result(),
    }  # fmt: skip


def _answered(fan: FanHandle, data: bytes) -> float:
    """Seconds until the card is on the phone. Raises RuntimeError when none comes in two minutes."""
    began = time.monotonic()
    fan.image(data)
    while time.monotonic() - began < PATIENCE_S:
        if any(row["via"] == "kf" for row in fan.inbox()):
            return time.monotonic() - began
        time.sleep(0.05)
    raise RuntimeError("a picture was not answered")


def _chat(lab: LabThread, rate: float, seconds: float) -> dict[str, Any]:
    told = lab.call("POST", "/load", {"rate": rate, "seconds": seconds})
    return {name: told[name] for name in ("sent", "failed", "p50", "p95", "p99")}
