"""The library learns of a question: asked in vain, made known in the inbox, answered to the next, told to the first."""

import pytest
import requests
from playwright.sync_api import expect

from tests.journeys.conftest import Phone

UNKNOWN = "隔壁邻居家的羊跑到我家草场来了"


@pytest.fixture
def other(console):
    return Phone(console)


def in_the_inbox(office, text):
    office.page.goto(f"{office.house.url}/admin/inbox")
    return office.page.locator("article").filter(has=office.page.get_by_role("heading", name=text))


def a_minute_passes(house):
    """On the platform's clock, which the whole product follows."""
    requests.post(f"{house.lab}/__lab/clock", json={"advance": 60}, timeout=30).raise_for_status()


def test_what_one_asked_in_vain_is_answered_to_the_next_and_told_to_the_first(phone, other, office):
    phone.follow()
    other.follow()
    assert "还没见过" in phone.say(UNKNOWN)
    assert "编辑有了答复就告诉您" in phone.tap("告诉我")

    group = in_the_inbox(office, UNKNOWN)
    expect(group).to_contain_text("1 人想知道答复")
    group.get_by_label("属于哪一类").select_option(label="刷单返利")
    group.get_by_role("button", name="设为问法", exact=True).click()
    expect(office.page.get_by_role("status")).to_contain_text("一分钟后告诉 1 人")
    expect(in_the_inbox(office, UNKNOWN)).to_have_count(0)

    assert "【刷单返利】" in other.say(UNKNOWN)
    a_minute_passes(office.house)
    expect(phone.received.last).to_contain_text(f"您上次问的“{UNKNOWN}”")
    expect(phone.received.last).to_contain_text("刷单返利")
    assert "您上次问的" not in phone.say("你好")
