import pytest
from sqlalchemy import func, select

from bot.registry import erase, sync
from bot.registry.models import Departed, Follower, SyncSeen
from core.clock import county_date
from core.errors import Conflict
from core.secrets import Vault, new_data_key
from tests import make


@pytest.fixture
def vault():
    return Vault(new_data_key())


def people(session, count):
    return [make.follower(session) for _ in range(count)]


def take(session, vault, clock, openids):
    sync.start(session, clock())
    return sync.plan_page(session, sync.start(session, clock()), openids, "", vault, clock())


def test_followers_we_do_not_know_are_brought_in_without_a_unit(session, vault, clock):
    openid = make.openid()
    assert take(session, vault, clock, [openid]).added == 1
    held = session.scalars(select(Follower)).one()
    assert (held.openid, held.unit_id, held.followed_at) == (openid, None, clock())
    assert sync.finish(session) == []


def test_followers_missing_from_the_list_are_named(session, vault, clock):
    known = people(session, 60)
    take(session, vault, clock, [each.openid for each in known[1:]])
    assert sync.finish(session) == [known[0].id]


def test_more_than_two_percent_is_refused_until_a_person_agrees(session, vault, clock):
    known = people(session, 60)
    take(session, vault, clock, [each.openid for each in known[2:]])
    with pytest.raises(Conflict, match="少了 2 人（共 60 人"):
        sync.finish(session)
    assert sync.finish(session, agreed=True) == [known[0].id, known[1].id]


def test_an_empty_list_removes_nobody(session, vault, clock):
    people(session, 3)
    take(session, vault, clock, [])
    with pytest.raises(Conflict, match="没有删除任何人"):
        sync.finish(session)


def test_nobody_is_judged_before_the_whole_list_was_read(session, vault, clock):
    known = people(session, 3)
    with pytest.raises(Conflict, match="没有读完"):
        sync.finish(session)
    sync.plan_page(session, sync.start(session, clock()), [known[0].openid], known[0].openid, vault, clock())
    with pytest.raises(Conflict, match="没有读完"):
        sync.finish(session, agreed=True)


def test_a_sync_that_was_cut_off_goes_on_where_it_stood(session, vault, clock):
    known = people(session, 3)
    sync.plan_page(
        session,
        sync.start(session, clock()),
        [known[0].openid, known[1].openid],
        known[1].openid,
        vault,
        clock(),
    )
    clock.forward(hours=1)
    assert sync.start(session, clock()).next_openid == known[1].openid
    assert sync.plan_page(
        session, sync.start(session, clock()), [known[2].openid], "", vault, clock()
    ).complete
    assert sync.finish(session) == []


def test_an_old_sync_begins_anew(session, vault, clock):
    sync.plan_page(
        session, sync.start(session, clock()), [people(session, 1)[0].openid], "next", vault, clock()
    )
    clock.forward(hours=21)
    assert sync.start(session, clock()).next_openid == ""
    assert session.scalar(select(func.count()).select_from(SyncSeen)) == 0


def test_the_same_page_twice_has_one_effect(session, vault, clock):
    openids = [make.openid(), make.openid()]
    for _ in range(2):
        sync.plan_page(session, sync.start(session, clock()), [*openids, openids[0]], "next", vault, clock())
    assert session.scalar(select(func.count()).select_from(Follower)) == 2
    assert session.scalar(select(func.count()).select_from(SyncSeen)) == 2


def test_who_follows_while_the_sync_runs_is_not_removed(session, vault, clock):
    known = people(session, 1)
    sync.start(session, clock())
    make.follower(session, followed_at=clock())
    sync.plan_page(session, sync.start(session, clock()), [known[0].openid], "", vault, clock())
    assert sync.finish(session) == []


def test_who_erased_themselves_is_not_brought_back_as_long_as_the_sync_sees_them(session, vault, clock):
    follower = make.follower(session)
    openid = follower.openid
    erase.erase(session, follower.id, vault, clock(), by_wish=True)
    for _ in range(45):
        clock.forward(days=1)
        erase.forget_departed(session, county_date(clock()))
        assert take(session, vault, clock, [openid]).added == 0
        sync.close(session)
    clock.forward(days=60)
    erase.forget_departed(session, county_date(clock()))
    assert session.scalar(select(func.count()).select_from(Departed)) == 0


def test_who_unfollowed_and_came_back_unseen_is_brought_in(session, vault, clock):
    follower = make.follower(session)
    openid = follower.openid
    erase.erase(session, follower.id, vault, clock(), by_wish=False)
    assert take(session, vault, clock, [openid]).added == 1


def test_a_closed_sync_leaves_nothing_behind(session, vault, clock):
    take(session, vault, clock, [each.openid for each in people(session, 2)])
    sync.close(session)
    assert session.scalar(select(func.count()).select_from(SyncSeen)) == 0
    assert sync.start(session, clock()).seen == 0


def test_a_sync_replaced_by_another_stops_instead_of_taking_half_a_list_for_the_whole(session, vault, clock):
    known = people(session, 3)
    mine = sync.start(session, clock())
    sync.close(session)
    clock.forward(seconds=1)
    sync.start(session, clock())
    with pytest.raises(Conflict, match="代替"):
        sync.plan_page(session, mine, [known[0].openid], "", vault, clock())


def test_a_part_of_a_page_leaves_the_list_unread(session, vault, clock):
    known = people(session, 2)
    begun = sync.start(session, clock())
    half = sync.plan_page(session, begun, [known[0].openid], "", vault, clock(), part=True)
    assert not half.complete
    assert sync.plan_page(session, half, [known[1].openid], "", vault, clock()).complete
