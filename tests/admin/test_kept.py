"""What an editor typed outlives a session that ended: in a real browser, in this tab only, for this person only."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from admin.guard import IDLE
from bot.content.editing import Wish, begun, save
from tests import make
from tests.admin.conftest import signed_in
from tests.admin.test_library_browser import db, files, opened  # noqa: F401  a library and its browser

pytestmark = pytest.mark.xdist_group("tests.admin.test_library_browser")
PLACE = "library/write?subject=type:baiwan"
TYPED = "半小时里写下的说明，一个字也不能丢。"


@pytest.fixture
def page(chromium, app, real_clock, address):
    made = opened(chromium, app, real_clock, address, 1440, "1.1")
    yield made
    made.context.close()


def signs_in(page, app, real_clock, who):
    """A session anew, as the sign-in page would begin it."""
    cookie = signed_in(app.test_client(), who, real_clock()).get_cookie("office", path="/admin")
    page.context.add_cookies(
        [{"name": "office", "value": cookie.value, "domain": "127.0.0.1", "path": "/admin"}]
    )


def typed_too_long(page, real_clock, typed=TYPED):
    """Somebody types, is called away, comes back and saves."""
    page.goto(PLACE)
    page.fill("#summary", typed)
    real_clock.moment += IDLE + timedelta(seconds=1)
    page.get_by_role("button", name="先存草稿").click()
    expect(page.get_by_role("heading", name="登录工作台")).to_be_visible()
    expect(page.get_by_text("登录后会填回表格")).to_be_visible()


def test_what_was_typed_is_there_after_signing_in_again(page, app, real_clock):
    typed_too_long(page, real_clock)
    signs_in(page, app, real_clock, "1.1")
    page.goto(PLACE)
    expect(page.locator("#summary")).to_have_value(TYPED)
    expect(page.locator(".kept")).to_contain_text("已填回")
    page.fill("#why", "写清楚")
    page.get_by_role("button", name="先存草稿").click()
    expect(page.get_by_text("草稿已保存")).to_be_visible()
    page.goto(PLACE)
    expect(page.get_by_text("已填回")).to_have_count(0)
    assert page.said == []


@pytest.mark.parametrize("place", [PLACE, "library/write?type=police"])
def test_a_form_that_was_refused_is_found_again_after_signing_in(page, app, real_clock, place):
    again = "第二次写的，比第一次短，也不能丢。"
    page.goto(place)
    field, button = page.locator("#summary, #text"), page.get_by_role("button", name="先存草稿")
    field.fill("打13812345678")
    button.click()
    expect(page.get_by_text("像手机号或卡号")).to_be_visible()
    field.fill(again)
    real_clock.moment += IDLE + timedelta(seconds=1)
    button.click()
    expect(page.get_by_role("heading", name="登录工作台")).to_be_visible()
    after = page.locator("[name=next]").input_value()
    signs_in(page, app, real_clock, "1.1")
    page.goto(after)
    expect(field).to_have_value(again)
    expect(page.locator(".kept")).to_contain_text("已填回")


@pytest.mark.parametrize(
    ("place", "field", "button"),
    [
        ("library/types/police", "#add-alias", "添加"),
        pytest.param("library/types/police/phrases?kind=question", "#add-question", "添加", marks=pytest.mark.long),
        pytest.param("library/ordinary", "#add-ordinary", "添加", marks=pytest.mark.long),
        pytest.param("library/types/police", "#why-retire", "提交审核", marks=pytest.mark.long),
    ],
)  # fmt: skip
def test_words_and_reasons_are_there_after_signing_in_again(page, app, real_clock, place, field, button):
    page.goto(place)
    page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
    page.fill(field, "星钻权益包")
    real_clock.moment += IDLE + timedelta(seconds=1)
    page.locator("form", has=page.locator(field)).get_by_role("button", name=button).click()
    after = page.locator("[name=next]").input_value()
    signs_in(page, app, real_clock, "1.1")
    page.goto(after)
    expect(page.locator(field)).to_have_value("星钻权益包")
    expect(page.locator(field)).to_be_visible()
    page.get_by_role("button", name="不要了").click()
    expect(page.locator(field)).to_have_value("")


def test_boxes_of_one_list_are_ticked_again_each_for_itself(page, app, real_clock):
    page.goto(PLACE)
    page.get_by_text("容易混淆的类型：").click()
    page.get_by_label("刷单返利").check()
    page.fill("#summary", TYPED)
    page.goto("library")
    page.goto(PLACE)
    expect(page.get_by_label("刷单返利")).to_be_checked()
    expect(page.get_by_label("冒充公检法")).not_to_be_checked()
    page.get_by_role("button", name="不要了").click()
    expect(page.get_by_text("已填回")).to_have_count(0)


def test_it_can_be_thrown_away(page, app, real_clock):
    page.goto(PLACE)
    was = page.input_value("#summary")
    page.fill("#summary", f"又一句：{TYPED}")
    page.goto("library")
    page.goto(PLACE)
    page.get_by_role("button", name="不要了").click()
    expect(page.locator("#summary")).to_have_value(was)
    expect(page.get_by_text("已填回")).to_have_count(0)


def test_nobody_else_gets_it(page, app, real_clock):
    typed_too_long(page, real_clock, f"别人看不到：{TYPED}")
    signs_in(page, app, real_clock, "2.1")
    page.goto("library")
    signs_in(page, app, real_clock, "1.1")
    page.goto(PLACE)
    expect(page.get_by_text("已填回")).to_have_count(0)
    assert "别人看不到" not in page.input_value("#summary")


def test_signing_out_forgets_it(page, app, real_clock):
    page.goto(PLACE)
    page.fill("#summary", f"退出就忘：{TYPED}")
    page.get_by_role("button", name="li").click()
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_text("登录后会填回表格")).to_be_hidden()
    assert page.evaluate("sessionStorage.length") == 0


def test_what_another_saved_meanwhile_is_shown_and_not_overwritten(page, app, real_clock, db):  # noqa: F811
    typed_too_long(page, real_clock, f"我的：{TYPED}")
    with db.transaction() as session:
        body, seen = begun(session, "type:baiwan")
        wish = Wish("type", "type:baiwan", "baiwan", body | {"summary": "另一个人先存的。"}, "我先")
        save(session, wish, seen, "zhao", make.EARLY)
    signs_in(page, app, real_clock, "1.1")
    page.goto(PLACE)
    expect(page.locator("#summary")).to_have_value(f"我的：{TYPED}")
    page.get_by_role("button", name="先存草稿").click()
    expect(page.get_by_role("heading", name="先存了")).to_be_visible()
    expect(page.locator("#summary")).to_have_value(f"我的：{TYPED}")
