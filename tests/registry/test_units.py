from datetime import date, timedelta

import pytest
from sqlalchemy import insert

from bot.registry.models import Unit, UnitKind, UnitPlace
from bot.registry.units import (
    VERSION,
    UnitForm,
    add_unit,
    by_code,
    touch,
    unit_path,
    unit_tree,
    units_version,
)
from core.errors import Conflict, NotFound, Refusal
from tests import make
from tests.effort import effort

TODAY = date(2026, 3, 2)


def test_a_path_leaves_out_the_county(session):
    banner = make.unit(session, "演示旗", kind=UnitKind.COUNTY)
    village = make.unit(session, "东风嘎查", parent=make.unit(session, "乌兰镇", parent=banner))
    assert unit_path(session, village.id) == "乌兰镇 › 东风嘎查"
    assert unit_path(session, banner.id) == "演示旗"


def test_a_new_unit_gets_its_place_and_moves_the_version(session, clock):
    add_unit(session, UnitForm("A", "甲镇", UnitKind.TOWN), clock())
    before = units_version(session)
    made = add_unit(session, UnitForm("B", "乙村", UnitKind.VILLAGE, parent="A", head_count=9), clock())
    assert units_version(session) == before + 1
    assert unit_tree(session, TODAY)[made.id].parent_id == by_code(session, "A").id
    assert made.id not in unit_tree(session, TODAY - timedelta(days=1))


def test_a_unit_does_not_begin_before_the_one_above(session, clock):
    add_unit(session, UnitForm("A", "甲镇", UnitKind.TOWN, since=TODAY + timedelta(days=9)), clock())
    with pytest.raises(Conflict, match="才设立"):
        add_unit(session, UnitForm("B", "乙村", UnitKind.VILLAGE, parent="A"), clock())
    add_unit(
        session, UnitForm("B", "乙村", UnitKind.VILLAGE, parent="A", since=TODAY + timedelta(days=9)), clock()
    )


@pytest.mark.parametrize(
    ("form", "refusal"),
    [
        (UnitForm("A", "别的", UnitKind.TOWN), Conflict),
        (UnitForm("B", "甲镇", UnitKind.TOWN), Conflict),
        (UnitForm("B", "乙村", UnitKind.VILLAGE, parent="Z"), NotFound),
        (UnitForm("B", "乙村", UnitKind.VILLAGE, head_count=-1), Refusal),
        (UnitForm(" ", "乙村", UnitKind.VILLAGE), Refusal),
    ],
)
def test_a_wrong_unit_is_refused(session, clock, form, refusal):
    add_unit(session, UnitForm("A", "甲镇", UnitKind.TOWN), clock())
    with pytest.raises(refusal):
        add_unit(session, form, clock())


def test_the_tree_of_a_day_has_that_days_parents_and_open_units(session):
    north, south = make.unit(session, "北镇"), make.unit(session, "南镇")
    village = make.unit(session, "一村", parent=north)
    closed = make.unit(session, "旧村", parent=north)
    closed.closed_on = TODAY
    make.keep(session, UnitPlace(unit_id=village.id, since=TODAY, parent_id=south.id))
    yesterday, today = unit_tree(session, TODAY - timedelta(days=1)), unit_tree(session, TODAY)
    assert (yesterday[village.id].parent_id, today[village.id].parent_id) == (north.id, south.id)
    assert closed.id in yesterday and closed.id not in today


def test_a_version_starts_at_one_and_moves_by_one(session):
    assert units_version(session) == 0
    assert [touch(session, VERSION), touch(session, VERSION), touch(session, "library")] == [1, 2, 1]


def test_ten_thousand_units_make_a_tree_at_once(session):
    rows = [
        {"id": n, "code": f"C{n}", "name": f"村{n}", "kind": "village", "basis": "residents", "opened_on": make.DAY_ONE,
         "version": 1, "demo": False}
        for n in range(1, 10_001)
    ]  # fmt: skip
    session.execute(insert(Unit), rows)
    session.execute(
        insert(UnitPlace),
        [{"unit_id": n, "since": make.DAY_ONE, "parent_id": None} for n in range(1, 10_001)],
    )
    assert len(unit_tree(session, TODAY)) == 10_000
    assert effort(lambda: unit_tree(session, TODAY)) < 120 * 10_000  # 81 with PyMySQL, which is Python itself
