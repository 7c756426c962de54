import random
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.registry import demo, people, rates
from bot.registry.demo_county import PEOPLE, RESIDENTS
from bot.registry.erase import erase
from bot.registry.models import Follower, RegistrationEvent, Unit
from bot.registry.units import TOWN_LEVEL
from core.clock import county_date
from core.db import Base
from core.errors import Conflict
from core.secrets import Vault, new_data_key
from tests import make

VAULT = Vault(new_data_key())


@pytest.fixture
def few(monkeypatch):
    """The same county with a hundredth of the people, where the number does not matter."""
    monkeypatch.setattr(demo, "PEOPLE", 6_000)
    monkeypatch.setattr(demo, "DAYS", 20)


def rows(session):
    tables = Base.metadata.tables.values()
    return {t.name: n for t in tables if (n := session.scalar(select(func.count()).select_from(t)))}


def test_the_county_is_as_large_as_promised(session, clock):
    result = demo.load_demo(session, clock(), VAULT)
    today = county_date(clock())
    listed = rates.rate_rows(session, today)
    banner, towns = listed[0], [row for row in listed if row.kind in TOWN_LEVEL]
    members = [row for row in listed if row.parent == "DEMO-M"]
    assert (banner.head_count, banner.registered, banner.rate) == (RESIDENTS, PEOPLE, 0.4444)
    assert (len(towns), len(members), result.people) == (7, 68, PEOPLE)
    assert sum(town.head_count for town in towns) == RESIDENTS
    for town in towns:
        assert sum(row.head_count for row in listed if row.parent == town.code) == town.head_count
    assert all(0 <= row.rate <= 1 for row in listed if row.rate is not None)
    assert "民政局" in {row.name for row in members} and "演示" in banner.name
    assert rates.verify(session, today) == []
    assert 0 < rates.rate_rows(session, today - timedelta(days=180))[0].registered < PEOPLE


def test_demo_people_are_plainly_invented(session, clock, few):
    demo.load_demo(session, clock(), VAULT)
    openids = list(demo.demo_openids(session))
    assert len(set(openids)) == 6_000 and all(re.fullmatch(r"oDEMO[0-9a-f]{23}", each) for each in openids)
    assert session.scalar(select(func.count()).where(Follower.phone_sealed.is_not(None))) == 0


def test_the_same_moment_gives_the_same_people(session, clock):
    plans = [demo.planned(random.Random(demo.SEED)) for _ in range(2)]
    ids = {place.code: n for n, place in enumerate(plans[0])}
    first, second = (demo._people(random.Random(1), plan, ids, make.DAY_ONE)[::500] for plan in plans)
    assert first == second


def test_it_is_loaded_once(session, clock, few):
    demo.load_demo(session, clock(), VAULT)
    with pytest.raises(Conflict, match="remove-demo"):
        demo.load_demo(session, clock(), VAULT)


def real_county(session, clock):
    unit = make.unit(session, "真实镇", head_count=9)
    someone = make.follower(session).id
    people.register(session, someone, unit.id, 1, "chat", clock())
    clock.forward(days=2)
    rates.freeze(session, county_date(clock()) - timedelta(days=1), clock())
    return unit, someone


def test_removing_it_leaves_everything_else_as_it_was(session, clock, few):
    unit, _ = real_county(session, clock)
    before = rows(session)
    demo.load_demo(session, clock(), VAULT)
    assert rates.verify(session, county_date(clock())) == []
    demo.remove_demo(session)
    after = rows(session)
    assert {**after, "consent_texts": 0, "versions": 0} == {**before, "consent_texts": 0, "versions": 0}
    assert rates.registered_here(session, county_date(clock())) == {unit.id: 1}
    assert rates.verify(session, county_date(clock())) == []


def test_real_people_in_a_demo_unit_are_not_removed_unasked(session, clock, few):
    _, someone = real_county(session, clock)
    demo.load_demo(session, clock(), VAULT)
    bureau = session.scalars(select(Unit).where(Unit.name == "民政局")).one()
    people.register(session, someone, bureau.id, 1, "chat", clock())
    with pytest.raises(Conflict, match="有 1 位真实用户"):
        demo.remove_demo(session)
    demo.remove_demo(session, force=True)
    held = people.person(session, someone)
    assert (held.unit_id, held.registered_at) == (None, None)
    assert rates.verify(session, county_date(clock())) == []


def test_demo_people_who_moved_or_left_are_removed_without_a_trace(session, clock, few):
    unit, _ = real_county(session, clock)
    demo.load_demo(session, clock(), VAULT)
    mover, leaver, *_ = session.scalars(select(Follower.id).where(Follower.demo).limit(2))
    people.register(session, mover, unit.id, 1, "chat", clock())
    erase(session, leaver, VAULT, clock(), by_wish=True)
    clock.forward(days=1)
    rates.freeze(session, county_date(clock()) - timedelta(days=1), clock())
    demo.remove_demo(session)
    assert rates.verify(session, county_date(clock())) == []
    assert session.scalar(select(func.count()).where(RegistrationEvent.person_no < 0)) == 0
    assert rates.registered_here(session, county_date(clock())) == {unit.id: 1}


def test_a_real_unit_under_a_demo_unit_stops_the_removal(session, clock, few):
    demo.load_demo(session, clock(), VAULT)
    make.unit(session, "真实村", parent=session.scalars(select(Unit).where(Unit.code == "DEMO-1")).one())
    with pytest.raises(Conflict, match="真实村"):
        demo.remove_demo(session, force=True)
