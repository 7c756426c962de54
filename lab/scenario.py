"""Scenarios in YAML: people, steps and expectations, played over the control interface."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from lab.handles import Control

UNITS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}


class BadScenario(Exception):
    """The file does not say what to do; the text names the step."""


@dataclass
class Story:
    """What happened: one line for each step, and the first expectation that did not hold."""

    name: str = ""
    lines: list[str] = field(default_factory=list)
    failed: str = ""
    acts: int = 0

    def row(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "ok": not self.failed,
            "failed": self.failed,
            "acts": self.acts,
            "lines": self.lines,
        }


class Player:
    """Plays one scenario. People are called by the names the file gives them."""

    def __init__(self, control: Control, plan: dict[str, Any]) -> None:
        self.control = control
        self.story = Story(str(plan.get("name", "")))
        self.people: dict[str, str] = {}
        self.last: dict[str, dict[str, Any]] = {}
        self._gather(plan.get("fans", []))

    def _gather(self, fans: Any) -> None:
        names = [f"{number}号" for number in range(1, fans + 1)] if isinstance(fans, int) else list(fans)
        if names:
            openids = self.control.fans(len(names), follow=False)
            self.people = dict(zip(map(str, names), openids, strict=True))

    def play(self, steps: list[dict[str, Any]]) -> None:
        for step in steps:
            if self.story.failed:
                return
            self._step(step)

    def _step(self, step: dict[str, Any]) -> None:
        for name, work in STEPS.items():
            if name in step:
                work(self, step[name], step)
                return
        raise BadScenario(f"no step is called {', '.join(map(str, step))}")

    def do(self, who: Any, order: dict[str, Any]) -> None:
        """One act of one person, of a list of them, or of `all`."""
        names = list(self.people) if who == "all" else who if isinstance(who, list) else [who]
        for name in map(str, names):
            self.last[name] = self.control.act(self.openid(name), **order)
            self.story.acts += 1
        shown = str(self.last[str(names[-1])]["shown"]).split("\n")[0] if names else ""
        self.story.lines.append(f"{'、'.join(map(str, names[:3]))} {order['do']} → {shown[:40]}")

    def openid(self, name: Any) -> str:
        if str(name) not in self.people:
            raise BadScenario(f"nobody is called {name}")
        return self.people[str(name)]

    def expect(self, what: dict[str, Any]) -> None:
        """`fan` and any of shown, not_shown, tries, http, inbox (a text that must stand there), count."""
        name = str(what["fan"])
        found = self.last.get(name, {})
        checks: dict[str, Callable[[Any], bool]] = {
            "shown": lambda want: str(want) in str(found.get("shown", "")),
            "not_shown": lambda want: str(want) not in str(found.get("shown", "")),
            "tries": lambda want: found.get("tries") == want,
            "http": lambda want: found.get("http") == want,
            "inbox": lambda want: any(str(want) in str(row) for row in self.control.inbox(self.openid(name))),
            "count": lambda want: len(self.control.inbox(self.openid(name))) == want,
        }
        for key, want in what.items():
            if key != "fan" and not checks[key](want):
                self.story.failed = f"{name}: {key} {want!r}, but {found.get('shown', '')!r}"
                return
        self.story.lines.append(f"✓ {what}")

    def replay(self, what: dict[str, Any]) -> None:
        """The last message of a person again; all answers must be the same."""
        before = self.last[str(what["fan"])]
        more = {key: value for key, value in what.items() if key not in ("fan", "times")}
        answers = self.control.replay(before["act"], int(what.get("times", 1)), **more)
        shown = {str(answer["reply"]) for answer in answers} - {"None"}
        if len(shown | {str(before["reply"])}) > 1 and not more.get("tamper"):
            self.story.failed = f"{what['fan']}: a repeated delivery was answered differently: {shown}"
        self.story.lines.append(f"{what['fan']} replay × {len(answers)}")

    def clock(self, order: dict[str, Any]) -> None:
        self.control.call("POST", "/clock", order)
        self.story.lines.append(f"clock {order}")

    def repeat(self, what: dict[str, Any]) -> None:
        for _ in range(int(what["times"])):
            self.play(what["steps"])


def seconds(text: Any) -> float:
    """`90`, `90s`, `5m`, `48h`, `3d`."""
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(s|m|min|h|d)?\s*", str(text))
    if found is None:
        raise BadScenario(f"{text} is no length of time")
    return float(found[1]) * UNITS[found[2] or "s"]


def _said(player: Player, what: Any, step: dict[str, Any]) -> None:
    player.do(what["fan"], {"do": "say", "text": str(what["text"])})


def _named(do: str) -> Callable[[Player, Any, dict[str, Any]], None]:
    def work(player: Player, what: Any, step: dict[str, Any]) -> None:
        order = {"fan": what} if isinstance(what, str | list) else dict(what)
        who = order.pop("fan")
        player.do(who, {"do": do} | order)

    return work


def _act(player: Player, what: Any, step: dict[str, Any]) -> None:
    order = dict(what)
    player.do(order.pop("fan"), order)


def _faults(player: Player, what: Any, step: dict[str, Any]) -> None:
    player.control.faults(*(what or []))
    player.story.lines.append(f"faults × {len(what or [])}")


def _settings(player: Player, what: Any, step: dict[str, Any]) -> None:
    player.control.settings(**what)


def _wait(player: Player, what: Any, step: dict[str, Any]) -> None:
    time.sleep(min(30.0, seconds(what)))


STEPS: dict[str, Callable[[Player, Any, dict[str, Any]], None]] = {
    "say": _said,
    "follow": _named("follow"),
    "unfollow": _named("unfollow"),
    "scan": _named("scan"),
    "click": _named("click"),
    "act": _act,
    "expect": lambda player, what, step: player.expect(what),
    "replay": lambda player, what, step: player.replay(what),
    "faults": _faults,
    "advance": lambda player, what, step: player.clock({"advance": seconds(what)}),
    "set": lambda player, what, step: player.clock({"set": str(what)}),
    "freeze": lambda player, what, step: player.clock({"mode": "frozen" if what else "running"}),
    "settings": _settings,
    "repeat": lambda player, what, step: player.repeat(what),
    "wait": _wait,
}


def run_scenario(control: Control, plan: Any) -> Story:
    """Play a parsed file. Raises BadScenario when it cannot be understood, LabRefused when the lab says no."""
    if not isinstance(plan, dict) or not isinstance(plan.get("steps"), list):
        raise BadScenario("a scenario has name, fans and steps")
    player = Player(control, plan)
    try:
        player.play(plan["steps"])
    except (KeyError, TypeError) as wrong:
        raise BadScenario(f"a step lacks {wrong}") from wrong
    finally:
        control.faults()
    return player.story
