"""What changed between two texts, and what a reply looks like on a phone, as a page shows them."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from markupsafe import Markup

from bot.content.body_diff import Change

ALIKE = 0.4
"""Two lines less alike than this are shown one after the other: confetti of single characters helps nobody."""


_TAP = re.compile(r"<a [^>]*>(.*?)</a>", re.DOTALL)


class Part(NamedTuple):
    """Some text that stayed (""), went ("del") or came ("ins")."""

    how: str
    text: str


def marked(change: Change) -> list[list[Part]]:
    """The lines of a change, old and new woven together."""
    lines: list[list[Part]] = []
    for how, old, new in _steps(change.old, change.new):
        if how == "equal":
            lines += [[Part("", line)] for line in old]
        elif how == "replace" and len(old) == len(new):
            pairs = zip(old, new, strict=True)
            lines += [line for before, after in pairs for line in _within(before, after)]
        else:
            lines += [[Part("del", line)] for line in old] + [[Part("ins", line)] for line in new]
    return lines


def _within(old: str, new: str) -> list[list[Part]]:
    if SequenceMatcher(None, old, new, autojunk=False).ratio() < ALIKE:
        return [[Part("del", old)], [Part("ins", new)]]
    line: list[Part] = []
    for how, before, after in _steps(old, new):
        if how == "equal":
            line.append(Part("", "".join(before)))
        else:
            line += [Part(mode, "".join(text)) for mode, text in (("del", before), ("ins", after)) if text]
    return [line]


def _steps(old: Sequence[str], new: Sequence[str]) -> list[tuple[str, Sequence[str], Sequence[str]]]:
    found = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [(how, old[a:b], new[c:d]) for how, a, b, c, d in found]


def chat(text: str) -> Markup:
    """A reply as a phone shows it: what can be tapped is underlined, nothing of it is a link here."""
    parts = _TAP.split(text)  # texts and, between them, what can be tapped
    return Markup("").join(
        Markup("<u>{}</u>").format(part) if n % 2 else part for n, part in enumerate(parts)
    )
