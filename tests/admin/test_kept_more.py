"""What was typed outlives a refusal, a sign-in in another tab and going back, and is where it can be seen."""

import pytest
from playwright.sync_api import expect

from tests.admin.conftest import PASSWORD
from tests.admin.test_browser import page, sign_in  # noqa: F401  fixtures
from tests.admin.test_inbox_browser import db, files  # noqa: F401  fixtures
from tests.handlers.conftest import few_types  # noqa: F401  fixture

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("tests.admin.test_inbox_browser")]
ANSWER = "收费窗口和“蒙速办”都能交水费，别点短信里的链接。"


@pytest.fixture
def inside(page):  # noqa: F811
    page.context.clear_cookies()
    sign_in(page, PASSWORD)
    return page


def written(page, group="水费怎么"):  # noqa: F811
    """A personal answer, in the part of the form that is folded away at first."""
    page.goto("/admin/inbox")
    asked = page.locator("article").filter(has_text=group)
    asked.get_by_text("单独答复问过的人").click()
    asked.get_by_label("答复", exact=True).fill(ANSWER)
    return asked


def test_a_refused_line_for_the_issue_is_not_lost(inside):
    line = "本周多讲讲农资，冬储饲料正在订货。"
    for _ in range(2):
        inside.goto("/admin/radar")
        inside.fill("#text", line)
        with inside.expect_navigation():
            inside.get_by_role("button", name="放进本周选题").click()
    expect(inside.get_by_text("已经有这一条了")).to_be_visible()
    expect(inside.locator("#text")).to_have_value(line)


def test_the_menu_is_kept_like_any_other_form(inside):
    inside.goto("/admin/settings/menu")
    inside.fill("[name=tops-1-name]", "学一学")
    inside.context.clear_cookies()
    inside.get_by_role("button", name="先看效果").click()
    expect(inside.get_by_text("登录后会填回表格")).to_be_visible()
    sign_in(inside, PASSWORD)
    inside.goto("/admin/settings/menu")
    expect(inside.locator("[name=tops-1-name]")).to_have_value("学一学")


def refused(page):  # noqa: F811
    """Sent with the token of a session that a sign-in in another tab has ended."""
    asked = written(page)
    page.context.clear_cookies()
    sign_in(page.context.new_page(), PASSWORD)
    asked.get_by_role("button", name="发送答复").click()
    expect(page.get_by_text("没有保存")).to_be_visible()
    return asked


def seen_again(page, asked):  # noqa: F811
    expect(page.locator(".kept")).to_be_visible()
    expect(asked.get_by_label("答复", exact=True)).to_have_value(ANSWER)
    expect(asked.get_by_role("button", name="发送答复")).to_be_visible()


def test_after_a_sign_in_elsewhere_the_trouble_leads_back_to_what_was_typed(inside):
    asked = refused(inside)
    expect(inside.get_by_text("回到刚才的页面就会填回表格")).to_be_visible()
    inside.get_by_role("link", name="回到刚才的页面").click()
    seen_again(inside, asked)


def test_going_back_shows_what_the_browser_put_in_by_itself(inside):
    asked = refused(inside)
    inside.go_back()
    seen_again(inside, asked)
