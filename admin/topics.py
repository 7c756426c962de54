"""The things the office sets, one row each: how it is typed, what is kept of it, and what it will look like."""

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from bot.registry import consent, greeting, option_rules, options
from bot.registry.options import Hotline, Options, Setting, dialled
from core.errors import NotFound

SAMPLE_UNIT = "乌兰镇 › 东风嘎查"
Typed = Mapping[str, str]


class Field(NamedTuple):
    """One input of a topic's form; `lines` over 1 makes it a text area."""

    name: str
    label: str
    kind: str = "text"
    lines: int = 1
    hint: str = ""


class Bubble(NamedTuple):
    """A message as a resident would see it."""

    when: str
    text: str


class Topic(NamedTuple):
    """`read` turns what was typed into a value, `write` a value into what stands in the form, `said` into words."""

    title: str
    why: str
    fields: tuple[Field, ...]
    read: Callable[[Typed, date], Any]
    write: Callable[[Any], Typed]
    said: Callable[[Any], str]
    usual: Any
    shown: Callable[[Any, Options, str], list[Bubble]] = lambda value, held, terms: []


def _one(value: Any) -> Typed:
    return {"text": str(value)}


def _welcomed(held: Options, terms: str) -> list[Bubble]:
    by_code = greeting.by_code(held, SAMPLE_UNIT, greeting.terms_of(terms))
    return [Bubble("扫单位二维码关注", by_code), Bubble("搜索关注", greeting.by_search(held))]


def _lines(value: Any) -> tuple[Hotline, ...]:
    return tuple(Hotline(*line) for line in value)


def _target_said(value: Any) -> str:
    return f"{value['day']} 前达到 {100 * value['rate']:g}%" if value else "没有设目标"


def _target_written(value: Any) -> Typed:
    return (
        {"percent": f"{100 * value['rate']:g}", "day": value["day"]} if value else {"percent": "", "day": ""}
    )


def bands_said(bounds: Any) -> str:
    """20–100 人、101–500 人、501 人以上."""
    edges = zip([20, *(bound + 1 for bound in bounds)], bounds, strict=False)
    return "、".join([*(f"{low:,}–{high:,} 人" for low, high in edges), f"{bounds[-1] + 1:,} 人以上"])


TOPICS: Mapping[str, Topic] = {
    "county_name": Topic(
        "旗县名称", "出现在问候语、海报和报表上。",
        (Field("text", "旗县名称", hint="比如：演示旗。留空就不出现。最多 30 个字。"),),
        lambda typed, today: option_rules.county_name(typed["text"]), _one,
        lambda value: value or "（没有填）", "",
        lambda value, held, terms: [Bubble("有人打招呼", greeting.hello(replace(held, county_name=value)))],
    ),
    "hotlines": Topic(
        "值班电话", "出现在帮助、海报上。110 和 96110 必须保留。",
        (Field("text", "每行一个：名称、空格、号码", lines=6, hint="比如：反诈办 0470-1234567。最多 6 个。"),),
        lambda typed, today: option_rules.hotlines(typed["text"]),
        lambda value: {"text": "\n".join(f"{name} {number}" for name, number in value)},
        lambda value: dialled(_lines(value)), [list(line) for line in options.KEPT_LINES],
        lambda value, held, terms: [Bubble("回复“帮助”", greeting.help_of(replace(held, hotlines=_lines(value))))],
    ),
    "welcome": Topic(
        "欢迎语", "新关注的人读到的第一句话，后面跟着登记说明或用法。",
        (Field("text", "欢迎语", lines=4, hint=f"最多约 130 个汉字。可以写 {greeting.COUNTY} 和 {greeting.PHONES}，"
               "发出时换成旗县名称和值班电话。"),),
        lambda typed, today: option_rules.welcome(typed["text"]), _one, str, options.WELCOME,
        lambda value, held, terms: _welcomed(replace(held, welcome=value), terms),
    ),
    "consent": Topic(
        "登记说明", "居民登记前读到的说明；他们同意的是哪一版，每个人都记着。",
        (Field("text", "登记说明", lines=10, hint="20 到约 330 个汉字，写明发送“注销”就会删除。每次修改都另存一版。"),),
        lambda typed, today: consent.checked(typed["text"]), _one, str, consent.FIRST_TEXT,
        lambda value, held, terms: _welcomed(held, value)[:1],
    ),
    "target": Topic(
        "登记率目标", "预测和总览按这个目标算什么时候能达到。",
        (Field("percent", "目标登记率（%）"), Field("day", "到哪一天", kind="date", hint="两项都留空，就是不设目标。")),
        lambda typed, today: option_rules.target(typed["percent"], typed["day"], today),
        _target_written, _target_said, {},
    ),
    "size_bands": Topic(
        "排名分组", "大小相近的单位之间才比较。不满 20 人的单位不参加排名。",
        (Field("text", "每组的人数上限", hint="从小到大，用逗号分开，比如：100，500，2000。"),),
        lambda typed, today: option_rules.size_bands(typed["text"]),
        lambda value: {"text": "，".join(map(str, value))}, bands_said, [100, 500, 2000],
    ),
    "promoter_goal": Topic(
        "推广员目标", "每位推广员应带来多少人登记。",
        (Field("text", "人数", hint="1 到 1000。"),),
        lambda typed, today: option_rules.promoter_goal(typed["text"]), _one,
        lambda value: f"每人 {value} 人", 30,
    ),
}  # fmt: skip


def topic_of(name: str) -> Topic:
    if name not in TOPICS:
        raise NotFound("没有这一项设置。")
    return TOPICS[name]


def current(session: Session, name: str) -> Setting:
    """What holds now, with its version, who set it and when."""
    return (
        consent.latest(session) if name == "consent" else options.setting(session, name, TOPICS[name].usual)
    )


def versions(session: Session, name: str) -> list[Setting]:
    """Every version kept, the newest first."""
    return consent.history(session) if name == "consent" else options.settings(session, name)


def keep(session: Session, name: str, value: Any, seen: int, actor: str, now: datetime) -> None:
    """Store a value as the version after `seen`. Raises Changed when somebody was faster."""
    if name == "consent":
        consent.change(session, value, now, actor, seen)
    else:
        options.save(session, name, value, seen, actor, now, TOPICS[name].said)


def changes(old: str, new: str) -> list[tuple[str, str]]:
    """What went and what came, piece by piece: (same | gone | new, text)."""
    before, after = _pieces(old), _pieces(new)
    found: list[tuple[str, str]] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(("same", "".join(before[a:b])))
            continue
        found += [("gone", "".join(before[a:b]))] * (a < b) + [("new", "".join(after[c:d]))] * (c < d)
    return found


def _pieces(text: str) -> list[str]:
    return re.findall(r"[^，。；：、\n]+[，。；：、\n]*|[，。；：、\n]+", text)
