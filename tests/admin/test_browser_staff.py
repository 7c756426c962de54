"""A person's way into the office in a real browser: invited, own password, second step, back again."""

import pyotp
import pytest

from tests.admin.test_browser import db, files, page  # noqa: F401  fixtures
from tests.chromium import faults, widths

pytestmark = pytest.mark.xdist_group(__name__)
OWN = "a-long-sentence-of-her-own"


def sound(page):  # noqa: F811
    """Readable by everybody, no wider than the window, and nothing the policy forbids."""
    assert faults(page) == []
    wide, window = widths(page)
    assert wide <= window
    assert page.said == []


def another(page):  # noqa: F811
    """The browser of somebody else, as wide."""
    browser = page.context.browser.new_context(
        viewport=page.viewport_size, base_url=page.url[: page.url.index("/admin")]
    )
    other = browser.new_page()
    other.said = []
    other.on("console", lambda line: other.said.append(line.text) if line.type == "error" else None)
    return other


def press(page, name):  # noqa: F811
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def test_from_the_invitation_to_the_second_step(page, real_clock):  # noqa: F811
    page.goto("/admin/staff/new")
    sound(page)
    page.fill("#name", "王芳")
    page.select_option("#role", "liaison")
    page.fill("#unit", "民政局")
    press(page, "生成邀请链接")
    sound(page)
    link = page.input_value("#address")

    hers = another(page)
    hers.goto(link[link.index("/admin") :])
    sound(hers)
    hers.keyboard.press("Tab")
    hers.fill("#new", OWN)
    hers.fill("#again", OWN)
    press(hers, "保存密码并登录")
    sound(hers)
    assert "单位联络员：民政局" in hers.inner_text("main")

    hers.get_by_role("link", name="打开两步验证").click()
    sound(hers)
    assert hers.evaluate("document.querySelector('.qr').naturalWidth") > 0
    hers.get_by_text("扫不了").click()
    secret = hers.inner_text("details .code-text").replace(" ", "")
    hers.fill("#code", pyotp.TOTP(secret).at(real_clock()))
    hers.fill("#password", OWN)
    press(hers, "打开")
    sound(hers)
    assert hers.locator("#codes li").count() == 10

    real_clock.forward(minutes=1)
    login = hers.goto("/admin/me") and hers.locator("dd").nth(1).inner_text()
    again = another(page)
    again.goto("/admin/units")
    again.fill("#login", login)
    again.fill("#password", OWN)
    press(again, "登录")
    sound(again)
    again.keyboard.type(pyotp.TOTP(secret).at(real_clock()))
    with again.expect_navigation():
        again.keyboard.press("Enter")
    assert "/admin/second-step" not in again.url
    again.goto("/admin/staff")
    assert "没有权限" in again.inner_text("main")
    for each in (hers, again):
        each.context.close()


def test_units_are_offered_while_one_types(page):  # noqa: F811
    page.goto("/admin/staff/new")
    page.focus("#unit")
    page.keyboard.type("民政")
    page.wait_for_selector("#unit-options option", state="attached")
    assert page.get_attribute("#unit-options option", "value")
    assert page.said == []


def test_a_list_of_liaisons_becomes_a_table_of_links(page):  # noqa: F811
    page.goto("/admin/staff/many")
    page.fill("#people", "赵云\t民政局\n钱多多\t第1镇")
    press(page, "生成链接，显示在页面上")
    sound(page)
    assert page.locator("#links tbody tr").count() == 2
