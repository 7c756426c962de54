"""What the office sets itself without a programmer: names, numbers, words, targets; every version ever set is kept."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from bot.registry import audit
from bot.registry.models import Option, Version
from bot.registry.units import touch
from core.errors import Conflict, Refusal

VERSION = "options"
WELCOME = "欢迎关注，这里帮您识别诈骗。"
BROKEN = "页面的内容不完整，请刷新以后再改。"
CHANGED = "您打开这一页以后，{who} 已经改过这一项。请看清下面的改动，再决定是否保存您的。"


class Hotline(NamedTuple):
    """A number residents may call, with the words they know it by."""

    name: str
    number: str


KEPT_LINES = (Hotline("报警", "110"), Hotline("反诈专线", "96110"))
"""Numbers of the whole country, which no county can do without."""


@dataclass(frozen=True, slots=True)
class Options:
    """Everything the office has set, with what holds where nothing is set.

    `target_rate` is a fraction (0.8 = 80 %), to be reached on `target_day`; `size_bands` are the upper bounds of the
    bands in which units are ranked, in people; `promoter_goal` is how many people one promoter should bring.
    """

    county_name: str = ""
    hotlines: tuple[Hotline, ...] = KEPT_LINES
    welcome: str = WELCOME
    target_rate: float | None = None
    target_day: date | None = None
    size_bands: tuple[int, ...] = (100, 500, 2000)
    promoter_goal: int = 30


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that was set: its value as JSON holds it, the number of its version, who set it and when."""

    name: str
    value: Any
    version: int = 0
    by: str = ""
    at: datetime | None = None


class Changed(Conflict):
    """Somebody else set it meanwhile; `now` is what they set."""

    def __init__(self, now: Setting) -> None:
        super().__init__(CHANGED.format(who=now.by))
        self.now = now


@dataclass
class HeldOptions:
    """The options one process holds, compared with the version row at every message."""

    version: int = 0
    options: Options = field(default_factory=Options)

    def refresh(self, session: Session) -> None:
        """Read the options again; they carry the version that was true before they were read."""
        version = options_version(session)
        self.options, self.version = read_options(session), version


def options_version(session: Session) -> int:
    """Moves with everything that is set; 0 before the first."""
    return session.scalar(select(Version.number).where(Version.name == VERSION)) or 0


def read_options(session: Session) -> Options:
    """All that is set, in one query."""
    held = {row.name: json.loads(row.value) for row in session.scalars(select(Option).where(_newest()))}
    target = held.get("target") or {}
    usual = Options()
    return Options(
        county_name=held.get("county_name", usual.county_name),
        hotlines=tuple(Hotline(*line) for line in held.get("hotlines", usual.hotlines)),
        welcome=held.get("welcome", usual.welcome),
        target_rate=target.get("rate"),
        target_day=date.fromisoformat(target["day"]) if target.get("day") else None,
        size_bands=tuple(held.get("size_bands", usual.size_bands)),
        promoter_goal=held.get("promoter_goal", usual.promoter_goal),
    )


def _newest() -> ColumnElement[bool]:
    other = aliased(Option)
    newest = select(func.max(other.version)).where(other.name == Option.name)
    return Option.version == newest.correlate(Option).scalar_subquery()


def setting(session: Session, name: str, usual: Any = None) -> Setting:
    """What is set under this name now; version 0 with the `usual` value when nothing is."""
    return next(iter(settings(session, name, limit=1)), Setting(name, usual))


def settings(session: Session, name: str, limit: int = 50) -> list[Setting]:
    """Every version of one thing, the newest first."""
    rows = session.scalars(
        select(Option).where(Option.name == name).order_by(Option.version.desc()).limit(limit)
    )
    return [Setting(name, json.loads(row.value), row.version, row.set_by, row.set_at) for row in rows]


def save(
    session: Session,
    name: str,
    value: Any,
    seen: int,
    actor: str,
    now: datetime,
    shown: Callable[[Any], Any] | None = None,
) -> Setting:
    """Set `value`, which JSON can hold, as the version after `seen`; the same value again makes none.

    `shown` turns a value into what the audit log says of it.
    Raises Changed when somebody else was faster: the primary key (name, version) lets only one of two in.
    """
    held = setting(session, name)
    if held.version != seen:
        raise Changed(held) if held.version else Refusal(BROKEN)
    if held.version and held.value == value:
        return held
    try:
        with session.begin_nested():
            session.add(_row(name, value, seen + 1, actor, now))
    except IntegrityError:
        raise Changed(setting(session, name)) from None
    touch(session, VERSION)
    said = shown or (lambda it: it)
    before = {name: said(held.value)} if held.version else None
    audit.note(session, actor, "setting", name, now, before, {name: said(value)})
    return Setting(name, value, seen + 1, actor, now)


def _row(name: str, value: Any, version: int, actor: str, now: datetime) -> Option:
    written = json.dumps(value, ensure_ascii=False)
    return Option(name=name, version=version, value=written, set_by=actor[:60], set_at=now)


def dialled(lines: Iterable[Hotline]) -> str:
    """The hotlines in one line: 报警110，反诈专线96110."""
    return "，".join(f"{line.name}{line.number}" for line in lines)
