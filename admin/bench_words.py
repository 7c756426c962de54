"""One side of the test bench: what the resident reads and why, also where something other than the library answers."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

from flask import current_app

from bot.content import bench
from bot.content.bench import Trial
from bot.content.matcher import Matcher
from bot.kit import Kit, kit

Rehearsal = Callable[[str, Kit], tuple[str, str, str]]

ENROLS = "办登记：说的是登记、注销、家人或单位，按步骤办"
GOES_ON = "接着上一句：平时要看前面说了什么"
ASIDE: Mapping[str, str] = {
    "commands": ENROLS,
    "leave": ENROLS,
    "profile": ENROLS,
    "enrol": ENROLS,
    "dialogue": ENROLS,
    "feedback": GOES_ON,
    "after": GOES_ON,
    "smalltalk": "招呼、帮助这类话，有固定的回答",
    "english": "英文：没有卡片，先给双语的提醒，再列出可能相关的类型",
    "media": "不是文字，有固定的回答",
    "": "这句话处理不了",
}
URGENT = "紧急：先给急救卡"
FOR_HELP = "紧急：求助、报警、有危险或想不开的话，先答这一段"


class Shown(NamedTuple):
    """What the resident reads, and how the library judges it."""

    heading: str
    answer: str
    trial: Trial
    aside: str
    """Why the library was not asked; "" where it was."""


def shown(heading: str, text: str, matcher: Matcher) -> Shown:
    """`text` answered by the path of the chat, with that matcher."""
    rehearse: Rehearsal = current_app.extensions["rehearse"]
    answer, gesture, outcome = rehearse(text, replace(kit(), matcher=matcher))
    trial = bench.trial(text, matcher)
    return Shown(heading, answer, trial, not_of_the_library(gesture, outcome, urgent=trial.emergency))


def not_of_the_library(gesture: str, outcome: str, *, urgent: bool) -> str:
    """The reason in words; "" where the library answers. `gesture`, `outcome`: as the rehearsal gives them."""
    if gesture == "emergency":
        return URGENT if urgent else FOR_HELP
    if gesture == "opening":
        return "按名字打开这一类，不看像不像" if outcome == "card" else "打开骗局大全"
    return ASIDE.get(gesture, "")
