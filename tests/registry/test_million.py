"""A county lives through a million events; any past day is counted step by step as it is recomputed from the rows."""

import random
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select

from bot.registry import rates
from bot.registry.models import CountKind, EventKind, Follower, RegistrationEvent, Unit, UnitKind
from bot.registry.trend import series
from bot.registry.unit_verbs import (
    CountForm,
    close_unit,
    merge_units,
    move_unit,
    set_basis,
    set_head_count,
    settle,
)
from bot.registry.units import UnitForm, add_unit
from bot.registry.why import why
from core.clock import county_date
from core.errors import Refusal
from tests import make
from tests.registry.recount import recount

DAYS = 330
A_DAY = 2200
VERBS_A_DAY = 2
JOIN, LEAVE = 0.42, 0.70


class County:
    """The model: who is where, in plain lists. The database gets the same steps as events and through the verbs."""

    def __init__(self, session, clock, luck):
        self.session, self.clock, self.luck = session, clock, luck
        self.where, self.people, self.slot = {}, [], {}
        self.number, self.events, self.done, self.refused = 0, 0, Counter(), Counter()
        self.top = make.unit(session, "旗", code="B", kind=UnitKind.COUNTY)
        self.towns = [make.unit(session, f"镇{n}", parent=self.top) for n in range(6)]
        villages = [
            make.unit(session, f"村{n}", parent=self.towns[n % 6], kind=UnitKind.VILLAGE, head_count=900 + n)
            for n in range(40)
        ]
        self.open = [unit.id for unit in villages]

    @property
    def today(self):
        return county_date(self.clock())

    def live_a_day(self):
        settle(self.session, self.clock())
        self.open = list(self.session.scalars(
            select(Unit.id).where(Unit.closed_on.is_(None), Unit.kind == UnitKind.VILLAGE).order_by(Unit.id)
        ))  # fmt: skip
        steps = [step for _ in range(A_DAY) for step in self.step()]
        self.events += len(steps)
        row = {"at": self.clock(), "day": self.today}
        self.session.execute(insert(RegistrationEvent), [row | step for step in steps])
        for _ in range(VERBS_A_DAY):
            self.change()

    def step(self):
        chance = self.luck.random()
        if chance < JOIN or not self.people:
            self.number += 1
            return [self.enter(self.number, EventKind.JOINED)]
        person = self.luck.choice(self.people)
        if chance < LEAVE:
            return [self.go(person, EventKind.LEFT)]
        return [self.go(person, EventKind.MOVED_OUT), self.enter(person, EventKind.MOVED_IN)]

    def enter(self, person, kind):
        self.where[person] = unit = self.luck.choice(self.open)
        self.slot[person] = len(self.people)
        self.people.append(person)
        return {"unit_id": unit, "person_no": person, "kind": kind, "delta": 1}

    def go(self, person, kind):
        last, slot = self.people.pop(), self.slot.pop(person)
        if last != person:
            self.people[slot], self.slot[last] = last, slot
        return {"unit_id": self.where.pop(person), "person_no": person, "kind": kind, "delta": -1}

    def change(self):
        verb = self.luck.choice(
            [self.move, self.move, self.merge, self.close, self.count, self.count, self.found, self.basis]
        )
        try:
            with self.session.begin_nested():
                verb(self.luck.choice(self.open))
        except Refusal as refusal:
            self.refused[type(refusal).__name__] += 1
        else:
            self.done[verb.__name__] += 1
        self.session.expire_all()

    def move(self, unit):
        since = self.today + timedelta(days=self.luck.choice([0, 0, 3, 20]))
        move_unit(self.session, unit, self.luck.choice(self.towns).id, since, self.clock())

    def merge(self, unit):
        into = self.luck.choice(self.open)
        inside = [person for person in self.people if self.where[person] == unit]
        self.session.execute(delete(Follower))
        rows = [
            {"openid": f"o{person:027d}", "person_no": person, "unit_id": unit, "followed_at": self.clock()}
            for person in inside
        ]
        if rows:
            self.session.execute(insert(Follower), rows)
        merge_units(self.session, unit, into, self.clock())
        self.open.remove(unit)
        for person in inside:
            self.where[person] = into
        self.events += 2 * len(inside)

    def close(self, _):
        made = add_unit(
            self.session,
            UnitForm(f"X{self.number}", f"空村{self.number}", UnitKind.VILLAGE, "B"),
            self.clock(),
        )
        close_unit(self.session, made.id, self.today + timedelta(days=self.luck.choice([0, 2])), self.clock())

    def count(self, unit):
        since = self.today - timedelta(days=self.luck.choice([0, 0, 1, 30, 90]))
        form = CountForm(CountKind.RESIDENTS, since, self.luck.randint(500, 3000), "统计局", "更正")
        set_head_count(self.session, unit, form, "li", self.clock())

    def found(self, unit):
        town = self.luck.choice(self.towns).code
        form = UnitForm(
            f"V{self.number}", f"新村{self.number}", UnitKind.VILLAGE, town, head_count=700, source="统计局"
        )
        self.open.append(add_unit(self.session, form, self.clock()).id)

    def basis(self, unit):
        set_basis(self.session, unit, self.luck.choice([CountKind.RESIDENTS, CountKind.ADULTS]), self.clock())


@pytest.mark.long
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)  # small worlds hold the same on the servers
def test_after_a_million_events_every_past_day_is_as_recomputed(session, clock):
    luck = random.Random(f"{session.bind.dialect.name}-96110")
    county = County(session, clock, luck)
    asked = sorted(luck.sample(range(DAYS), 10))
    days, models = [], []
    for n in range(DAYS):
        county.live_a_day()
        if n in asked:
            days.append(county.today)
            models.append(Counter(county.where.values()))
        clock.forward(days=1)
        if luck.random() < 0.8:  # some nights the job does not run
            rates.freeze(session, county.today - timedelta(days=luck.choice([1, 1, 2])), clock())
    assert county.events >= 1_000_000
    assert min(county.done[verb] for verb in ("move", "merge", "close", "count", "found", "basis")) >= 5, (
        county.done
    )
    told = [compare(session, day, model) for day, model in zip(days, models, strict=True)]
    plotted(session, county, days, told)
    explained(session, days)


def compare(session, day, model):
    """The model, the rows recounted and the rates agree on every unit."""
    told = {row.code: row[5:9] for row in rates.rate_rows(session, day)}
    assert rates.registered_here(session, day) == dict(+model), day
    assert told == recount(session, day), day
    return told


def plotted(session, county, days, told):
    for unit in (county.top, *county.towns):
        points = [(each.people, each.head_count, each.rate) for each in series(session, days, unit.id)]
        assert points == [each[unit.code][1:] for each in told], unit.code


def explained(session, days):
    codes = dict(session.execute(select(Unit.id, Unit.code)).all())
    for start, end in zip(days, days[1:], strict=False):
        before, after = (recount(session, day) for day in (start, end))
        for unit, code in codes.items():
            if code in before and code in after:
                found = why(session, unit, start, end)
                assert sum(part.people for part in found.parts) == after[code][1] - before[code][1], (
                    code,
                    start,
                    end,
                )
