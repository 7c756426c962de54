"""为什么变了: the parts of a change, and that they add up."""

from datetime import timedelta

import pytest

from bot.registry import people
from bot.registry.erase import erase
from bot.registry.models import CountKind, UnitKind, UnitPlace
from bot.registry.why import why
from core.clock import county_date
from core.errors import NotFound
from core.secrets import Vault, new_data_key
from tests import make
from tests.registry.test_rates import add_count, county, day, join

VAULT = Vault(new_data_key())
__all__ = ["county"]


def told(session, unit, clock, back=7, **wanted):
    today = county_date(clock())
    return why(session, unit.id, today - timedelta(days=back), today, **wanted)


def parts(found):
    return {part.name: part.people for part in found.parts if part.people}


def points(found):
    return sum(part.points for part in found.parts) + found.head_points


def adds_up(found):
    """People exactly, and points as the two rates are shown."""
    assert sum(part.people for part in found.parts) == found.after.registered - found.before.registered
    if found.head_points is not None:
        assert points(found) == round(found.after.rate * 10_000) - round(found.before.rate * 10_000)
    heads = sum((each.after or 0) - (each.before or 0) for each in found.heads)
    assert heads == (found.after.head_count or 0) - (found.before.head_count or 0)
    return True


def place(session, unit, parent, on):
    make.keep(session, UnitPlace(unit_id=unit.id, since=on, parent_id=parent.id))


def test_joining_leaving_and_moving_are_told_apart(session, clock, county):
    first, second, third = join(session, clock, county["V1"], 3)
    clock.forward(days=3)
    join(session, clock, county["V1"], 2)
    erase(session, first, VAULT, clock(), by_wish=True)
    people.register(session, second, county["W"].id, 1, "chat", clock())
    people.register(session, third, county["V2"].id, 1, "chat", clock())
    found = told(session, county["T"], clock, back=3)
    assert parts(found) == {"joined": 2, "left": -1, "moved_out": -1} and found.within == 1
    assert parts(told(session, county["W"], clock, back=3)) == {"moved_in": 1}
    assert parts(told(session, county["B"], clock, back=3)) == {"joined": 2, "left": -1}
    assert all(adds_up(told(session, county[code], clock, back=3)) for code in ("B", "T", "V1", "V2", "W"))


def test_a_unit_that_comes_brings_its_people_and_its_later_events_count(session, clock, county):
    join(session, clock, county["W"], 4)
    clock.forward(days=2)
    place(session, county["W"], county["T"], day(clock))
    clock.forward(days=1)
    join(session, clock, county["W"])
    found = told(session, county["T"], clock)
    assert parts(found) == {"units_in": 4, "joined": 1} and adds_up(found)
    assert [(move.code, move.people, str(move.day)) for move in found.unit_moves] == [("W", 4, "2026-03-04")]


def test_a_unit_that_goes_takes_its_people_of_the_evening_before(session, clock, county):
    join(session, clock, county["V1"], 3)
    clock.forward(days=2)
    place(session, county["V1"], county["W"], day(clock))
    join(session, clock, county["V1"])
    found = told(session, county["T"], clock, back=1)
    assert parts(found) == {"units_out": -3} and adds_up(found)
    assert parts(told(session, county["W"], clock, back=1)) == {"units_in": 3, "joined": 1}


def test_people_who_stay_in_a_closed_unit_go_with_it(session, clock, county):
    join(session, clock, county["V1"], 3)
    clock.forward(days=1)
    county["V1"].closed_on = day(clock)
    session.flush()
    found = told(session, county["T"], clock, back=1)
    assert parts(found) == {"closed": -3} and adds_up(found)


def test_a_merge_within_changes_nothing(session, clock, county):
    ids = join(session, clock, county["V1"], 3)
    clock.forward(days=1)
    for follower_id in ids:
        people.register(session, follower_id, county["V2"].id, 1, "chat", clock())
    county["V1"].closed_on = day(clock)
    session.flush()
    found = told(session, county["T"], clock, back=1)
    assert parts(found) == {} and found.within == 3 and adds_up(found)
    assert parts(told(session, county["V2"], clock, back=1)) == {"moved_in": 3}


def test_a_head_count_that_changed_has_its_own_part(session, clock, county):
    join(session, clock, county["W"], 3)
    clock.forward(days=5)
    add_count(session, county["W"], CountKind.RESIDENTS, 12, day(clock))
    found = told(session, county["W"], clock, back=1)
    assert (found.before.rate, found.after.rate, found.head_points) == (0.5, 0.25, -2500)
    assert [(each.before, each.after) for each in found.heads] == [(6, 12)] and adds_up(found)
    whole = told(session, county["B"], clock, back=1)
    assert [(each.code, each.before, each.after) for each in whole.heads] == [("W", 6, 12)] and adds_up(whole)


def test_both_together_add_up_exactly(session, clock, county):
    join(session, clock, county["W"], 1)
    clock.forward(days=1)
    join(session, clock, county["W"], 2)
    add_count(session, county["W"], CountKind.RESIDENTS, 7, day(clock))
    found = told(session, county["W"], clock, back=1)  # 1/6 → 3/7
    assert (found.before.rate, found.after.rate) == (0.1667, 0.4286) and adds_up(found)
    joined = next(part for part in found.parts if part.name == "joined")
    assert (joined.points, found.head_points) == (3095, -476)  # 2·(1/6+1/7)/2 and (1/7−1/6)·(1+3)/2


def test_without_a_head_count_the_people_are_told_all_the_same(session, clock, county):
    join(session, clock, county["W"])
    found = told(session, county["W"], clock, kind=CountKind.STAFF)
    assert parts(found) == {"joined": 1} and found.head_points is None


@pytest.mark.parametrize("back", [400, 0])
def test_a_time_without_the_unit_is_refused(session, clock, county, back):
    if not back:
        county["W"].closed_on = day(clock)
        session.flush()
    with pytest.raises(NotFound, match="没有这个单位"):
        told(session, county["W"], clock, back)


def test_a_group_is_explained_by_what_is_below(session, clock, county):
    group = make.unit(session, "成员", parent=county["B"], kind=UnitKind.GROUP, basis=CountKind.STAFF)
    office = make.unit(
        session, "民政局", parent=group, kind=UnitKind.AGENCY, basis=CountKind.STAFF, head_count=9
    )
    join(session, clock, office, 2)
    found = told(session, group, clock)
    assert parts(found) == {"joined": 2} and found.after.rate == 0.2222 and adds_up(found)
