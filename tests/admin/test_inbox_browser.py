"""The inbox and the radar in a real browser: readable by everybody, usable by keyboard, nothing wider than a phone."""

import pytest
from playwright.sync_api import expect

from bot.content.library import load_library
from bot.content.models import Asked
from bot.registry.models import UnitKind
from bot.registry.staff import make_staff
from bot.talk.models import Inbound
from core.db import Database
from tests import make
from tests.admin.conftest import PASSWORD
from tests.admin.test_browser import db, page, sign_in  # noqa: F401  fixtures
from tests.chromium import faults, widths
from tests.fakes import FrozenClock
from tests.handlers.conftest import few_types  # noqa: F401  fixture
from tests.services import ready, scratch_database

PAGES = ["/admin/inbox", "/admin/inbox/done", "/admin/inbox?why=picture", "/admin/radar"]
pytestmark = pytest.mark.xdist_group(__name__)


@pytest.fixture(scope="module")
def files(tmp_path_factory, few_types):  # noqa: F811
    """A database of its own: the server's threads must see what was committed."""
    with scratch_database("sqlite", "inbox", tmp_path_factory.mktemp("inbox")) as url:
        engine = ready(url)
        with Database(engine).transaction() as session:
            load_library(session, make.EARLY, few_types)
            fill(session)
        yield engine
        engine.dispose()


def fill(session):
    now, top = FrozenClock()(), make.unit(session, "演示旗", code="C", kind=UnitKind.COUNTY)
    make_staff(session, "zhang", "张工", PASSWORD, "admin")
    people = [make.follower(session, unit_id=top.id, audience="elder") for _ in range(6)]
    for text in (
        "隔壁邻居的羊跑到草场来了",
        "水费怎么在手机上交啊",
        "长" * 300,
        "点赞一个视频给两块，这能信吗",  # a question of the library
        "",
    ):
        row = Asked(at=now, text=text, folded=text[:200], state="open", follower_id=people[0].id, wish_at=now)
        row.why = "unknown" if text else "picture"
        session.add(row)
    for person in people:
        said = {"kind": "text", "outcome": "emergency", "reply": "[]"}
        session.add(Inbound(twin=make.openid(), at=now, follower_id=person.id, **said))


@pytest.mark.parametrize("place", PAGES)
def test_a_page_has_no_serious_fault_and_fits_also_at_twice_the_size_of_text(page, place):  # noqa: F811
    page.goto(place)
    for details in page.locator("details").all():
        details.evaluate("each => each.open = true")
    assert place != "/admin/inbox" or page.get_by_text("现在已经会答").count()  # the longest button
    assert faults(page) == []
    for size in ("100%", "200%"):
        page.evaluate(f"document.documentElement.style.fontSize = '{size}'")
        wide, window = widths(page)
        assert wide <= window, size
    assert page.said == []


def test_a_group_is_made_known_and_taken_back_with_the_keyboard(page):  # noqa: F811
    page.context.clear_cookies()
    sign_in(page, PASSWORD)
    page.goto("/admin/inbox")
    group = page.locator("article").filter(has_text="隔壁邻居的羊")
    group.get_by_label("属于哪一类").select_option(label="刷单返利")
    group.get_by_role("button", name="设为问法", exact=True).focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("设为群众问法（刷单返利）")
    page.get_by_role("button", name="撤销：设为群众问法（刷单返利）").first.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("article").filter(has_text="隔壁邻居的羊")).to_have_count(1)
    assert page.said == []


def test_enter_in_the_title_rules_nothing_and_says_what_to_press(page):  # noqa: F811
    page.goto("/admin/inbox")
    group = page.locator("article").filter(has_text="水费怎么")
    group.get_by_text("写成新案例").click()
    title = group.get_by_label("案例标题")
    title.fill("交水费的骗局")
    with page.expect_navigation():
        title.press("Enter")
    said = page.get_by_role("alert").filter(has_text="请按下面的按钮选一种处理")
    expect(said).to_be_focused()
    expect(said).to_be_in_viewport()
    expect(page.get_by_label("案例标题").locator("visible=true")).to_have_value("交水费的骗局")
    page.goto(page.url)  # where a form was sent, an address of its own stands
    expect(page.get_by_role("heading", name="收件箱")).to_be_visible()
    assert [
        line for line in page.said if "400" not in line
    ] == []  # the browser notes that the form was refused


def test_after_a_press_the_next_group_has_the_focus(page):  # noqa: F811
    page.goto("/admin/inbox")
    groups = page.locator("article")
    first, second = (groups.nth(n).locator("h2").inner_text() for n in range(2))
    groups.nth(0).get_by_role("button", name="不处理").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=first)).to_have_count(0)
    now = page.locator("article").filter(has=page.get_by_role("heading", name=second, exact=True))
    expect(now).to_be_focused()
    expect(now.get_by_role("heading")).to_be_in_viewport()
    undo = page.get_by_role("button", name="撤销刚才的处理")
    expect(undo).to_be_in_viewport()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("article").nth(1)).to_be_focused()
    with page.expect_navigation():
        undo.press("Enter")
    again = page.locator("article").filter(has=page.get_by_role("heading", name=first, exact=True))
    expect(again).to_be_focused()
    assert page.said == []


def test_later_leads_on_and_leaves_the_group_where_it_is(page):  # noqa: F811
    page.goto("/admin/inbox")
    page.locator("article").nth(0).get_by_role("link", name="以后再看").press("Enter")
    expect(page.locator("article").nth(1)).to_be_focused()


def test_a_type_pressed_on_the_radar_shows_who_asks(page):  # noqa: F811
    page.goto("/admin/radar")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    with page.expect_navigation():
        page.get_by_role("link", name="已经转账、求助").click()
    expect(page.get_by_role("heading", name="谁在问")).to_be_in_viewport()
    assert page.url.endswith("#who")
