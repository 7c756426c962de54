"""What was asked lately, by type, town and audience, in people; nothing that could be told of fewer than five."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from bot.content.models import ScamType
from bot.registry.models import Follower, Unit, UnitKind
from bot.registry.people import AUDIENCES
from bot.talk.models import Inbound
from core.clock import COUNTY_TIME

LEAST = 5
"""People below which nothing is shown (an office's own rule; statistics offices use three to ten)."""
WEEK = timedelta(days=7)
BEFORE = 4  # weeks
SHOWN = ("card", "choice")
EMERGENCY = "emergency"
NOWHERE, NOBODY, REST = "未登记", "未填写", "其他"


class Part(NamedTuple):
    """A part of a whole: None where it is kept back."""

    name: str
    people: int | None


class Rise(NamedTuple):
    """One type of which at least five people asked in the last seven days, and who they are by town and by audience.

    `mean` is of the four weeks before, None when these had fewer than five people in all.
    """

    code: str
    people: int
    mean: float | None
    towns: list[Part]
    audiences: list[Part]

    @property
    def change(self) -> float | None:
        """(now − mean) / mean."""
        return None if not self.mean else (self.people - self.mean) / self.mean


class Radar(NamedTuple):
    """One look. There are no sums over types or towns: people ask of several things, and sums would tell of the rest."""

    since: date
    until: date
    types: list[Rise]
    hidden: int
    """Types that fewer than five people asked about."""


class _Seen(NamedTuple):
    """One person with one type in one of the five weeks (0 = the last)."""

    person: int
    code: str
    week: int


class _Home(NamedTuple):
    town: str
    audience: str


class _Place(NamedTuple):
    name: str
    kind: UnitKind
    parent_id: int | None


def radar(session: Session, today: date) -> Radar:
    """The seven county days that end `today`, beside the four weeks before.

    A person counts once a type and week, however often they asked.
    """
    weeks: dict[str, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for row in _seen(session, today):
        weeks[row.code][row.week].add(row.person)
    homes = _homes(session, set().union(*(held[0] for held in weeks.values())) if weeks else set())
    lately = {code: held for code, held in weeks.items() if held[0]}
    shown = [_rise(code, held, homes) for code, held in lately.items() if len(held[0]) >= LEAST]
    shown.sort(key=lambda rise: (-rise.people, rise.code))
    return Radar(today - WEEK + timedelta(days=1), today, shown, len(lately) - len(shown))


def type_names(session: Session) -> dict[str, str]:
    """Code → name of every type, in use or not."""
    return {row.code: row.name for row in session.execute(select(ScamType.code, ScamType.name))}


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), COUNTY_TIME).astimezone(UTC)


def _seen(session: Session, today: date) -> list[_Seen]:
    """Who was shown what in each week; a case that was opened by name counts as asked about."""
    edges = [_start(today + timedelta(days=1) - WEEK * n) for n in range(BEFORE + 2)]
    week = case(*((Inbound.at >= edges[n + 1], n) for n in range(BEFORE + 1)))
    kind = case((Inbound.outcome == EMERGENCY, EMERGENCY), else_=Inbound.type_code)
    told = Inbound.outcome.in_((*SHOWN, EMERGENCY)) & (Inbound.at >= edges[-1]) & (Inbound.at < edges[0])
    rows = session.execute(
        select(Inbound.follower_id, kind, week).where(told, Inbound.follower_id.is_not(None)).distinct()
    )
    return [_Seen(person or 0, code, week) for person, code, week in rows if code]


def _rise(code: str, held: Mapping[int, set[int]], homes: Mapping[int, _Home]) -> Rise:
    towns = Counter(homes[person].town for person in held[0] if person in homes)
    audiences = Counter(homes[person].audience for person in held[0] if person in homes)
    return Rise(code, len(held[0]), _mean(held), parts(towns), parts(audiences))


def _mean(held: Mapping[int, set[int]]) -> float | None:
    earlier = [held.get(week, set()) for week in range(1, BEFORE + 1)]
    return sum(map(len, earlier)) / BEFORE if len(set().union(*earlier)) >= LEAST else None


def _homes(session: Session, people: set[int]) -> dict[int, _Home]:
    """The town (with all below it) and the audience of each person."""
    wanted = select(Unit.id, Unit.name, Unit.kind, Unit.parent_id)
    units = {row.id: _Place(row.name, row.kind, row.parent_id) for row in session.execute(wanted)}
    words = dict(AUDIENCES)
    return {
        person: _Home(_town(unit_id, units), words.get(audience, NOBODY))
        for person, unit_id, audience in _people(session, people)
    }


def _people(session: Session, people: set[int]) -> Iterator[tuple[int, int | None, str]]:
    """(person, unit, audience) of each; in pieces, because a statement takes only so many values."""
    ids = sorted(people)
    for start in range(0, len(ids), 5_000):
        piece = Follower.id.in_(ids[start : start + 5_000])
        for row in session.execute(select(Follower.id, Follower.unit_id, Follower.audience).where(piece)):
            yield row.id, row.unit_id, row.audience


def _town(unit_id: int | None, units: Mapping[int, _Place]) -> str:
    """The name of the town above a unit; a unit that stands under none goes by the unit right below the county."""
    name = NOWHERE
    while unit_id is not None and unit_id in units:
        unit = units[unit_id]
        if unit.kind != UnitKind.COUNTY:
            name = unit.name
        if unit.kind == UnitKind.TOWN:
            return name
        unit_id = unit.parent_id
    return name


def parts(counts: Mapping[str, int]) -> list[Part]:
    """The parts of a whole, the small ones together as one without their names.

    The whole is shown, so one small part alone, or small parts that are fewer than five people together, could be had
    by subtraction: then the smallest of the others joins them.
    """
    ordered = sorted(counts.items(), key=lambda part: (-part[1], part[0]))
    shown = [Part(name, people) for name, people in ordered if people >= LEAST]
    small = [people for _, people in ordered if people < LEAST]
    while small and shown and (len(small) == 1 or sum(small) < LEAST):
        small.append(shown.pop().people or 0)
    rest = sum(small)
    return [*shown, Part(REST, rest if rest >= LEAST else None)] if small else shown
