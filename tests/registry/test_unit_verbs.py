"""Changing and ending units: dated, with nobody lost and no past figure moved."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from bot.registry import people, rates
from bot.registry.audit import entries
from bot.registry.models import (
    CountKind,
    Follower,
    HeadCount,
    Promoter,
    RegistrationEvent,
    Unit,
    UnitKind,
    UnitName,
)
from bot.registry.models_units import FormerName, UnitMerger, UnitPlan
from bot.registry.scenes import unit_of_scene
from bot.registry.unit_verbs import (
    CountForm,
    cancel_move,
    cancel_plan,
    close_unit,
    merge_units,
    move_unit,
    rename_unit,
    set_basis,
    set_head_count,
    set_kind,
    set_short_names,
    settle,
)
from bot.registry.units import UnitForm, add_unit, unit_tree, units_version
from core.errors import Conflict, NotFound, Refusal
from tests import make

TODAY = date(2026, 3, 2)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


@pytest.fixture
def county(session):
    """A banner with two towns, two villages in the first."""
    top = make.unit(session, "演示旗", code="C", kind=UnitKind.COUNTY, head_count=1000)
    north = make.unit(session, "北镇", code="N", parent=top, head_count=300)
    south = make.unit(session, "南镇", code="S", parent=top, head_count=200)
    one = make.unit(session, "一村", code="V1", parent=north, kind=UnitKind.VILLAGE, head_count=100)
    two = make.unit(session, "二村", code="V2", parent=north, kind=UnitKind.VILLAGE)
    return {unit.code: unit for unit in (top, north, south, one, two)}


def register(session, unit, clock, count=1):
    for _ in range(count):
        people.register(session, make.follower(session).id, unit.id, 1, "chat", clock())


def names_of(session, unit):
    return set(session.scalars(select(UnitName.name).where(UnitName.unit_id == unit.id)))


def figures(session, day):
    return rates.rate_rows(session, day)


def registered(session, day):
    return {row.code: row.registered for row in figures(session, day)}


def test_a_renamed_unit_keeps_its_old_name_as_a_short_one(session, clock, county):
    before = county["N"].version, units_version(session)
    rename_unit(session, county["N"].id, " 北　河镇 ", clock())
    assert (county["N"].name, names_of(session, county["N"])) == ("北 河镇", {"北镇"})
    [old] = session.scalars(select(FormerName))
    assert (old.name, old.until) == ("北镇", TODAY)
    assert (county["N"].version, units_version(session)) > before


def test_back_to_the_old_name_leaves_no_short_name_like_it(session, clock, county):
    rename_unit(session, county["N"].id, "新镇", clock(), keep_old=False)
    assert names_of(session, county["N"]) == set()
    rename_unit(session, county["N"].id, "北镇", clock())
    assert names_of(session, county["N"]) == {"新镇"}


@pytest.mark.parametrize(("name", "refusal"), [("", Refusal), ("长" * 61, Refusal), ("南镇", Conflict)])
def test_a_name_that_cannot_be_is_refused(session, clock, county, name, refusal):
    with pytest.raises(refusal):
        rename_unit(session, county["N"].id, name, clock())


def test_short_names_are_replaced_as_a_whole(session, clock, county):
    set_short_names(session, county["N"].id, ["北", "北边", "北", "北镇"], clock())
    assert names_of(session, county["N"]) == {"北", "北边"}
    version = county["N"].version
    set_short_names(session, county["N"].id, ["北边", "北"], clock())
    assert county["N"].version == version
    with pytest.raises(Refusal, match="最多"):
        set_short_names(session, county["N"].id, [f"名{n}" for n in range(21)], clock())


def test_a_kind_without_people_is_refused_while_somebody_is_there(session, clock, county):
    register(session, county["V1"], clock)
    with pytest.raises(Refusal, match="还有人登记"):
        set_kind(session, county["V1"].id, UnitKind.GROUP, clock())
    assert set_kind(session, county["V2"].id, UnitKind.PARK, clock()).kind == UnitKind.PARK


def test_another_basis_holds_from_today_on(session, clock, county):
    make.keep(session, HeadCount(
        unit_id=county["N"].id, kind=CountKind.ADULTS, since=make.DAY_ONE, count=150, source="", entered_at=clock(),
    ))  # fmt: skip
    before = figures(session, YESTERDAY)
    set_basis(session, county["N"].id, CountKind.ADULTS, clock())
    assert figures(session, YESTERDAY) == before
    heads = {row.code: row.head_count for row in figures(session, TODAY)}
    assert heads["N"] == 150
    set_basis(session, county["N"].id, CountKind.RESIDENTS, clock())
    assert {row.code: row.head_count for row in figures(session, TODAY)}["N"] == 300


def test_a_move_holds_from_its_day_and_takes_the_people_along(session, clock, county):
    register(session, county["V1"], clock, 2)
    clock.forward(days=1)
    before = figures(session, TODAY)
    move_unit(session, county["V1"].id, county["S"].id, TOMORROW, clock())
    assert figures(session, TODAY) == before
    assert registered(session, TOMORROW) == {"C": 2, "N": 0, "S": 2, "V1": 2, "V2": 0}
    assert county["V1"].parent_id == county["S"].id


def test_a_planned_move_takes_effect_by_itself_and_can_be_taken_back(session, clock, county):
    move_unit(session, county["V1"].id, county["S"].id, TOMORROW, clock())
    assert county["V1"].parent_id == county["N"].id
    assert unit_tree(session, TOMORROW)[county["V1"].id].parent_id == county["S"].id
    assert settle(session, clock()) == 0
    cancel_move(session, county["V1"].id, TOMORROW, clock())
    move_unit(session, county["V1"].id, county["S"].id, TOMORROW, clock())
    clock.forward(days=1)
    version = units_version(session)
    assert (settle(session, clock()), settle(session, clock())) == (1, 0)
    assert county["V1"].parent_id == county["S"].id and units_version(session) == version + 1
    with pytest.raises(Refusal, match="已经生效"):
        cancel_move(session, county["V1"].id, TOMORROW, clock())


def test_a_move_that_cannot_be_is_refused_with_its_reason(session, clock, county):
    north, south, village, top = (county[code].id for code in ("N", "S", "V1", "C"))
    for unit, parent, since, refusal, word in (
        (north, village, TODAY, Refusal, "一圈"),
        (north, north, TODAY, Refusal, "一圈"),
        (village, south, YESTERDAY, Refusal, "过去"),
        (village, north, TODAY, Conflict, "本来"),
        (top, north, TODAY, Refusal, "最上级"),
        (village, 999_999, TODAY, NotFound, "没有"),
    ):
        with pytest.raises(refusal, match=word):
            move_unit(session, unit, parent, since, clock())


def test_two_planned_moves_may_not_make_a_circle_together(session, clock, county):
    move_unit(session, county["N"].id, county["S"].id, TODAY + timedelta(days=5), clock())
    with pytest.raises(Refusal, match="一圈"):
        move_unit(session, county["S"].id, county["N"].id, TODAY + timedelta(days=3), clock())
    with pytest.raises(Refusal, match="一圈"):
        move_unit(session, county["S"].id, county["V1"].id, TODAY + timedelta(days=9), clock())


def test_a_name_that_the_new_siblings_bear_is_refused(session, clock, county):
    make.unit(session, "一村", parent=county["S"])
    with pytest.raises(Conflict, match="同一上级"):
        move_unit(session, county["V1"].id, county["S"].id, TODAY, clock())


def test_a_merger_takes_everything_along_and_leaves_yesterday_as_it_was(session, clock, county):
    register(session, county["N"], clock, 3)
    register(session, county["V1"], clock, 2)
    register(session, county["S"], clock, 1)
    clock.forward(days=1)
    rates.freeze(session, TODAY, clock())
    before = [figures(session, day) for day in (YESTERDAY, TODAY)]
    set_short_names(session, county["N"].id, ["北边"], clock())
    merger = merge_units(session, county["N"].id, county["S"].id, clock(), by="li")
    assert (merger.people, merger.day) == (3, TOMORROW)
    assert [figures(session, day) for day in (YESTERDAY, TODAY)] == before
    assert registered(session, TOMORROW) == {"C": 6, "S": 6, "V1": 2, "V2": 0}
    assert {row.code: row.head_count for row in figures(session, TOMORROW)}["S"] == 500
    assert names_of(session, county["S"]) == {"北镇", "北边"}
    assert rates.verify(session, TOMORROW) == []
    clock.forward(days=1)
    rates.freeze(session, TOMORROW, clock())
    assert rates.verify(session, TOMORROW) == []
    [sum_up] = session.scalars(select(HeadCount).where(HeadCount.entered_by == "li"))
    assert (sum_up.count, sum_up.since) == (500, TOMORROW) and "北镇" in sum_up.source


def test_head_counts_are_left_alone_when_asked(session, clock, county):
    merge_units(session, county["N"].id, county["S"].id, clock(), add_counts=False)
    assert {row.code: row.head_count for row in figures(session, TODAY)}["S"] == 200


def test_codes_of_merged_units_lead_to_the_last_heir(session, clock, county):
    merge_units(session, county["V1"].id, county["V2"].id, clock())
    merge_units(session, county["V2"].id, county["S"].id, clock())
    assert [unit_of_scene(session, f"u:{code}", TODAY).code for code in ("V1", "V2", "S")] == ["S"] * 3
    close_unit(session, county["N"].id, TODAY, clock())
    assert unit_of_scene(session, "u:N", TODAY) is None


@pytest.mark.parametrize(
    ("gone", "heir", "word"),
    [("C", "N", "旗县"), ("N", "N", "自己"), ("N", "V1", "下面"), ("V1", "C", "自己没有人")],
)
def test_a_merger_that_cannot_be_is_refused(session, clock, county, gone, heir, word):
    register(session, county["V1"], clock)
    with pytest.raises(Refusal, match=word):
        merge_units(session, county[gone].id, county[heir].id, clock())


@pytest.mark.parametrize("moved_under", ["N", "V1"])
def test_a_unit_that_is_to_stand_below_another_cannot_take_it_over(session, clock, county, moved_under):
    """It would stand below itself from that day on, and nobody would count it."""
    move_unit(session, county["S"].id, county[moved_under].id, TOMORROW, clock())
    with pytest.raises(Refusal, match=rf"从 {TOMORROW} 起在“北镇”下面"):
        merge_units(session, county["N"].id, county["S"].id, clock())
    cancel_move(session, county["S"].id, TOMORROW, clock())
    merge_units(session, county["N"].id, county["S"].id, clock())
    assert rates.verify(session, TODAY) == []


def test_a_unit_whose_parent_is_to_stand_below_another_cannot_take_that_over(session, clock, county):
    move_unit(session, county["V1"].id, county["S"].id, TODAY, clock())
    move_unit(session, county["S"].id, county["N"].id, TOMORROW, clock())
    with pytest.raises(Refusal, match=rf"从 {TOMORROW} 起在“北镇”下面"):
        merge_units(session, county["N"].id, county["V1"].id, clock())


def test_twins_below_both_stop_a_merger(session, clock, county):
    make.unit(session, "一村", parent=county["S"])
    with pytest.raises(Conflict, match="两边都有“一村”"):
        merge_units(session, county["N"].id, county["S"].id, clock())


def test_demo_and_real_units_do_not_mix(session, clock, county):
    county["S"].demo = True
    with pytest.raises(Refusal, match="演示"):
        merge_units(session, county["N"].id, county["S"].id, clock())


def test_a_closed_unit_takes_no_change_and_nobody_in(session, clock, county):
    close_unit(session, county["V2"].id, TODAY, clock())
    assert "V2" not in registered(session, TODAY) and "V2" in registered(session, YESTERDAY)
    for change in (
        lambda unit: rename_unit(session, unit, "三村", clock()),
        lambda unit: move_unit(session, unit, county["S"].id, TODAY, clock()),
        lambda unit: close_unit(session, unit, TODAY, clock()),
        lambda unit: merge_units(session, county["V1"].id, unit, clock()),
        lambda unit: move_unit(session, county["V1"].id, unit, TODAY, clock()),
    ):
        with pytest.raises(Conflict, match="已于 2026-03-02 撤销"):
            change(county["V2"].id)
    with pytest.raises(NotFound):
        register(session, county["V2"], clock)
    with pytest.raises(Conflict, match="撤销"):
        add_unit(session, UnitForm("X", "三村", UnitKind.VILLAGE, parent="V2"), clock())


def test_a_unit_with_people_or_units_below_is_not_closed_alone(session, clock, county):
    register(session, county["V1"], clock)
    for code, on, word in (
        ("V1", TODAY, "1 人"),
        ("N", TODAY, "一村"),
        ("V1", TOMORROW, "1 人"),
        ("V2", YESTERDAY, "过去"),
    ):
        with pytest.raises(Refusal, match=word):
            close_unit(session, county[code].id, on, clock())
    close_unit(session, county["N"].id, TODAY, clock(), into_id=county["S"].id)
    assert registered(session, TODAY) == {"C": 1, "S": 1, "V1": 1, "V2": 0}


def test_a_planned_merger_happens_on_its_day(session, clock, county):
    register(session, county["N"], clock, 2)
    close_unit(session, county["N"].id, TOMORROW, clock(), into_id=county["S"].id, by="li")
    assert settle(session, clock()) == 0
    register(session, county["N"], clock)
    clock.forward(days=1)
    assert settle(session, clock()) == 1
    assert registered(session, TODAY)["N"] == 3 and registered(session, TOMORROW)["S"] == 3
    assert session.get(UnitPlan, county["N"].id) is None
    assert session.get_one(UnitMerger, county["N"].id).people == 3
    [noted] = entries(session, action="unit.merge")
    assert (noted.actor, noted.subject) == ("li", "北镇（N）") and "南镇" in noted.after


def test_a_plan_that_cannot_be_carried_out_says_why_and_loses_nobody(session, clock, county):
    close_unit(session, county["V2"].id, TOMORROW, clock(), by="li")
    register(session, county["V2"], clock)
    clock.forward(days=1)
    assert settle(session, clock()) == 0
    assert "1 人" in session.get_one(UnitPlan, county["V2"].id).trouble
    assert registered(session, TOMORROW)["C"] == 1
    close_unit(session, county["V2"].id, TOMORROW, clock(), into_id=county["V1"].id)
    assert registered(session, TOMORROW)["V1"] == 1 and session.get(UnitPlan, county["V2"].id) is None


def test_a_plan_can_be_taken_back(session, clock, county):
    close_unit(session, county["V2"].id, TOMORROW, clock())
    cancel_plan(session, county["V2"].id, clock())
    with pytest.raises(NotFound):
        cancel_plan(session, county["V2"].id, clock())
    clock.forward(days=1)
    assert settle(session, clock()) == 0 and county["V2"].closed_on is None


def test_what_waits_for_a_merged_unit_goes_on_to_its_heir(session, clock, county):
    later = TODAY + timedelta(days=3)
    move_unit(session, county["V2"].id, county["S"].id, later, clock())
    close_unit(session, county["V1"].id, later, clock(), into_id=county["S"].id)
    park = make.unit(session, "园区", code="P", parent=county["C"], kind=UnitKind.PARK)
    merge_units(session, county["S"].id, park.id, clock())
    assert unit_tree(session, later)[county["V2"].id].parent_id == park.id
    assert session.get_one(UnitPlan, county["V1"].id).into_id == park.id


def test_no_unit_is_moved_or_merged_into_one_that_ends_before(session, clock, county):
    close_unit(session, county["S"].id, TOMORROW, clock())
    for move in (
        lambda: move_unit(session, county["V1"].id, county["S"].id, TOMORROW, clock()),
        lambda: close_unit(
            session, county["V2"].id, TOMORROW + timedelta(days=1), clock(), into_id=county["S"].id
        ),
    ):
        with pytest.raises(Conflict, match="已定于"):
            move()


def test_on_a_day_that_is_frozen_already_a_merger_counts_on_the_next(session, clock, county):
    register(session, county["V1"], clock)
    clock.forward(days=2)
    rates.freeze(session, TOMORROW, clock())
    clock.forward(days=-2)  # somebody set the clock back
    merge_units(session, county["V1"].id, county["V2"].id, clock())
    assert county["V1"].closed_on == TOMORROW + timedelta(days=1)
    assert registered(session, TOMORROW)["V1"] == 1
    assert rates.verify(session, county["V1"].closed_on) == []


def test_a_back_dated_head_count_needs_a_reason(session, clock, county):
    with pytest.raises(Refusal, match="原因"):
        set_head_count(
            session, county["N"].id, CountForm(CountKind.RESIDENTS, YESTERDAY, 310, "年鉴"), "li", clock()
        )
    form = CountForm(CountKind.RESIDENTS, YESTERDAY, 310, "年鉴", "旧数漏了一个嘎查")
    entry = set_head_count(session, county["N"].id, form, "li", clock())
    assert (entry.entered_by, entry.reason) == ("li", "旧数漏了一个嘎查")
    assert {row.code: row.head_count for row in figures(session, YESTERDAY)}["N"] == 310
    count = session.scalar(select(func.count()).select_from(HeadCount))
    assert set_head_count(session, county["N"].id, form, "li", clock()) is entry
    assert session.scalar(select(func.count()).select_from(HeadCount)) == count


@pytest.mark.parametrize(
    ("since", "count", "source", "word"),
    [
        (TODAY, -1, "x", "之间"),
        (TODAY, 10**7, "x", "之间"),
        (TODAY, 1, " ", "来源"),
        (date(2025, 12, 31), 1, "x", "设立"),
    ],
)
def test_a_head_count_that_makes_no_sense_is_refused(session, clock, county, since, count, source, word):
    form = CountForm(CountKind.STAFF, since, count, source, "因为")
    with pytest.raises(Refusal, match=word):
        set_head_count(session, county["N"].id, form, "li", clock())


def test_many_people_are_merged_at_once(session, clock, county):
    rows = [
        {
            "openid": f"oMANY{n:023d}",
            "person_no": n + 1,
            "followed_at": make.EARLY,
            "unit_id": county["V1"].id,
        }
        for n in range(6000)
    ]
    session.execute(Follower.__table__.insert(), [row | {"scene": "", "consent_by": "", "audience": "", "age_band": "",
                                                          "demo": False} for row in rows])  # fmt: skip
    session.execute(RegistrationEvent.__table__.insert(), [
        {"at": make.EARLY, "day": make.DAY_ONE, "unit_id": county["V1"].id, "person_no": n + 1, "kind": "joined", "delta": 1}
        for n in range(6000)
    ])  # fmt: skip
    assert merge_units(session, county["V1"].id, county["V2"].id, clock()).people == 6000
    assert rates.verify(session, TODAY) == []
    assert session.scalar(select(func.count()).select_from(Unit).where(Unit.closed_on == TODAY)) == 1


def test_promoters_go_on_for_the_heir(session, clock, county):
    labels = {"V1": ["张", "长" * 20], "V2": ["张", "长" * 20, "李"]}
    for code, held in labels.items():
        for n, label in enumerate(held):
            make.keep(session, Promoter(
                code=f"{code}{n}", unit_id=county[code].id, label=label, made_at=clock(), made_by="li",
            ))  # fmt: skip
    merge_units(session, county["V1"].id, county["V2"].id, clock())
    assert unit_of_scene(session, "p:V10", TODAY).code == "V2"
    held = set(session.scalars(select(Promoter.label).where(Promoter.unit_id == county["V2"].id)))
    assert held == {"张", "张(2)", "李", "长" * 20, "长" * 15 + "(2)"}
