"""What is wrong with one line of a file of JSON lines, by key, each value with what to write instead."""

import json
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from bot.content.body_rules import TITLE
from bot.content.library import key_of
from bot.content.phrases import LONGEST, can_serve

WHOLE = "整行"
TEXTS, LISTS = ("title", "text"), ("aliases", "questions", "tags")
Fault = tuple[int, str, str]
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
UNREADABLE = '不是一个完整的 JSON 对象。一行写一个 {"type": …}，外面没有方括号，末尾没有逗号。'


def parsed(number: int, line: str, faults: list[Fault]) -> dict[str, Any] | None:
    """The object a line holds; without one the fault is added."""
    try:
        found = json.loads(line)
    except (
        ValueError,
        RecursionError,
    ):  # a number of thousands of digits; brackets within brackets without end
        found = None
    if not isinstance(found, dict):
        faults.append((number, WHOLE, UNREADABLE))
        return None
    return found


def line_faults(number: int, found: Mapping[str, Any], codes: Mapping[str, str]) -> list[Fault]:
    """Every fault of one line. `codes` maps a type's code or name to its code."""
    said = found.get("type")
    known = isinstance(said, str) and said in codes
    faults = [] if known else [(number, "type", no_type(said, tuple(codes)))]
    faults += [(number, name, told) for name in TEXTS if (told := _text_fault(found.get(name)))]
    title, text = (found.get(name) or "" for name in TEXTS)
    if isinstance(title, str) and isinstance(text, str):
        if bool(title.strip()) != bool(text.strip()):
            faults.append((number, "title", "标题和正文要么都写，要么都不写。"))
        if len(title) > TITLE:
            faults.append((number, "title", f"有 {len(title)} 个字，最多 {TITLE} 个。"))
    return faults + [
        (number, name, told) for name in LISTS for told in _list_faults(name, found.get(name) or [])
    ]


def no_type(said: object, known: tuple[str, ...]) -> str:
    """That a type is not there, with the name that is nearest to what was written."""
    if not isinstance(said, str) or not said.strip():
        return "没有写类型。请写案例库里的名称或编号。"
    return f"没有叫“{said[:40]}”的类型。{_guess(said[:40], known)}请写案例库里的名称或编号。"


@lru_cache(maxsize=1000)
def _guess(said: str, known: tuple[str, ...]) -> str:
    near = get_close_matches(said, known, 1, 0.5)
    return f"是不是“{near[0]}”？" if near else ""


def too_short(text: str) -> str:
    return f"“{text[:20]}”太短，或只有数字符号。至少写两个字（96110 这样的号码可以）。"


def _text_fault(value: object) -> str:
    if value is not None and not isinstance(value, str):
        return "要写成文字，两头加引号。"
    return _unseen([value or ""])


def _list_faults(name: str, value: object) -> Iterable[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        return [f'要写成一列文字：["{"垫资" if name == "tags" else "垫付做单"}"]。']
    long = [
        f"“{each[:20]}…”有 {len(each)} 个字，最多 {LONGEST} 个。" for each in value if len(each) > LONGEST
    ]
    unseen = [told] if (told := _unseen(value)) else []
    if name == "tags":
        return long + unseen + (["有一个标签是空的，请删去。"] if "" in value else [])
    return long + unseen + [too_short(each) for each in value if not can_serve(key_of(each))]


def _unseen(texts: Iterable[str]) -> str:
    found = any(_UNSEEN.search(text) for text in texts)
    return "里面有看不见的控制字符，保存不了。请重新打一遍这段文字。" if found else ""
