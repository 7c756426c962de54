from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, insert, select, update

from bot.registry import people, rates
from bot.registry.counts import counts_on
from bot.registry.models import (
    AppReport,
    CountKind,
    DailyCount,
    Follower,
    FrozenDay,
    HeadCount,
    RegistrationEvent,
    UnitKind,
    UnitPlace,
)
from core.clock import county_date
from core.errors import NotFound, Refusal
from tests import make
from tests.effort import effort


def join(session, clock, unit, count=1):
    ids = [make.follower(session).id for _ in range(count)]
    for follower_id in ids:
        people.register(session, follower_id, unit.id, 1, "chat", clock())
    return ids


def day(clock, back=0):
    return county_date(clock()) - timedelta(days=back)


def shown(session, on, **wanted):
    return {
        r.code: (r.registered_here, r.registered, r.head_count, r.rate)
        for r in rates.rate_rows(session, on, **wanted)
    }


@pytest.fixture
def county(session):
    banner = make.unit(session, "旗", code="B", kind=UnitKind.COUNTY)
    town = make.unit(session, "东镇", parent=banner, code="T")
    make.unit(session, "一村", parent=town, code="V1", kind=UnitKind.VILLAGE, head_count=4)
    make.unit(session, "二村", parent=town, code="V2", kind=UnitKind.VILLAGE, head_count=5)
    make.unit(session, "西镇", parent=banner, code="W", head_count=6)
    return {row.code: row for row in (banner, town, *session.query(type(town)).all())}


def test_everyone_below_is_counted_and_head_counts_add_up(session, clock, county):
    join(session, clock, county["T"])
    join(session, clock, county["V1"], 2)
    assert shown(session, day(clock)) == {
        "B": (0, 3, 15, 0.2), "T": (1, 3, 9, 0.3333), "V1": (2, 2, 4, 0.5), "V2": (0, 0, 5, 0.0), "W": (0, 0, 6, 0.0),
    }  # fmt: skip


def test_rows_stand_in_tree_order_with_their_level(session, clock, county):
    rows = [(row.code, row.parent, row.level) for row in rates.rate_rows(session, day(clock))]
    assert rows == [("B", None, 0), ("T", "B", 1), ("V1", "T", 2), ("V2", "T", 2), ("W", "B", 1)]


def test_a_parent_shows_itself_and_what_is_below(session, clock, county):
    assert list(shown(session, day(clock), parent="T")) == ["T", "V1", "V2"]
    with pytest.raises(NotFound, match="ZZ"):
        rates.rate_rows(session, day(clock), parent="ZZ")


def test_a_units_own_head_count_wins_over_its_children(session, clock, county):
    add_count(session, county["T"], CountKind.RESIDENTS, 20, make.DAY_ONE)
    assert shown(session, day(clock))["T"][2] == 20 and shown(session, day(clock))["B"][2] == 26


def add_count(session, unit, kind, count, since):
    make.keep(
        session,
        HeadCount(unit_id=unit.id, kind=kind, since=since, count=count, source="", entered_at=make.EARLY),
    )


def test_the_head_count_is_the_latest_one_valid_that_day(session, clock, county):
    add_count(session, county["W"], CountKind.RESIDENTS, 60, day(clock))
    add_count(session, county["W"], CountKind.RESIDENTS, 61, day(clock))
    assert [shown(session, day(clock, back))["W"][2] for back in (0, 1)] == [61, 6]


def test_another_kind_of_head_count_can_be_asked_for(session, clock, county):
    add_count(session, county["V1"], CountKind.ADULTS, 2, make.DAY_ONE)
    join(session, clock, county["V1"])
    assert shown(session, day(clock), kind=CountKind.ADULTS)["V1"] == (1, 1, 2, 0.5)
    assert shown(session, day(clock), kind=CountKind.ADULTS)["V2"] == (0, 0, None, None)


def test_without_a_head_count_or_with_zero_there_is_no_rate(session, clock):
    make.unit(session, "甲", code="A")
    make.unit(session, "乙", code="Z", head_count=0)
    assert shown(session, day(clock)) == {"A": (0, 0, None, None), "Z": (0, 0, 0, None)}


def test_the_past_keeps_its_figures(session, clock, county):
    someone = join(session, clock, county["V1"])[0]
    clock.forward(days=1)
    people.register(session, someone, county["W"].id, 1, "chat", clock())
    assert [shown(session, day(clock, back))["V1"][0] for back in (0, 1, 2)] == [0, 1, 0]


def test_a_unit_that_moved_counts_for_the_parent_of_that_day(session, clock, county):
    join(session, clock, county["V1"])
    clock.forward(days=1)
    make.keep(session, UnitPlace(unit_id=county["V1"].id, since=day(clock), parent_id=county["W"].id))
    assert [shown(session, day(clock, back))["W"][1] for back in (0, 1)] == [1, 0]


def test_a_day_that_is_not_over_is_not_frozen(session, clock):
    with pytest.raises(Refusal, match="没有过完"):
        rates.freeze(session, day(clock), clock())


def test_freezing_fills_the_missing_days_once(session, clock, county):
    join(session, clock, county["V1"], 2)
    clock.forward(days=2)
    join(session, clock, county["V2"])
    clock.forward(days=3)
    assert [rates.freeze(session, day(clock, 1), clock()) for _ in range(2)] == [5, 0]
    held = (
        select(DailyCount.day, func.sum(DailyCount.registered_here))
        .group_by(DailyCount.day)
        .order_by(DailyCount.day)
    )
    assert [count for _, count in session.execute(held)] == [2, 2, 3, 3, 3]
    assert shown(session, day(clock))["T"][1] == 3 and shown(session, day(clock, 4))["T"][1] == 2


def test_counts_are_frozen_days_and_later_events(session, clock, county):
    join(session, clock, county["V1"])
    clock.forward(days=1)
    rates.freeze(session, day(clock, 1), clock())
    join(session, clock, county["V1"], 2)
    assert [shown(session, day(clock, back))["V1"][0] for back in (0, 1)] == [3, 1]


def test_freezing_an_empty_county_is_possible(session, clock):
    assert rates.freeze(session, day(clock, 1), clock()) == 1
    assert rates.rate_rows(session, day(clock)) == []


def test_verify_is_silent_when_all_agrees(session, clock, county):
    someone, *_ = join(session, clock, county["V1"], 3)
    clock.forward(days=1)
    rates.freeze(session, day(clock, 1), clock())
    people.register(session, someone, county["W"].id, 1, "chat", clock())
    assert rates.verify(session, day(clock)) == []


SPOILERS = {
    "封存数": update(DailyCount).values(registered_here=DailyCount.registered_here + 1),
    "登记数": delete(DailyCount),
    "现有登记人数": update(Follower).values(unit_id=None),
    "不连贯": update(RegistrationEvent).values(delta=-1),
}


@pytest.mark.parametrize("word", SPOILERS)
def test_verify_names_what_does_not_agree(session, clock, county, word):
    join(session, clock, county["V1"], 2)
    clock.forward(days=1)
    rates.freeze(session, day(clock, 1), clock())
    session.execute(SPOILERS[word])
    faults = rates.verify(session, day(clock))
    assert any(word in fault and "V1" in fault for fault in faults), faults


def test_verify_sees_people_who_changed_places_in_the_followers_table_alone(session, clock, county):
    [one], [two] = join(session, clock, county["V1"]), join(session, clock, county["V2"])
    for follower_id, unit in ((one, "V2"), (two, "V1")):
        session.execute(update(Follower).where(Follower.id == follower_id).values(unit_id=county[unit].id))
    assert rates.verify(session, day(clock)) == ["有 2 人的单位与登记记录不一致。"]


def test_five_hundred_units_and_two_hundred_thousand_people_are_shown_at_once(session, clock, statements):
    top = make.unit(session, "旗", kind=UnitKind.COUNTY)
    towns = [make.unit(session, f"镇{n}", parent=top) for n in range(20)]
    units = [make.unit(session, f"村{n}", parent=towns[n % 20], head_count=900) for n in range(480)]
    frozen = day(clock, 1)
    session.add(FrozenDay(day=frozen, last_event=0, frozen_at=clock()))
    session.flush()
    session.execute(
        insert(DailyCount), [{"day": frozen, "unit_id": u.id, "registered_here": 410} for u in units]
    )
    event = {"at": clock(), "day": day(clock), "kind": "joined", "delta": 1}
    session.execute(
        insert(RegistrationEvent),
        [event | {"unit_id": units[n % 480].id, "person_no": n} for n in range(3200)],
    )
    rows = rates.rate_rows(session, day(clock))
    assert rows[0].registered == 200_000 and len(rows) == 501
    statements.clear()
    assert effort(lambda: rates.rate_rows(session, day(clock))) < 400 * len(
        rows
    )  # 280 with PyMySQL, which is Python itself
    assert len(statements) < 10


def report(session, unit, total, on):
    make.keep(session, AppReport(
        unit_id=unit.id, day=on, total=total, reporter="王芳", entered_by="li", entered_at=make.EARLY,
    ))  # fmt: skip


def installed(session, on):
    rows = rates.open_book(session, [on], rates.Programme.APP).rows(on)
    return {r.code: (r.registered if r.known else None, r.covered, r.rate) for r in rows}


def test_the_other_programme_counts_a_units_own_report_else_those_below(session, clock, county):
    report(session, county["V1"], 3, day(clock, 5))
    report(session, county["W"], 6, day(clock))
    assert installed(session, day(clock)) == {
        "B": (9, (2, 3), 0.6), "T": (3, (1, 2), 0.3333), "V1": (3, (0, 0), 0.75), "V2": (None, (0, 1), None),
        "W": (6, (0, 0), 1.0),
    }  # fmt: skip
    report(session, county["T"], 8, day(clock))
    assert installed(session, day(clock))["T"] == (8, (0, 0), 0.8889)
    assert installed(session, day(clock, 6))["B"] == (None, (0, 3), None)


def test_what_holds_is_the_latest_report_of_the_latest_day(session, clock, county):
    for total, back in ((5, 3), (6, 9), (7, 3), (8, 10)):
        report(session, county["W"], total, day(clock, back))
    days = [day(clock, back) for back in (11, 10, 9, 8, 3, 0)]
    book = rates.open_book(session, days, rates.Programme.APP)
    assert [book.rows(each, parent="W")[0].registered for each in days] == [0, 8, 6, 6, 7, 7]


def test_missing_head_counts_below_are_counted(session, clock, county):
    make.unit(session, "三村", parent=county["T"], code="V3", kind=UnitKind.VILLAGE)
    group = make.unit(
        session, "成员", parent=county["B"], code="G", kind=UnitKind.GROUP, basis=CountKind.STAFF
    )
    make.unit(session, "局", parent=group, code="G1", kind=UnitKind.AGENCY, basis=CountKind.STAFF)
    gaps = {row.code: (row.head_count, row.gaps) for row in rates.rate_rows(session, day(clock))}
    assert gaps["B"] == (15, 1) and gaps["T"] == (9, 1) and gaps["V3"] == (None, 1) and gaps["G"] == (None, 0)


@pytest.mark.parametrize("frozen", [None, 9, 5, 4, 1])
def test_several_days_at_once_are_the_days_one_by_one(session, clock, county, frozen):
    for ago in (9, 7, 5, 4, 2, 1, 0):
        clock.forward(days=9 - ago)
        join(session, clock, county["V1" if ago % 2 else "W"])
        clock.forward(days=ago - 9)
    clock.forward(days=9)
    if frozen:
        rates.freeze(session, day(clock, frozen), clock())
    days = [day(clock, back) for back in (0, 8, 6, 5, 4, 3)]
    together = counts_on(session, days)
    by_hand = {each: dict(Counter(dict(session.execute(
        select(RegistrationEvent.unit_id, func.sum(RegistrationEvent.delta))
        .where(RegistrationEvent.day <= each).group_by(RegistrationEvent.unit_id)
    ).all()))) for each in days}  # fmt: skip
    assert together == by_hand
    assert {each: rates.registered_here(session, each) for each in days} == by_hand
