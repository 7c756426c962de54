"""Recomputing every count from the events, one by one, by code that shares nothing with the rates."""

import re
from collections import Counter
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.registry.counts import registered_here
from bot.registry.models import DailyCount, Follower, FrozenDay, RegistrationEvent, Unit

SHOWN = 20
_NUMBER = re.compile(r"#(\d+)")


def verify(session: Session, day: date) -> list[str]:
    """Compare frozen days, incremental counts and the followers' table with all events; faults as sentences.

    Each event is replayed person by person in the order it was written. [] means that everything agrees.
    """
    replay = _Replay(day)
    frozen = set(session.scalars(select(FrozenDay.day)))
    with_events = set(session.scalars(select(RegistrationEvent.day).distinct()))
    faults: list[str] = []
    for each in sorted(frozen | with_events):
        replay.take_day(session, each)
        if each in frozen:
            faults += _against_frozen(session, each, replay.here)
    faults += replay.faults + _against_rates(session, day, replay) + _against_followers(session, replay)
    return _named(session, faults)


class _Replay:
    """Who is where, after the events taken so far."""

    def __init__(self, day: date) -> None:
        self.day = day
        self.here: Counter[int] = Counter()
        self.on_day: Counter[int] = Counter()
        self.where: dict[int, int] = {}
        self.faults: list[str] = []

    def take_day(self, session: Session, on: date) -> None:
        event = RegistrationEvent
        rows = select(event.unit_id, event.person_no, event.delta).where(event.day == on).order_by(event.id)
        for row in session.execute(rows).all():
            self.take(on, *row)

    def take(self, on: date, unit_id: int, person_no: int, delta: int) -> None:
        if (delta < 0) != (self.where.get(person_no) == unit_id) or (delta > 0 and person_no in self.where):
            self.faults.append(f"{on}：有一条登记记录前后不连贯（单位 #{unit_id}）。")
        if delta > 0:
            self.where[person_no] = unit_id
        else:
            self.where.pop(person_no, None)
        self.here[unit_id] += delta
        if on <= self.day:
            self.on_day[unit_id] += delta


def _against_frozen(session: Session, day: date, counted: Counter[int]) -> list[str]:
    rows = select(DailyCount.unit_id, DailyCount.registered_here).where(DailyCount.day == day)
    held = Counter(dict(session.execute(rows).all()))
    return _differences(f"{day} 封存数", held, counted)


def _against_rates(session: Session, day: date, replay: _Replay) -> list[str]:
    return _differences(f"{day} 登记数", Counter(registered_here(session, day)), replay.on_day)


def _against_followers(session: Session, replay: _Replay) -> list[str]:
    people = select(Follower.person_no, Follower.unit_id).where(Follower.unit_id.is_not(None))
    held = {number: unit_id or 0 for number, unit_id in session.execute(people).all()}
    faults = _differences("现有登记人数", Counter(held.values()), Counter(replay.where.values()))
    strays = sum(replay.where.get(number) != unit_id for number, unit_id in held.items())
    return [*faults, f"有 {strays} 人的单位与登记记录不一致。"] if strays and not faults else faults


def _differences(what: str, held: Counter[int], counted: Counter[int]) -> list[str]:
    units = sorted(unit for unit in held.keys() | counted.keys() if held[unit] != counted[unit])
    return [f"{what}：单位 #{unit} 为 {held[unit]}，按记录重算为 {counted[unit]}。" for unit in units]


def _named(session: Session, faults: list[str]) -> list[str]:
    """Units by name and code, and never more lines than somebody reads."""
    more = [f"……共 {len(faults)} 处不一致。"] if len(faults) > SHOWN else []
    units = session.execute(select(Unit.id, Unit.name, Unit.code)) if faults else ()
    names = {str(key): f"“{name}”（{code}）" for key, name, code in units}
    return [_NUMBER.sub(lambda found: names[found[1]], fault) for fault in faults[:SHOWN]] + more
