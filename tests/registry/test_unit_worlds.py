"""A small county whose units are moved, merged, closed, renamed and planned at random: nobody is lost, no past day moves."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from bot.registry import people, rates
from bot.registry.models import CountKind, Follower, Unit, UnitKind, UnitPlace
from bot.registry.models_units import UnitPlan
from bot.registry.scenes import unit_of_scene
from bot.registry.unit_verbs import (
    CountForm,
    close_unit,
    merge_units,
    move_unit,
    rename_unit,
    set_basis,
    set_head_count,
    settle,
)
from bot.registry.units import UnitForm, add_unit
from core.clock import county_date
from core.db import Database
from core.errors import Refusal
from tests import make
from tests.fakes import FrozenClock

ANY = st.integers(0, 30)
SOON = st.integers(0, 3)


class World(RuleBasedStateMachine):
    """Seven units to begin with; what an act refuses is refused whole."""

    engine = None

    def __init__(self):
        super().__init__()
        self.connection = self.engine.connect()
        self.outer = self.connection.begin()
        self.session = Database(self.connection)._writing()
        self.clock, self.past, self.number = FrozenClock(), {}, 0
        top = make.unit(self.session, "旗", code="C", kind=UnitKind.COUNTY, head_count=1000)
        towns = [make.unit(self.session, f"镇{n}", parent=top, head_count=100 + n) for n in range(3)]
        for n in range(3):
            make.unit(self.session, f"村{n}", parent=towns[n], kind=UnitKind.VILLAGE, head_count=10 + n)

    @property
    def today(self):
        return county_date(self.clock())

    def unit(self, n):
        ids = self.session.scalars(select(Unit.id).order_by(Unit.id)).all()
        return ids[n % len(ids)]

    def tried(self, work):
        try:
            with self.session.begin_nested():
                work()
        except Refusal:
            self.session.expire_all()

    @rule(where=ANY)
    def register(self, where):
        def work():
            follower = make.follower(self.session)
            people.register(self.session, follower.id, self.unit(where), 1, "chat", self.clock())

        self.tried(work)

    @rule(under=ANY)
    def add(self, under):
        self.number += 1
        parent = self.session.get(Unit, self.unit(under))
        form = UnitForm(
            f"N{self.number}", f"新{self.number}", UnitKind.VILLAGE, parent=parent.code, head_count=9
        )
        self.tried(lambda: add_unit(self.session, form, self.clock()))

    @rule(which=ANY, under=ANY, days=SOON)
    def move(self, which, under, days):
        since = self.today + timedelta(days=days)
        self.tried(lambda: move_unit(self.session, self.unit(which), self.unit(under), since, self.clock()))

    @rule(which=ANY, into=ANY)
    def merge(self, which, into):
        self.tried(lambda: merge_units(self.session, self.unit(which), self.unit(into), self.clock()))

    @rule(which=ANY, into=st.none() | ANY, days=SOON)
    def close(self, which, into, days):
        heir = into if into is None else self.unit(into)
        on = self.today + timedelta(days=days)
        self.tried(lambda: close_unit(self.session, self.unit(which), on, self.clock(), into_id=heir))

    @rule(which=ANY)
    def rename(self, which):
        self.number += 1
        self.tried(lambda: rename_unit(self.session, self.unit(which), f"改{self.number}", self.clock()))

    @rule(which=ANY, kind=st.sampled_from(CountKind))
    def measure_otherwise(self, which, kind):
        self.tried(lambda: set_basis(self.session, self.unit(which), kind, self.clock()))

    @rule(which=ANY, count=st.integers(0, 50), days=SOON, kind=st.sampled_from(CountKind))
    def count(self, which, count, days, kind):
        form = CountForm(kind, self.today + timedelta(days=days), count, "测试")
        self.tried(lambda: set_head_count(self.session, self.unit(which), form, "li", self.clock()))

    @rule()
    def a_day_passes(self):
        self.past[self.today] = self.figures(self.today)
        self.clock.forward(days=1)
        rates.freeze(self.session, self.today - timedelta(days=1), self.clock())
        settle(self.session, self.clock())
        settle(self.session, self.clock())

    def figures(self, day):
        return [row._replace(name="") for row in rates.rate_rows(self.session, day)]

    @invariant()
    def no_past_day_moves(self):
        for day, figures in self.past.items():
            assert self.figures(day) == figures, day

    @invariant()
    def nobody_is_lost(self):
        assert rates.verify(self.session, self.today) == []
        registered = self.session.scalar(select(func.count(Follower.unit_id)))
        rows = rates.rate_rows(self.session, self.today)
        assert sum(row.registered_here for row in rows) == registered
        assert sum(row.registered for row in rows if row.level == 0) == registered

    @invariant()
    def todays_parents_are_those_of_the_tree(self):
        rows = {row.code: row.parent for row in rates.rate_rows(self.session, self.today)}
        codes = dict(self.session.execute(select(Unit.id, Unit.code)).all())
        for unit in self.session.scalars(select(Unit).where(Unit.closed_on.is_(None))):
            assert rows[unit.code] == codes.get(unit.parent_id), unit.code

    @invariant()
    def what_is_closed_is_over(self):
        closed = select(Unit.id).where(Unit.closed_on.is_not(None))
        assert not self.session.scalar(select(UnitPlan.unit_id).where(UnitPlan.unit_id.in_(closed)))
        later = select(UnitPlace.id).where(UnitPlace.unit_id.in_(closed), UnitPlace.since > self.today)
        assert not self.session.scalar(later)
        for code in self.session.scalars(select(Unit.code).where(Unit.closed_on.is_not(None))):
            heir = unit_of_scene(self.session, f"u:{code}", self.today)
            assert heir is None or heir.closed_on is None

    def teardown(self):
        self.session.close()
        self.outer.rollback()
        self.connection.close()


def run(engine, examples, steps):
    machine = type("World", (World,), {"engine": engine})
    run_state_machine_as_test(machine, settings=settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck),
        database=None,
    ))  # fmt: skip


def test_nobody_is_lost_and_no_past_day_moves(engine):
    run(engine, 4, 15)


@pytest.mark.long
def test_nobody_is_lost_and_no_past_day_moves_in_longer_lives(engine):
    run(engine, 15, 40)
