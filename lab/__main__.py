"""`python -m lab` starts the lab; `scenario`, `load`, `record` and `play` work beside it."""

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import requests
import yaml

from lab.errors import BadOrder
from lab.handles import Control, LabRefused
from lab.load import Plan, run_load
from lab.options import Options, parsed
from lab.running import LabThread
from lab.scenario import BadScenario, run_scenario
from lab.server import Lab, RealAppId

URL = "http://127.0.0.1:8001"


async def serve(options: Options) -> None:
    """Run until a signal; the first line of standard output is JSON with `url` and `port`."""
    lab = Lab(options)
    await lab.start()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    say({"url": lab.url, "port": int(lab.url.rsplit(":", 1)[1]), "console": lab.url + "/"})
    await stop.wait()
    await lab.stop()


def say(row: Any) -> None:
    sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def start(argv: Sequence[str]) -> int:
    asyncio.run(serve(parsed(argv)))
    return 0


def scenario(argv: Sequence[str]) -> int:
    """Play a file against a running lab, or against a fresh one; 1 when an expectation did not hold."""
    parser = argparse.ArgumentParser(prog="python -m lab scenario")
    parser.add_argument("file", type=Path)
    parser.add_argument("--url", default="", help="a running lab; without it one is started for the file")
    given, rest = parser.parse_known_args(argv)
    plan = yaml.safe_load(given.file.read_text(encoding="utf-8"))
    if given.url:
        story = run_scenario(Control(given.url), plan)
    else:
        with LabThread(parsed(["--port", "0", *rest])) as lab:
            story = run_scenario(lab, plan)
    for line in story.lines:
        sys.stderr.write(line + "\n")
    say(story.row() | {"lines": len(story.lines)})
    return 1 if story.failed else 0


def load(argv: Sequence[str]) -> int:
    """Drive a callback: the account comes from the same flags and environment as for the lab itself."""
    parser = argparse.ArgumentParser(prog="python -m lab load")
    parser.add_argument("--rate", type=float, default=200.0, help="messages a second; 0: as fast as answered")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--fans", type=int, default=200)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--text", action="append", default=None)
    given, rest = parser.parse_known_args(argv)
    more = {"texts": given.text} if given.text else {}
    plan = Plan(
        rate=given.rate, seconds=given.seconds, fans=given.fans, connections=given.connections, **more
    )
    say(asyncio.run(_load(parsed(rest), plan)))
    return 0


async def _load(options: Options, plan: Plan) -> dict[str, Any]:
    return await run_load(Lab(options).world, plan)


def record(argv: Sequence[str]) -> int:
    """`record on` begins; `record FILE` ends it and writes the orders as JSON lines."""
    parser = argparse.ArgumentParser(prog="python -m lab record")
    parser.add_argument("file", help='"on", or the file to write')
    parser.add_argument("--url", default=URL)
    given = parser.parse_args(argv)
    control = Control(given.url)
    rows = control.call("POST", "/record", {"on": given.file == "on"})
    if given.file != "on":
        lines = [json.dumps(row, ensure_ascii=False) for row in rows]
        Path(given.file).write_text("\n".join(lines) + "\n", encoding="utf-8")
        say({"rows": len(rows)})
    return 0


def play(argv: Sequence[str]) -> int:
    """Do again what a file recorded."""
    parser = argparse.ArgumentParser(prog="python -m lab play")
    parser.add_argument("file", type=Path)
    parser.add_argument("--url", default=URL)
    parser.add_argument("--speed", type=float, default=0.0, help="0: no pauses; 1: as recorded")
    given = parser.parse_args(argv)
    text = given.file.read_text(encoding="utf-8")
    rows = [json.loads(line) for line in text.splitlines() if line.strip()]
    answers = Control(given.url).call("POST", "/record/play", {"rows": rows, "speed": given.speed})
    say({"rows": len(answers), "refused": sum("error" in answer for answer in answers)})
    return 0


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "scenario": scenario,
    "load": load,
    "record": record,
    "play": play,
}


def main(argv: Sequence[str]) -> int:
    """0 when it went well, 1 when not."""
    work, rest = (COMMANDS[argv[0]], argv[1:]) if argv and argv[0] in COMMANDS else (start, argv)
    try:
        return work(rest)
    except RealAppId as real:
        sys.stderr.write(f"{real} looks like a real app id; --allow-real-app-id goes on all the same\n")
    except (OSError, BadOrder, BadScenario, LabRefused, requests.RequestException, ValueError) as failed:
        sys.stderr.write(f"the lab cannot do this: {failed}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
