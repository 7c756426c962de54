"""The office in a real browser: readable by everybody, usable by keyboard, nothing wider than a phone."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from admin import pages
from bot.registry import audit, codes, consent, promoters, reconcile
from bot.registry.models import UnitKind
from bot.registry.scenes import scene_of_promoter
from bot.registry.staff import make_staff
from core.db import Database
from tests import make
from tests.admin.conftest import PASSWORD, signed_in
from tests.admin.test_pages import TODAY, join
from tests.chromium import faults, widths
from tests.services import ready, scratch_database

PAGES = ["/admin/", "/admin/units", "/admin/units?parent=G", "/admin/units?find=火星", "/admin/units?day=2020-01-01",
         "/admin/audit", "/admin/password", "/admin/nothing", "/admin/settings", "/admin/settings/consent",
         "/admin/settings/menu", "/admin/posters", "/admin/promoters", "/admin/promoters/M", "/admin/reconcile",
         "/admin/reconcile/M", "/admin/staff", "/admin/staff/many", "/admin/staff/1", "/admin/me",
         "/admin/me/second-step"]  # fmt: skip
RATES = ["/admin/rates", "/admin/rates/ranking", "/admin/rates/why", "/admin/rates/trend?target=50",
         "/admin/rates/corrections?late=y", "/admin/rates/app?parent=C"]  # fmt: skip
pytestmark = pytest.mark.xdist_group(__name__)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A database of its own: the server's threads must see what was committed."""
    with scratch_database("sqlite", "office", tmp_path_factory.mktemp("office")) as url:
        engine = ready(url)
        with Database(engine).transaction() as session:
            fill(session)
        yield engine
        engine.dispose()


def fill(session):
    top = make.unit(session, "演示旗", code="C", kind=UnitKind.COUNTY, head_count=1000)
    for n in range(7):
        town = make.unit(session, f"第{n}镇", parent=top, head_count=100)
        join(session, town, 10 + n, TODAY - timedelta(days=9 * n))
    group = make.unit(session, "成员单位", code="G", parent=top, kind=UnitKind.GROUP)
    bureau = make.unit(session, "民政局", code="M", parent=group, kind=UnitKind.AGENCY, head_count=3)
    join(session, bureau, 5)
    consent.ensure(session, make.EARLY)
    reconcile.allow(session, bureau, True, "zhang", make.EARLY)
    (code,) = promoters.add(session, bureau, ["长" * 20], "zhang", make.EARLY)
    for scene in ("u:M", scene_of_promoter(code)):
        codes.ask(session, [scene], make.EARLY)
        codes.made(session, scene, "t", "http://weixin.qq.com/q/1", make.EARLY)
    make.unit(session, "长" * 60, parent=group, kind=UnitKind.VILLAGE)
    make_staff(session, "zhang", "张工", PASSWORD, "admin")
    audit.note(
        session, "zhang", "unit.rename", "民政局", make.EARLY, {"name": "旧" * 40}, {"name": "新" * 40}
    )


@pytest.fixture
def db(files):
    """Only SQLite: what the browser sees does not depend on the database."""
    return Database(files)


@pytest.fixture(params=[1440, 390])
def page(request, chromium, address, app, real_clock):
    """Signed in at the width of a laptop or a phone; `page.said` is what the browser complained of."""
    context = chromium.new_context(viewport={"width": request.param, "height": 844}, base_url=address)
    cookie = signed_in(app.test_client(), "1.1", real_clock()).get_cookie("office", path="/admin")
    place = {
        "domain": "127.0.0.1",
        "path": "/admin",
    }  # as the office sets it, so that its next one replaces this
    context.add_cookies([{"name": "office", "value": cookie.value} | place])
    page = context.new_page()
    page.said = []
    page.on("console", lambda line: page.said.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: page.said.append(str(error)))
    yield page
    context.close()


def sign_in(page, password):
    """With the keyboard alone."""
    page.goto("/admin/units")
    page.focus("#login")
    page.keyboard.type("zhang")
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_the_sign_in_leads_to_the_page_that_was_wanted(page):
    page.context.clear_cookies()
    sign_in(page, PASSWORD)
    assert page.url.endswith("/admin/units")


@pytest.mark.parametrize("place", [*PAGES, *RATES])
def test_a_page_has_no_serious_fault_and_fits_also_at_twice_the_size_of_text(page, place):
    page.goto(place)
    assert faults(page) == []
    for size in ("100%", "200%"):
        page.evaluate(f"document.documentElement.style.fontSize = '{size}'")
        wide, window = widths(page)
        assert wide <= window, size
    assert [line for line in page.said if "404" not in line] == []


def test_the_sign_in_page_has_no_serious_fault_also_when_it_refuses(page):
    page.context.clear_cookies()
    sign_in(page, "wrong-wrong-wrong")
    assert page.locator(".invalid-feedback").count() == 1
    assert faults(page) == []


def test_the_first_stop_of_the_keyboard_leads_past_the_menu(page):
    page.goto("/admin/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_every_stop_of_the_keyboard_is_outlined(page):
    page.goto("/admin/rates")
    where = """(() => {
        const at = document.activeElement, calendar = at.type === "date" && !at.matches(":focus-visible");
        return [at.className, calendar ? "its own" : getComputedStyle(at).outlineStyle];
    })()"""
    stops = []
    for _ in range(30):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(where))
    assert {kind for name, _ in stops for kind in name.split()} >= {"btn", "form-select", "form-control"}
    assert [name for name, line in stops if line == "none" and name] == []


def test_the_list_narrows_while_one_types(page):
    page.goto("/admin/units")
    page.focus("#find")
    page.keyboard.type("民政")
    expect(page.locator("#units tbody tr")).to_have_count(1)
    assert "民政局" in page.inner_text("#units")
    assert page.evaluate("document.activeElement.id") == "find"
    assert page.said == []


def test_the_trend_is_drawn(page):
    page.goto("/admin/")
    page.wait_for_selector("[data-chart] canvas")
    assert page.said == []


GROUP = [
    pages.Page("admin.units.show", pages.EVERYONE, "台账", "单位"),
    pages.Page("admin.audit.show", pages.ADMIN, "导入", "单位"),
]


@pytest.fixture
def long_menu(monkeypatch):
    """A menu as long as it may become, one group of it with two pages."""
    more = [
        pages.Page("admin.overview.show", pages.EVERYONE, name) for name in pages.GROUPS if name != "单位"
    ]
    monkeypatch.setattr(pages, "PAGES", (*more, *GROUP))


def test_a_group_of_the_menu_opens_by_keyboard_and_closes_with_escape(long_menu, page):
    page.goto("/admin/")
    if (toggler := page.locator(".navbar-toggler")).is_visible():
        toggler.click()
    page.get_by_role("button", name="单位").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="导入").wait_for(state="visible")
    assert faults(page) == []
    wide, window = widths(page)
    assert wide <= window
    page.keyboard.press("Escape")
    page.get_by_role("link", name="导入").wait_for(state="hidden")
    assert page.said == []


def test_a_long_menu_stands_in_one_line_on_a_laptop(long_menu, page):
    page.goto("/admin/")
    if page.viewport_size["width"] == 1440:
        assert page.locator("header").bounding_box()["height"] < 80


@pytest.mark.parametrize("page", [390], indirect=True)
def test_on_a_phone_the_menu_opens_by_keyboard(page):
    page.goto("/admin/")
    page.focus(".navbar-toggler")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="操作记录").wait_for(state="visible")


def test_the_trend_of_people_and_rate_is_drawn(page):
    page.goto("/admin/rates/trend")
    page.wait_for_selector("[data-chart] canvas")
    assert page.said == []


@pytest.mark.parametrize("page", [1440], indirect=True)
def test_on_paper_stand_the_heading_the_day_and_the_sources_and_no_menu(page):
    page.goto("/admin/rates?print=y")
    page.emulate_media(media="print")
    for shown in ("h1", ".page-head p", "table", ".notes"):
        assert page.locator(shown).first.is_visible(), shown
    for hidden in ("header", "form.filter", ".btn-list", ".rate-tabs", "[data-print]"):
        assert not page.locator(hidden).first.is_visible(), hidden
    assert page.said == []


def test_on_paper_a_long_name_leaves_the_kind_its_line(page):
    """Else each row takes three lines, and the town's table two sheets instead of one."""
    page.set_viewport_size({"width": 700, "height": 990})
    page.goto("/admin/rates?parent=G&print=y")
    page.emulate_media(media="print")
    lines = """[...document.querySelectorAll("td.kind")].map(each => {
        const range = document.createRange(); range.selectNodeContents(each); return range.getClientRects().length;
    })"""
    assert set(page.evaluate(lines)) == {1}
