from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from bot.registry import rates
from bot.registry.erase import erase
from bot.registry.importing import ImportResult, import_registrations, import_units, preview_units
from bot.registry.models import Follower, RegistrationEvent, Unit, UnitKind, UnitName
from bot.registry.people import phone_of, register
from bot.registry.units import unit_tree, units_version
from core.clock import county_date
from core.errors import RowErrors
from core.secrets import Vault, new_data_key
from tests import make

HEAD = ("编号", "名称", "类型", "上级编号", "简称", "人数口径", "应登记人数", "人数来源", "起始日期")


@pytest.fixture
def vault():
    return Vault(new_data_key())


def table(*lines, head=HEAD):
    return [(n, dict(zip(head, [*line, *[""] * len(head)], strict=False))) for n, line in enumerate(lines, 2)]


def faults(session, clock, *lines):
    with pytest.raises(RowErrors) as refused:
        import_units(session, table(*lines), clock())
    return refused.value.rows


COUNTY = (
    ("V", "一村", "嘎查村", "T", "一队、老一村", "常住人口", "1,200", "统计年鉴", "2026-01-01"),
    ("T", "东镇", "镇", "B"),
    ("B", "旗", "旗县"),
)


def test_units_are_added_with_parents_that_come_later(session, clock):
    assert import_units(session, table(*COUNTY), clock()) == ImportResult(3, 0, 1)
    tree = unit_tree(session, county_date(clock()))
    by_code = {unit.code: unit for unit in tree.values()}
    assert tree[tree[by_code["V"].id].parent_id].parent_id == by_code["B"].id
    assert {by_code["V"].kind, by_code["V"].basis} == {"village", "residents"}
    assert set(session.scalars(select(UnitName.name))) == {"一队", "老一村"}
    assert rates.rate_rows(session, county_date(clock()))[0].head_count == 1200
    assert units_version(session) == 1


def test_a_unit_does_not_stand_under_one_that_is_not_there_yet(session, clock):
    """It would be a top unit until then, and the county's figures would hold its head-count twice over."""
    later = ("T2", "新镇", "镇", "B", "", "", "", "", "2026-06-01")
    assert faults(session, clock, *COUNTY, later, ("V2", "新村", "村", "T2"))[0][:2] == (6, "起始日期")
    import_units(session, table(*COUNTY, later), clock())
    found = faults(
        session, clock, ("V2", "新村", "村", "T2"), ("V", "", "", "T2", "", "", "", "", "2026-05-31")
    )
    assert [fault[:2] for fault in found] == [(2, "起始日期"), (3, "起始日期")]
    import_units(session, table(("V", "", "", "T2", "", "", "", "", "2026-06-01")), clock())


def test_a_new_unit_without_a_parent_is_shown_as_a_top_unit(session, clock):
    found = preview_units(session, table(*COUNTY), clock()).changes
    assert [any("最上级" in new for _, _, new in change.details) for change in found] == [False, False, True]


def test_faults_of_a_row_stand_in_the_order_of_the_columns(session, clock):
    found = faults(session, clock, ("V", "", "谷", "X", "", "甲", "-1", "", "昨天"))
    assert [column for _, column, _ in found] == [
        "名称",
        "类型",
        "上级编号",
        "人数口径",
        "应登记人数",
        "起始日期",
    ]


def test_wide_digits_are_digits(session, clock):
    import_units(session, table(("B", "旗", "旗县", "", "", "", "１，２００")), clock())
    assert rates.rate_rows(session, county_date(clock()))[0].head_count == 1200


def test_the_same_file_twice_changes_nothing(session, clock):
    import_units(session, table(*COUNTY), clock())
    assert import_units(session, table(*COUNTY), clock()) == ImportResult(0, 0, 0)
    assert units_version(session) == 1


def test_a_known_unit_is_changed_where_its_cells_are_filled(session, clock):
    import_units(session, table(*COUNTY), clock())
    changes = table(("V", "第一村", "", "B", "新一队", "", "1300"), ("T", "", "", ""))
    assert import_units(session, changes, clock()) == ImportResult(0, 1, 1)
    unit = session.scalars(select(Unit).where(Unit.code == "V")).one()
    assert (unit.name, unit.kind, unit.parent.code, unit.version) == ("第一村", "village", "B", 2)
    yesterday = unit_tree(session, county_date(clock()) - timedelta(days=1))
    assert (
        unit.id in yesterday and unit_tree(session, county_date(clock()))[unit.id].parent_id == unit.parent_id
    )


def test_english_headings_are_understood(session, clock):
    rows = [(2, {"Code": "A", "name": "甲局", "KIND": "agency", "count": "7.0".removesuffix(".0")})]
    assert import_units(session, rows, clock()) == ImportResult(1, 0, 1)


@pytest.mark.parametrize(
    ("lines", "row", "column", "word"),
    [
        ([("", "甲", "镇")], 2, "编号", "不能为空"),
        ([("A", "", "镇")], 2, "名称", "不能为空"),
        ([("A", "甲", "")], 2, "类型", "不能为空"),
        ([("A", "甲", "衙门")], 2, "类型", "不认识“衙门”"),
        ([("A", "甲", "镇"), ("A", "乙", "镇")], 3, "编号", "与第 2 行重复"),
        ([("A", "甲", "镇"), ("B", "甲", "镇")], 3, "名称", "同一上级下已有"),
        ([("A", "甲", "镇", "Z")], 2, "上级编号", "没有编号为 Z"),
        ([("A", "甲", "镇", "B"), ("B", "乙", "镇", "A")], 2, "上级编号", "一圈"),
        ([("A", "甲", "镇", "A")], 2, "上级编号", "一圈"),
        ([("A", "甲", "镇", "", "", "", "-3")], 2, "应登记人数", "负数"),
        ([("A", "甲", "镇", "", "", "", "3.5")], 2, "应登记人数", "不是整数"),
        ([("A", "甲", "镇", "", "", "", "约三百")], 2, "应登记人数", "不是整数"),
        ([("A", "甲", "镇", "", "", "户数", "3")], 2, "人数口径", "不认识“户数”"),
        ([("A", "甲", "镇", "", "", "", "3", "", "2026-02-30")], 2, "起始日期", "不是日期"),
        ([("A" * 33, "甲", "镇")], 2, "编号", "最长 32"),
    ],
)
def test_a_fault_is_named_by_row_and_column_and_nothing_is_kept(session, clock, lines, row, column, word):
    good = ("G", "好镇", "镇")
    found = faults(session, clock, *lines, good)
    assert any(at == row and where == column and word in said for at, where, said in found), found
    assert session.scalar(select(func.count()).select_from(Unit)) == 0


def test_every_fault_of_a_file_is_named_at_once(session, clock):
    assert len(faults(session, clock, ("A", "甲", "衙门"), ("B", "乙", "镇", "Z"), ("", "丙", "镇"))) == 3


def test_a_circle_through_units_that_exist_is_seen(session, clock):
    import_units(session, table(*COUNTY), clock())
    assert any("一圈" in said for *_, said in faults(session, clock, ("B", "", "", "V")))


def test_a_unit_does_not_move_in_the_past(session, clock):
    import_units(session, table(*COUNTY), clock())
    [(row, column, said)] = faults(session, clock, ("V", "", "", "B", "", "", "", "", "2026-01-05"))
    assert (row, column) == (2, "起始日期") and "过去" in said


def test_a_file_without_codes_is_refused(session, clock):
    with pytest.raises(RowErrors, match="缺少这一列"):
        import_units(session, [(2, {"名字": "甲"})], clock())


def test_ten_thousand_units_are_imported_in_few_statements(session, clock, statements):
    towns = [(f"T{n}", f"镇{n}", "镇", "B") for n in range(100)]
    villages = [(f"V{n}", f"村{n}", "村", f"T{n % 100}", f"小{n}", "", str(n)) for n in range(9_899)]
    result = import_units(session, table(("B", "旗", "旗县"), *towns, *villages), clock())
    assert result.units_added == 10_000 and result.head_counts_added == 9_899
    assert len(statements) < 30


LIST = ("openid", "单位编号", "同意版本", "登记日期", "手机号")


def listed(*lines):
    return table(*lines, head=LIST)


def test_a_kept_list_registers_people_from_today_on(session, clock, vault):
    unit = make.unit(session, code="U")
    known, stranger = make.follower(session), make.openid()
    rows = listed((known.openid, "U", "1", "2025-06-01", "13812345678"), (stranger, "U", "1"))
    result = import_registrations(session, rows, vault, clock(), create=True)
    assert (result.registered, result.moved, result.unchanged, result.created) == (2, 0, 0, 1)
    assert set(session.scalars(select(RegistrationEvent.day))) == {county_date(clock())}
    assert (known.registered_at.date(), known.consent_by, known.unit_id) == (
        date(2025, 6, 1),
        "import",
        unit.id,
    )
    assert phone_of(session, vault, known.id) == "13812345678"
    assert rates.verify(session, county_date(clock())) == []


def test_the_list_again_changes_nothing_and_another_unit_is_a_move(session, clock, vault):
    make.unit(session, code="U"), make.unit(session, code="W")
    who = make.follower(session).openid
    for code, outcome in (("U", (1, 0, 0, 0)), ("U", (0, 0, 1, 0)), ("W", (0, 1, 0, 0))):
        result = import_registrations(session, listed((who, code, "1")), vault, clock())
        assert (result.registered, result.moved, result.unchanged, result.created) == outcome
    assert rates.verify(session, county_date(clock())) == []


def test_a_faulty_list_registers_nobody_and_repeats_no_openid(session, clock, vault):
    make.unit(session, code="U"), make.unit(session, code="G", kind=UnitKind.GROUP)
    known, wished = make.follower(session), make.follower(session)
    gone = wished.openid
    erase(session, wished.id, vault, clock(), by_wish=True)
    rows = listed(
        (known.openid, "U", "1"), (known.openid, "U", "1"), (make.openid(), "U", "1"), (gone, "U", "1"),
        ("张三", "U", "1"), (make.openid(), "Z", "1"), (make.openid(), "G", "1"), (make.openid(), "U", "2"),
        (make.openid(), "U", "1", "2030-01-01"), (make.openid(), "U", "1", "", "12345"),
    )  # fmt: skip
    with pytest.raises(RowErrors) as refused:
        import_registrations(session, rows, vault, clock())
    words = [
        "同一人",
        "没有关注",
        "已经注销",
        "28 个字符",
        "没有编号为 Z",
        "具体单位",
        "1 到 1 之间",
        "将来",
        "11 位",
    ]
    assert all(word in said for word, (_, _, said) in zip(words, refused.value.rows, strict=True)), (
        refused.value.rows
    )
    assert known.openid not in refused.value.message
    assert session.scalar(select(func.count()).select_from(RegistrationEvent)) == 0
    assert session.scalar(select(func.count()).select_from(Follower)) == 1


def test_moving_by_list_and_by_chat_are_the_same(session, clock, vault):
    one, two = make.unit(session, code="U"), make.unit(session, code="W")
    follower = make.follower(session)
    register(session, follower.id, one.id, 1, "chat", clock())
    import_registrations(session, listed((follower.openid, "W", "1")), vault, clock())
    assert rates.registered_here(session, county_date(clock())) == {two.id: 1}
