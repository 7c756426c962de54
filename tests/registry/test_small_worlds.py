"""A small county lives through random days; what is counted step by step always equals what is recomputed."""

from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.registry import people, rates
from bot.registry.erase import erase
from bot.registry.models import CountKind, Follower, UnitKind
from bot.registry.trend import series
from bot.registry.unit_verbs import CountForm, close_unit, merge_units, move_unit, set_head_count, settle
from bot.registry.why import why
from core.clock import county_date
from core.db import Database
from core.errors import Refusal
from core.secrets import Vault, new_data_key
from tests import make
from tests.fakes import FrozenClock
from tests.registry.recount import recount

VAULT = Vault(new_data_key())
UNITS = st.integers(0, 3)
PEOPLE = st.integers(0, 4)


class World(RuleBasedStateMachine):
    """Five people and four units under two towns; the model is a dictionary person → unit, kept for each day."""

    engine = None

    def __init__(self):
        super().__init__()
        self.connection = self.engine.connect()
        self.outer = self.connection.begin()
        self.session = Database(self.connection)._writing()
        self.clock = FrozenClock()
        self.openids = [make.openid() for _ in range(5)]
        self.towns = [make.unit(self.session, f"镇{n}") for n in range(2)]
        self.units = [
            make.unit(self.session, f"村{n}", parent=self.towns[n % 2], kind=UnitKind.VILLAGE)
            for n in range(4)
        ]
        self.where = {}
        self.past = {}

    @property
    def today(self):
        return county_date(self.clock())

    @rule(who=PEOPLE, where=UNITS)
    def register(self, who, where):
        follower_id = people.follower_id_of(self.session, self.openids[who], self.clock())
        if self.attempt(people.register, follower_id, self.units[where].id, 1, "chat", self.clock()):
            self.where[who] = where

    def attempt(self, verb, *words):
        """Whether the verb was not refused; what it had done before a refusal is undone."""
        try:
            with self.session.begin_nested():
                verb(self.session, *words)
        except Refusal:
            self.session.expire_all()
            return False
        return True

    @rule(which=UNITS, town=st.integers(0, 1), later=st.integers(0, 2))
    def move(self, which, town, later):
        since = self.today + timedelta(days=later)
        self.attempt(move_unit, self.units[which].id, self.towns[town].id, since, self.clock())

    @rule(which=UNITS, into=UNITS)
    def merge(self, which, into):
        if self.attempt(merge_units, self.units[which].id, self.units[into].id, self.clock()):
            self.where = {who: into if at == which else at for who, at in self.where.items()}

    @rule(which=UNITS)
    def close(self, which):
        self.attempt(close_unit, self.units[which].id, self.today, self.clock())

    @rule(which=UNITS, people_=st.integers(0, 9), back=st.integers(0, 3))
    def count(self, which, people_, back):
        since = self.today - timedelta(days=back)
        form = CountForm(CountKind.RESIDENTS, since, people_, "统计局", "更正")
        self.attempt(set_head_count, self.units[which].id, form, "li", self.clock())

    @rule(who=PEOPLE, by_wish=st.booleans())
    def leave(self, who, by_wish):
        found = self.session.query(Follower.id).filter(Follower.openid == self.openids[who]).scalar()
        erase(self.session, found or 0, VAULT, self.clock(), by_wish=by_wish)
        self.where.pop(who, None)

    @rule(days=st.integers(1, 3))
    def days_pass(self, days):
        for _ in range(days):
            self.past[self.today] = dict(self.where)
            self.clock.forward(days=1)
            settle(self.session, self.clock())

    @precondition(lambda self: self.past)
    @rule()
    def freeze(self):
        rates.freeze(self.session, self.today - timedelta(days=1), self.clock())

    @invariant()
    def everything_agrees(self):
        assert rates.verify(self.session, self.today) == []
        for day, where in {**self.past, self.today: self.where}.items():
            counted = rates.registered_here(self.session, day)
            model = [list(where.values()).count(n) for n in range(4)]
            assert [counted.get(unit.id, 0) for unit in self.units] == model, day

    @invariant()
    def every_rate_is_as_recounted(self):
        days = sorted({*self.past, self.today})
        told = [recount(self.session, day) for day in days]
        for day, wanted in zip(days, told, strict=True):
            assert {row.code: row[5:9] for row in rates.rate_rows(self.session, day)} == wanted, day
        for town in self.towns:
            points = series(self.session, days, town.id)
            assert [(point.people, point.head_count, point.rate) for point in points] == [
                each[town.code][1:] for each in told
            ]
            if len(days) > 1:
                parts = why(self.session, town.id, days[0], days[-1]).parts
                change = told[-1][town.code][1] - told[0][town.code][1]
                assert sum(part.people for part in parts) == change

    def teardown(self):
        self.session.close()
        self.outer.rollback()
        self.connection.close()


def test_what_is_counted_step_by_step_equals_what_is_recomputed(engine):
    machine = type("World", (World,), {"engine": engine})
    run_state_machine_as_test(machine, settings=settings(
        max_examples=8, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck), database=None,
    ))  # fmt: skip
