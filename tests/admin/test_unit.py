"""One unit's page and the forms that change it: a look first, then the change, and never over somebody else's."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from bot.registry import rates
from bot.registry.audit import entries
from bot.registry.models import HeadCount, Unit, UnitKind, UnitName
from bot.registry.models_units import UnitPlan
from bot.registry.people import register
from bot.registry.unit_verbs import close_unit, move_unit, rename_unit
from tests import make
from tests.admin.conftest import send

TODAY = date(2026, 3, 2)
TOMORROW = TODAY + timedelta(days=1)
SEEN = re.compile(r'name="(version|seen)" value="(\d*)"')


@pytest.fixture
def county(db):
    """A banner with two towns, two villages in the first; ids by code."""
    with db.transaction() as session:
        top = make.unit(session, "演示旗", code="C", kind=UnitKind.COUNTY, head_count=1000)
        north = make.unit(session, "北镇", code="N", parent=top, head_count=300)
        south = make.unit(session, "南镇", code="S", parent=top, head_count=200)
        one = make.unit(session, "一村", code="V1", parent=north, kind=UnitKind.VILLAGE)
        two = make.unit(session, "二村", code="V2", parent=north, kind=UnitKind.VILLAGE)
        return {unit.code: unit.id for unit in (top, north, south, one, two)}


@pytest.fixture
def admin(as_role):
    return as_role("admin")


def unit(db, unit_id):
    with db.reading() as session:
        return session.get(Unit, unit_id)


def act(browser, unit_id, what, step="do", page=None, **fields):
    """Submit the form of an act as the browser would that has just opened it."""
    path = f"/admin/units/{unit_id}/{what}"
    held = dict(SEEN.findall(browser.get(page or path).text))
    return send(browser, path, page, step=step, **held | fields)


def people(db, clock, unit_id, count):
    with db.transaction() as session:
        for _ in range(count):
            register(session, make.follower(session).id, unit_id, 1, "chat", clock())


def test_the_page_tells_what_is_known_of_a_unit(admin, db, clock, county):
    people(db, clock, county["V1"], 3)
    with db.transaction() as session:
        rename_unit(session, county["N"], "北河镇", clock())
        move_unit(session, county["V2"], county["S"], TOMORROW, clock())
        close_unit(session, county["V1"], TOMORROW, clock(), into_id=county["V2"], by="li")
    page = admin.get(f"/admin/units/{county['N']}").text
    for word in ("北河镇", "3 人", "1.00%", "2026-03-02 以前叫“北镇”", "2026-01-01 起在演示旗下面", "测试"):
        assert word in page
    assert "2026-03-03 起移到南镇下面" in admin.get(f"/admin/units/{county['V2']}").text
    assert "定于 2026-03-03 并入" in admin.get(f"/admin/units/{county['V1']}").text


@pytest.mark.parametrize("path", ["999999", "999999/edit", "999999/nothing"])
def test_a_unit_that_is_not_there_is_said_so(admin, path):
    assert admin.get(f"/admin/units/{path}").status_code == 404


def test_a_viewer_sees_the_page_without_buttons_and_changes_nothing(as_role, db, county):
    viewer = as_role("viewer")
    page = viewer.get(f"/admin/units/{county['N']}").text
    assert "修改资料" not in page and "北镇" in page
    for name in ("edit", "move", "merge", "close", "count"):
        assert viewer.get(f"/admin/units/{county['N']}/{name}").status_code == 403
    assert viewer.get("/admin/units/import").status_code == 403


def test_a_liaison_sees_only_the_own_subtree(as_role, db, county):
    liaison = as_role("liaison", unit(db, county["N"]))
    assert liaison.get(f"/admin/units/{county['N']}").status_code == 200
    page = liaison.get(f"/admin/units/{county['V1']}").text
    assert "北镇" in page and "演示旗" not in page.partition("<main")[2].partition("沿革")[0].replace(
        "（C）", ""
    )
    for code in ("C", "S"):
        assert liaison.get(f"/admin/units/{county[code]}").status_code == 403
    for kind in ("csv", "xlsx"):
        assert liaison.get(f"/admin/units/export.{kind}").status_code == 200
    table = liaison.get("/admin/units/export.csv").text
    assert "北镇" in table and "二村" in table and "南镇" not in table
    assert liaison.get("/admin/units?find=南镇").text.count("没有找到") == 1
    assert liaison.get("/admin/units/find?target=南").status_code == 403


def test_an_admin_of_one_town_does_not_reach_another(as_role, db, county):
    browser = as_role("admin", unit(db, county["N"]))
    assert (
        act(browser, county["V1"], "edit", name="新村", kind="village", basis="residents").status_code == 302
    )
    for target, status in (("S", 403), ("C", 403)):
        sent = act(browser, county["V1"], "move", target=target, since=str(TODAY))
        assert sent.status_code == status
    assert (
        send(browser, f"/admin/units/{county['S']}/cancel", f"/admin/units/{county['N']}").status_code == 302
    )
    assert "您只能查看" in browser.get("/admin/units").text
    made = {"code": "X", "name": "新", "kind": "village", "basis": "", "since": str(TODAY), "step": "do"}
    assert send(browser, "/admin/units/new", **made).status_code == 403
    assert send(browser, "/admin/units/new", **made, target="S").status_code == 403
    assert unit(db, county["V1"]).parent_id == county["N"]


def test_a_unit_is_added_after_a_look(admin, db, county):
    fields = {
        "code": "V3", "name": "三村", "kind": "village", "target": "北镇", "short": "三队\n老三村", "basis": "",
        "count": "1,200", "source": "台账", "since": str(TODAY),
    }  # fmt: skip
    look = send(admin, "/admin/units/new", **fields, step="look")
    assert "新增嘎查村/社区“三村”" in look.text and "1,200" in look.text and "确认新增" in look.text
    with db.reading() as session:
        assert session.scalar(select(Unit).where(Unit.code == "V3")) is None
    back = send(admin, "/admin/units/new", **fields, step="back")
    assert 'value="三村"' in back.text
    assert send(admin, "/admin/units/new", **fields, step="do").status_code == 302
    with db.reading() as session:
        made = session.scalars(select(Unit).where(Unit.code == "V3")).one()
        assert made.parent_id == county["N"]
        assert set(session.scalars(select(UnitName.name).where(UnitName.unit_id == made.id))) == {
            "三队",
            "老三村",
        }
        count = session.scalars(select(HeadCount).where(HeadCount.unit_id == made.id)).one()
        assert (count.count, count.entered_by) == (1200, "admin-None")
        [entry] = entries(session, action="unit.add")
        assert entry.subject == "三村（V3）" and "老三村" in entry.after
    again = send(admin, "/admin/units/new", **fields, step="do")
    assert again.status_code == 409 and "已被别的单位使用" in again.text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "请填写名称"),
        ({"name": "长" * 61}, "最长 60"),
        ({"code": "A B"}, "没有空格"),
        ({"target": "火星镇"}, "没有找到“火星镇”"),
        ({"count": "许多"}, "整数"),
        ({"count": "-1", "source": "x"}, "正整数"),
        ({"count": "5"}, "来源"),
        ({"since": "明天"}, "日期没有看懂"),
        ({"count": "5", "source": "x", "since": "2026-01-05"}, "公布过"),
        ({"kind": "衙门"}, "请从列表中选择"),
    ],
)
def test_a_field_that_is_wrong_is_named(admin, county, wrong, said):
    fields = {
        "code": "V3",
        "name": "三村",
        "kind": "village",
        "basis": "",
        "target": "N",
        "since": str(TODAY),
    }
    sent = send(admin, "/admin/units/new", step="look", **fields | wrong)
    assert sent.status_code in (400, 404) and said in sent.text


def test_a_name_that_is_not_unique_is_answered_with_those_it_may_be(admin, db, county):
    with db.transaction() as session:
        make.unit(session, "一村", code="V9", parent=session.get(Unit, county["S"]))
    sent = act(admin, county["S"], "move", "look", target="一村", since=str(TODAY))
    assert "一村（V1）" in sent.text and "一村（V9）" in sent.text
    assert act(admin, county["V2"], "move", "look", target="一村（V9）", since=str(TODAY)).status_code == 200


def test_units_are_offered_while_one_types(admin, county):
    offered = admin.get("/admin/units/find?target=beizhen").text
    assert '<option value="北镇（N）">演示旗</option>' in offered
    assert "一村（V1）" in admin.get("/admin/units/find?target=V1").text
    assert "option" not in admin.get("/admin/units/find?target=").text


def test_a_look_writes_nothing_and_the_second_step_does(admin, db, clock, county):
    people(db, clock, county["N"], 3)
    look = act(admin, county["N"], "merge", "look", target="S", since=str(TODAY), add_counts="y")
    for word in ("今天起撤销，并入“南镇”", "3 人、下级单位 2 个", "昨天及以前的数字不变", "确认合并"):
        assert word in look.text
    assert unit(db, county["N"]).closed_on is None
    held = dict(SEEN.findall(look.text))
    done = send(
        admin, f"/admin/units/{county['N']}/merge", "/admin/password", step="do", target="S", since=str(TODAY),
        add_counts="y", **held,
    )  # fmt: skip
    assert done.status_code == 302
    assert unit(db, county["N"]).closed_on == TODAY
    with db.reading() as session:
        assert {row.code: row.registered for row in rates.rate_rows(session, TODAY)}["S"] == 3
        noted = {entry.subject: entry for entry in entries(session, action="unit.merge")}
    assert set(noted) == {"北镇（N）", "南镇（S）"} and "500" in noted["南镇（S）"].after
    page = admin.get(f"/admin/units/{county['N']}").text
    assert "已于 2026-03-02 撤销" in page and "转去 3 人" in page
    assert "北镇" in admin.get("/admin/units/closed").text
    again = act(admin, county["S"], "merge", target="N", since=str(TODAY))
    assert again.status_code == 404  # the closed unit is offered to nobody


def test_a_later_day_is_a_plan_that_can_be_taken_back(admin, db, county):
    sent = act(admin, county["V2"], "close", since=str(TOMORROW))
    assert sent.status_code == 302
    assert "定于 2026-03-03 撤销" in admin.get(f"/admin/units/{county['V2']}").text
    assert (
        send(admin, f"/admin/units/{county['V2']}/cancel", f"/admin/units/{county['V2']}").status_code == 302
    )
    with db.reading() as session:
        assert session.get(UnitPlan, county["V2"]) is None
        assert [entry.actor for entry in entries(session, action="unit.cancel")] == ["admin-None"]
    act(admin, county["V2"], "move", target="S", since=str(TOMORROW))
    page = f"/admin/units/{county['V2']}"
    assert send(admin, f"{page}/cancel", page, since=str(TOMORROW)).status_code == 302
    assert send(admin, f"{page}/cancel", page, since=str(TOMORROW)).status_code == 302
    assert "没有这次移动" in admin.get(page).text


def test_a_move_warns_of_head_counts_that_stay_as_they_are(admin, county):
    """The people go along, a town's own head-count does not: its rate would jump without anybody having come."""
    page = act(admin, county["V1"], "move", "look", target="S", since=str(TODAY)).text
    assert "“北镇”（300 人）、“南镇”（200 人）的应登记人数是单独登记的，不会跟着变" in page
    assert "演示旗”（" not in page
    merged = act(admin, county["V1"], "merge", "look", target="S", since=str(TODAY)).text
    assert "“北镇”（300 人）的应登记人数是单独登记的" in merged
    within = act(admin, county["V1"], "merge", "look", target="V2", since=str(TODAY)).text
    assert "不会跟着变" not in within


def test_a_plan_in_trouble_stands_over_the_list(admin, db, county):
    with db.transaction() as session:
        make.keep(session, UnitPlan(
            unit_id=county["V2"], day=TODAY, made_by="li", made_at=make.EARLY, trouble="还有 1 人登记。"
        ))  # fmt: skip
    assert "到期的撤并没有办成：还有 1 人登记。" in admin.get("/admin/units").text


EDIT = {"kind": "town", "basis": "residents", "short": "", "keep_old": "y"}


def test_who_saves_second_sees_the_change_of_the_first_and_decides(as_role, db, county):
    path = f"/admin/units/{county['N']}/edit"
    first, second = as_role("admin"), as_role("editor")
    held = dict(SEEN.findall(first.get(path).text))
    act(first, county["N"], "edit", name="北河镇", **EDIT)
    sent = send(first, path, step="do", name="北山镇", **held | EDIT)
    assert sent.status_code == 409
    assert "您打开以后的改动" in sent.text and "北河镇" in sent.text and 'value="北山镇"' in sent.text
    assert unit(db, county["N"]).name == "北河镇"
    now = dict(SEEN.findall(sent.text))
    assert send(first, path, step="do", name="北山镇", **now | EDIT).status_code == 302
    assert unit(db, county["N"]).name == "北山镇"
    assert second.get(path).status_code == 403


def test_a_change_that_nobody_noted_is_shown_by_what_holds_now(admin, db, clock, county):
    path = f"/admin/units/{county['N']}/edit"
    held = dict(SEEN.findall(admin.get(path).text))
    with db.transaction() as session:
        rename_unit(session, county["N"], "北河镇", clock())
    sent = send(admin, path, step="do", name="北山镇", **held | EDIT)
    assert sent.status_code == 409 and "这个单位现在是" in sent.text and "北河镇" in sent.text


def test_pressing_twice_does_it_once(admin, db, county):
    path = f"/admin/units/{county['N']}/count"
    held = dict(SEEN.findall(admin.get(path).text))
    fields = {"kind": "residents", "count": "310", "since": str(TODAY), "source": "年鉴", "step": "do"}
    assert [send(admin, path, **held | fields).status_code for _ in range(2)] == [302, 409]
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(HeadCount).where(HeadCount.count == 310)) == 1


def test_a_back_dated_head_count_asks_for_a_reason(admin, db, county):
    fields = {"kind": "residents", "count": "310", "since": "2026-02-01", "source": "年鉴"}
    assert "更正的原因" in act(admin, county["N"], "count", "look", **fields).text
    look = act(admin, county["N"], "count", "look", **fields, reason="漏了一个嘎查")
    assert "作为更正记下来，原因：漏了一个嘎查" in look.text
    act(admin, county["N"], "count", **fields, reason="漏了一个嘎查")
    assert "更正：漏了一个嘎查" in admin.get(f"/admin/units/{county['N']}").text


@pytest.mark.parametrize(
    "count, since, told, untold",
    [
        ("2", TODAY, "现在已登记 3 人（含下级），比 2 人多，登记率会超过 100%", "到那天才起作用"),
        ("0", TODAY, "人数是 0，登记率会显示为“—”", "超过 100%"),
        ("310", TOMORROW, "到那天才起作用", "注意"),
    ],
)
def test_a_head_count_that_may_be_a_slip_is_doubted_before_it_is_kept(
    admin, db, clock, county, count, since, told, untold
):
    people(db, clock, county["V1"], 3)
    fields = {"kind": "residents", "count": count, "since": str(since), "source": "年鉴"}
    look = act(admin, county["N"], "count", "look", **fields).text
    assert told in look and "原来是 300 人" in look and untold not in look


def test_edit_says_when_nothing_changes(admin, county):
    sent = act(admin, county["N"], "edit", "look", name="北镇", **EDIT)
    assert "没有改动" in sent.text


@pytest.mark.parametrize("word", ["beizhen", "bz", "北", "镇北边", "N"])
def test_the_search_knows_pinyin_and_short_names(admin, db, clock, county, word):
    with db.transaction() as session:
        session.add(UnitName(unit_id=county["N"], name="镇北边"))
        session.get(Unit, county["N"]).version += 1
    assert "北镇</a>" in admin.get(f"/admin/units?find={word}").text


def test_names_of_sixty_characters_and_marks_are_shown_whole(admin, db, county):
    name = '<b>"长' + "名" * 55
    with db.transaction() as session:
        made = make.unit(session, name, code="L", parent=session.get(Unit, county["N"]))
        made_id = made.id
    page = admin.get(f"/admin/units/{made_id}").text
    assert "&lt;b&gt;" in page and "<b>" not in page


@pytest.mark.parametrize("path", ["", "/edit", "/move", "/merge", "/close", "/count"])
def test_a_page_of_a_unit_needs_few_queries(admin, county, statements, path):
    statements.clear()
    assert admin.get(f"/admin/units/{county['N']}{path}").status_code == 200
    assert len([each for each in statements if not each.startswith(("SAVEPOINT", "RELEASE"))]) < 40
