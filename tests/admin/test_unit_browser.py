"""Keeping units in a real browser: importing, merging, a liaison's reach; every page readable and usable by keyboard."""

import re
from datetime import timedelta

import pytest
from openpyxl import Workbook
from playwright.sync_api import expect
from sqlalchemy import select

from bot.registry import rates
from bot.registry.models import Staff, StaffRole, Unit, UnitKind
from bot.registry.people import register
from bot.registry.unit_verbs import close_unit
from core.db import Database
from tests import make
from tests.admin.conftest import signed_in
from tests.admin.test_pages import TODAY
from tests.chromium import faults, widths
from tests.services import ready, scratch_database

YESTERDAY = TODAY - timedelta(days=1)
LONG = "长" * 60
pytestmark = pytest.mark.xdist_group(__name__)


@pytest.fixture
def db(tmp_path):
    """A file that the server's threads share, with a small county."""
    with scratch_database("sqlite", "units", tmp_path) as url:
        engine = ready(url)
        yield Database(engine)
        engine.dispose()


@pytest.fixture
def county(db, clock):
    """Two towns with a village each; five people joined the first yesterday. Ids by code."""
    clock.forward(days=-1)
    with db.transaction() as session:
        top = make.unit(session, "演示旗", code="C", kind=UnitKind.COUNTY, head_count=1000)
        north = make.unit(session, "北镇", code="N", parent=top, head_count=300)
        south = make.unit(session, "南镇", code="S", parent=top, head_count=200)
        one = make.unit(session, "一村", code="V1", parent=north, kind=UnitKind.VILLAGE, head_count=100)
        far = make.unit(session, LONG, code="V2", parent=south, kind=UnitKind.VILLAGE)
        for unit, count in ((north, 3), (one, 2)):
            for _ in range(count):
                register(session, make.follower(session).id, unit.id, 1, "chat", clock())
        ids = {unit.code: unit.id for unit in (top, north, south, one, far)}
    clock.forward(days=1)
    return ids


@pytest.fixture
def browse(chromium, address, app, real_clock, db):
    """browse("admin") or browse("liaison", unit id, width) → a page in which that person is signed in."""
    contexts = []

    def enter(role, unit_id=None, width=1440):
        with db.transaction() as session:
            login = f"{role}{len(contexts)}"
            person = make.keep(session, Staff(login=login, name="张工", password_hash="-"))
            make.keep(session, StaffRole(staff_id=person.id, role=role, unit_id=unit_id))
            name = f"{person.id}.1"
        context = chromium.new_context(viewport={"width": width, "height": 844}, base_url=address)
        contexts.append(context)
        cookie = signed_in(app.test_client(), name, real_clock()).get_cookie("office", path="/admin")
        context.add_cookies([
            {"name": "office", "value": cookie.value, "domain": "127.0.0.1", "path": "/admin", "httpOnly": True}
        ])  # fmt: skip
        page = context.new_page()
        page.said = []
        page.on("console", lambda line: page.said.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: page.said.append(str(error)))
        return page

    yield enter
    for context in contexts:
        context.close()


def table(path, *lines):
    book = Workbook()
    for line in (("编号", "名称", "类型", "上级编号", "应登记人数", "人数来源"), *lines):
        book.active.append(line)
    book.save(path)
    return path


def figures(db, day):
    with db.reading() as session:
        return rates.rate_rows(session, day)


@pytest.mark.parametrize("width", [1440, 390])
def test_every_page_of_a_unit_is_readable_also_at_twice_the_size_of_text(browse, db, clock, county, width):
    with db.transaction() as session:
        close_unit(session, county["V2"], TODAY, clock())
    page = browse("admin", width=width)
    north, far = f"/admin/units/{county['N']}", f"/admin/units/{county['V2']}"
    acts = [f"{north}/{name}" for name in ("edit", "move", "merge", "close", "count")]
    for place in (north, far, *acts, "/admin/units/new", "/admin/units/closed", "/admin/units/import"):
        page.goto(place)
        assert faults(page) == [], place
        for size in ("100%", "200%"):
            page.evaluate(f"document.documentElement.style.fontSize = '{size}'")
            wide, window = widths(page)
            assert wide <= window, (place, size)
    assert page.said == []


@pytest.mark.parametrize("width", [390])
def test_a_table_with_a_broken_row_changes_nothing_and_names_row_and_column(
    browse, db, county, tmp_path, width
):
    page, before = browse("admin", width=width), figures(db, TODAY)
    page.goto("/admin/units/import")
    broken = table(
        tmp_path / "单位.xlsx",
        ("V3", "三村", "嘎查村", "N", 50, "台账"),
        ("V4", "四村", "嘎查村", "Q", -5, ""),
    )
    page.set_input_files("#file", broken)
    page.get_by_role("button", name="上传并检查").click()
    expect(page.get_by_role("heading", name="文件有 2 处问题，什么都没有导入")).to_be_visible()
    lines = [" ".join(row.split()) for row in page.locator("tbody tr").all_inner_texts()]
    assert lines == ["第 3 行 上级编号 没有编号为 Q 的上级单位。", "第 3 行 应登记人数 人数不能是负数。"]
    assert faults(page) == [] and widths(page)[0] <= widths(page)[1]
    assert figures(db, TODAY) == before
    page.set_input_files("#file", table(tmp_path / "好.xlsx", ("V3", "三村", "嘎查村", "N", 50, "台账")))
    page.get_by_role("button", name="上传并检查").click()
    expect(page.get_by_role("heading", name="请确认要导入的变化")).to_be_visible()
    assert faults(page) == [] and widths(page)[0] <= widths(page)[1]
    assert figures(db, TODAY) == before
    page.get_by_role("button", name="确认导入").click()
    expect(page.get_by_text("导入完成：新增 1 个单位")).to_be_visible()
    assert len(figures(db, TODAY)) == len(before) + 1
    assert page.said == [said for said in page.said if "400" in said]


def test_two_units_are_merged_by_keyboard_and_yesterdays_figures_stand(browse, db, clock, county):
    page, before = browse("admin"), figures(db, YESTERDAY)
    page.goto(f"/admin/units?parent=C&day={YESTERDAY}")
    shown = page.inner_text("#units tbody")
    page.goto(f"/admin/units/{county['N']}")
    page.get_by_role("link", name="并入别的单位").focus()
    page.keyboard.press("Enter")
    page.locator("#target").press_sequentially("nanzhen")
    expect(page.locator("#offers option")).to_have_attribute("value", "南镇（S）")
    page.fill("#target", "南镇（S）")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="请确认")).to_be_visible()
    assert "登记在“北镇”的 3 人、下级单位 1 个" in page.inner_text(".will") and faults(page) == []
    assert figures(db, TODAY)[1].registered == 5  # nothing has happened yet
    page.get_by_role("button", name="确认合并").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("并入南镇，转去 3 人")).to_be_visible()
    assert {row.code: row.registered for row in figures(db, TODAY)} == {"C": 5, "S": 5, "V1": 2, "V2": 0}
    assert figures(db, YESTERDAY) == before
    page.goto(f"/admin/units?parent=C&day={YESTERDAY}")
    assert page.inner_text("#units tbody") == shown and "北镇" in shown
    assert page.said == []


def test_what_is_typed_before_the_page_is_all_there_is_looked_for_too(browse, county):
    page = browse("admin")

    def late(route):
        page.locator("#target").press_sequentially("nanzhen")
        route.continue_()

    page.route("**/htmx*.js", late)
    page.goto(f"/admin/units/{county['N']}/merge")
    expect(page.locator("#offers option")).to_have_attribute("value", "南镇（S）")


def test_a_liaison_sees_only_the_own_subtree_by_page_address_and_file(browse, db, county, tmp_path):
    page = browse("liaison", county["N"])
    page.goto("/admin/units")
    assert "一村" in page.inner_text("main") and "南镇" not in page.inner_text("main")
    for code, status in (("N", 200), ("V1", 200), ("S", 403), ("C", 403)):
        assert page.goto(f"/admin/units/{county[code]}").status == status
        assert page.goto(f"/admin/units?parent={code}").status == status
    for act in ("edit", "merge"):
        assert page.goto(f"/admin/units/{county['N']}/{act}").status == 403
    page.goto("/admin/units")
    with page.expect_download() as waited:
        page.get_by_role("link", name="csv").click()
    text = waited.value.path().read_text("utf-8-sig")
    assert "北镇" in text and "一村" in text and "南镇" not in text and LONG not in text


def test_the_second_of_two_admins_sees_the_change_of_the_first_and_decides(browse, db, county):
    first, second = browse("admin"), browse("admin", width=390)
    for page in (first, second):
        page.goto(f"/admin/units/{county['N']}/edit")
    for page, name in ((first, "北河镇"), (second, "北山镇")):
        page.fill("#name", name)
        page.get_by_role("button", name="下一步").click()
        if page is first:
            page.get_by_role("button", name="确认保存").click()
    expect(second.get_by_role("heading", name="您打开以后的改动")).to_be_visible()
    assert "北河镇" in second.inner_text("#main") and faults(second) == []
    second.get_by_role("button", name="下一步").click()
    second.get_by_role("button", name="确认保存").click()
    expect(second.get_by_role("heading", name="北山镇")).to_be_visible()
    with db.reading() as session:
        assert session.scalar(select(Unit.name).where(Unit.id == county["N"])) == "北山镇"


TWICE = "b => { b.click(); setTimeout(() => b.click(), 5) }"


def test_a_button_pressed_twice_before_the_page_is_all_there_acts_once_too(browse, county):
    page, sent, held = browse("admin"), [], []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    page.goto(f"/admin/units/{county['V1']}/move")
    page.get_by_label("新的上级单位").fill("S")

    def late(route):
        if not held:  # a route that goes after its first use can lose the press's own event
            held.append(route)
            page.get_by_role("button", name="确认移动").evaluate(TWICE)
        route.continue_()

    page.route("**/htmx*.js", late)
    page.get_by_role("button", name="下一步").click()
    expect(page).to_have_url(re.compile(rf"/admin/units/{county['V1']}(\?|$)"))
    previewed_and_done = 2
    assert len(sent) == previewed_and_done and "您打开以后的改动" not in page.content()


def test_a_button_pressed_twice_acts_once_and_says_so(browse, db, county):
    """The second press found the unit changed by the first, and the page spoke of somebody else's change."""
    page = browse("admin")
    page.goto(f"/admin/units/{county['V1']}/move")
    page.get_by_label("新的上级单位").fill("S")
    page.get_by_role("button", name="下一步").click()
    sent = []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    page.get_by_role("button", name="确认移动").evaluate(TWICE)
    expect(page).to_have_url(re.compile(rf"/admin/units/{county['V1']}(\?|$)"))
    expect(page.get_by_text("都计入“南镇”")).to_be_visible()
    assert len(sent) == 1 and "您打开以后的改动" not in page.content() and page.said == []
