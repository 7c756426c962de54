"""Faults on demand: which calls go wrong, how often and in which way."""

import random
import re
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from typing import Any

from lab.errors import BadOrder


@dataclass(slots=True)
class Rule:
    """One fault. `cut` before: the caller is dropped; after: the work is done first. `times` counts down.

    `silent`: the caller hears nothing until it leaves. `body` is answered in the platform's place, a text as it
    stands, anything else as JSON; `headers` are set on whatever is answered.
    """

    path: str = "*"
    openid: str | None = None
    percent: float = 100.0
    times: int | None = None
    errcode: int | None = None
    errmsg: str | None = None
    http: int | None = None
    body: str | dict[str, Any] | list[Any] | None = None
    headers: dict[str, str] | None = None
    latency_ms: float = 0.0
    cut: str | None = None
    silent: bool = False
    truncate: bool = False

    def row(self) -> dict[str, Any]:
        return {key: value for key, value in asdict(self).items() if value not in (None, False, 0.0)}


class FaultBoard:
    """The rules in force, in order; the first that fits a call acts."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []
        self._dice = random.Random(1)

    def replace(self, rows: Any) -> None:
        """Take a new list. Raises BadOrder and keeps the old one."""
        if not isinstance(rows, list):
            raise BadOrder("faults are a list of rules")
        try:
            rules = [Rule(**row) for row in rows]
        except TypeError as wrong:
            raise BadOrder(f"a rule is {{path, openid, percent, times, …}}: {wrong}") from wrong
        for rule in rules:
            _check(rule)
        self.rules, self._dice = rules, random.Random(1)

    def hit(self, path: str, openid: str) -> Rule | None:
        """The rule for this call, and one off its count."""
        for rule in self.rules:
            if self._fits(rule, path, openid):
                if rule.times is not None:
                    rule.times -= 1
                return rule
        return None

    def _fits(self, rule: Rule, path: str, openid: str) -> bool:
        if rule.times is not None and rule.times <= 0:
            return False
        if not fnmatchcase(path, rule.path) or (rule.openid is not None and rule.openid != openid):
            return False
        return rule.percent >= 100 or self._dice.random() * 100 < rule.percent


HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
KINDS: dict[str, Any] = {
    "path": str, "openid": str, "percent": int | float, "times": int, "errcode": int, "errmsg": str, "http": int,
    "latency_ms": int | float,
}  # fmt: skip


def _check(rule: Rule) -> None:
    """Raises BadOrder."""
    if rule.cut not in (None, "before", "after"):
        raise BadOrder('cut is "before" or "after"')
    for name, kind in KINDS.items():
        value = getattr(rule, name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, kind)):
            raise BadOrder(f"{name} cannot be {value!r}")
    if rule.percent is None or rule.latency_ms is None or rule.latency_ms < 0:
        raise BadOrder("percent and latency_ms are numbers")
    if rule.http is not None and not 200 <= rule.http <= 599:
        raise BadOrder("http is a status from 200 to 599")
    if not isinstance(rule.body, str | dict | list | None):
        raise BadOrder("body is a text, an object or a list")
    headers = {} if rule.headers is None else rule.headers
    if not isinstance(headers, dict) or not all(
        _one_line(name) and HEADER.fullmatch(name) and _one_line(value) for name, value in headers.items()
    ):
        raise BadOrder('headers are {"name": "text of one line"}')


def _one_line(value: Any) -> bool:
    return isinstance(value, str) and value.isprintable()
