"""Two writers at once, on real databases with real transactions."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, local

import pytest
from sqlalchemy import func, select

from bot.registry import lease, people, units
from bot.registry.models import EventKind, Follower, RegistrationEvent
from bot.registry.unit_verbs import merge_units
from bot.registry.verify import verify
from core.clock import county_date
from core.db import Database
from core.errors import DatabaseAway, NotFound, TryAgain
from tests import make
from tests.fakes import FrozenClock
from tests.services import BACKENDS, ready, scratch_database

NOW = FrozenClock()()


@pytest.fixture(scope="module", params=BACKENDS)
def house(request, tmp_path_factory, worker_id):
    """Two processes' worth of databases on one file or server."""
    with scratch_database(
        request.param, f"matrix_races_{worker_id}", tmp_path_factory.mktemp("races")
    ) as url:
        engines = [ready(url), ready(url)]
        yield [Database(engine) for engine in engines]
        for engine in engines:
            engine.dispose()


def together(house, work):
    """Run work(session) once in each database at the same moment, again after a collision; both results."""
    gate = Barrier(2)

    def one(db):
        gate.wait()
        for _ in range(20):
            try:
                with db.transaction() as session:
                    return work(session)
            except (TryAgain, DatabaseAway):
                continue
        raise AssertionError("never got through")

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(one, house))


def test_the_same_openid_at_once_is_one_follower(house):
    for _ in range(10):
        openid = make.openid()
        first, second = together(house, lambda session, who=openid: people.follower_id_of(session, who, NOW))
        assert first == second


def test_the_same_person_registering_twice_at_once_joins_once(house):
    with house[0].transaction() as session:
        unit_id = make.unit(session).id
    for _ in range(10):
        openid = make.openid()

        def work(session, openid=openid):
            follower_id = people.follower_id_of(session, openid, NOW)
            return people.register(session, follower_id, unit_id, 1, "chat", NOW).is_new

        assert sorted(together(house, work)) == [False, True]
        with house[0].reading() as session:
            number = session.scalar(select(Follower.person_no).where(Follower.openid == openid))
            joined = select(func.count()).where(RegistrationEvent.person_no == number)
            assert session.scalar(joined.where(RegistrationEvent.kind == EventKind.JOINED)) == 1


def test_a_lease_has_one_holder(house):
    for n in range(10):
        names = iter(["a", "b"])
        won = together(
            house, lambda session, n=n, names=names: lease.take(session, f"job{n}", next(names), NOW, 60)
        )
        assert sorted(won) == [False, True]


def test_a_version_never_loses_a_step(house):
    numbers = [together(house, lambda session: units.touch(session, "races")) for _ in range(10)]
    assert sorted(number for pair in numbers for number in pair) == list(range(1, 21))


def test_nobody_registers_with_a_unit_while_it_is_merged_away(house):
    """Whoever comes first, everybody is counted: in the heir, or where they registered next."""
    for n in range(10):
        with house[0].transaction() as session:
            gone, heir = make.unit(session, f"旧{n}"), make.unit(session, f"新{n}")
            gone_id, heir_id = gone.id, heir.id
            inside = make.follower(session).id
            people.register(session, inside, gone_id, 1, "chat", NOW)
            newcomer = make.follower(session).id
        turn, held = iter(["merge", "register"]), local()

        def work(session, turn=turn, ids=(gone_id, heir_id, inside, newcomer), held=held):
            gone_id, heir_id, inside, newcomer = ids
            held.what = getattr(held, "what", None) or next(turn)
            if held.what == "merge":
                return merge_units(session, gone_id, heir_id, NOW).people
            try:
                people.register(session, newcomer, gone_id, 1, "chat", NOW)
                return people.register(session, inside, gone_id, 1, "chat", NOW).unit_name
            except NotFound:
                return "refused"

        results = together(house, work)
        with house[0].reading() as session:
            where = dict(session.execute(select(Follower.id, Follower.unit_id)).all())
            assert verify(session, county_date(NOW)) == []
        assert where[inside] == heir_id and where[newcomer] in (heir_id, None), results
