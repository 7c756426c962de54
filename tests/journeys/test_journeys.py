"""From the first touch to the office's number, in a real browser, with everything running."""

import re

import pytest
import requests
from playwright.sync_api import expect

from tests.codes import read_code
from tests.journeys.conftest import CODED, Phone
from tests.journeys.house import until

PAID = "我刚给骗子转了两万"
TALLIED = "住房和城乡建设局"
PROMOTER = "王小明1007"


def first_line(text):
    return text.splitlines()[0]


def registered_by_code(phone, scene):
    """Follows by the unit's code and says 1."""
    welcome = phone.scan(scene)
    assert CODED in welcome and "登记说明" in welcome and "回复 1 同意并登记" in welcome
    done = phone.say("1")
    assert "登记成功" in done
    return done


def test_following_by_a_code_and_asking_moves_the_offices_number_by_one(phone, scene, office):
    before = office.registered(CODED)
    registered_by_code(phone, scene)
    assert "年龄段" in phone.tap("老年人")
    card = phone.say("有人让我刷单，先垫钱再返利，是不是骗子？")
    assert "刷单" in first_line(card) and "现在这样做" in card
    assert office.registered(CODED) == before + 1


def test_who_found_the_account_by_search_registers_with_three_messages(phone, office):
    before = office.registered(TALLIED)
    assert "登记" in phone.follow()
    assert "单位名称" in phone.say("登记")
    candidates = phone.say("住建局")
    assert TALLIED in candidates and "登记说明" in candidates
    assert "登记成功" in phone.say("1")
    assert office.registered(TALLIED) == before + 1


def test_leaving_takes_two_steps_and_the_offices_number_goes_back(phone, scene, office):
    before = office.registered(CODED)
    registered_by_code(phone, scene)
    assert office.registered(CODED) == before + 1
    assert CODED in phone.say("我的")
    assert "确认注销" in phone.say("注销")
    assert "已经注销" in phone.say("确认注销")
    assert "还没有登记" in phone.say("我的")
    assert office.registered(CODED) == before


def test_money_already_sent_is_answered_with_110_first_also_while_registering(phone):
    phone.follow()
    assert "110" in first_line(phone.say(PAID))
    phone.say("登记")
    interrupted = phone.say(PAID)
    assert "110" in first_line(interrupted) and "登记" not in interrupted
    phone.say("登记")
    assert "民政局" in phone.say("民政局")


def test_the_bottom_menu_opens_the_cases_and_what_is_held(phone, scene):
    registered_by_code(phone, scene)
    cases = phone.menu("学案例")
    assert "刷单" in cases and "回复名称" in cases  # a number would answer the question that waits
    assert CODED in phone.menu("我的", "我的信息")
    assert "110" in first_line(phone.menu("查骗局", "我已经转账了"))


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("image", "正在看图"), ("voice", "语音"), ("link", "现在这样做"), ("location", "位置")],
)
def test_what_is_not_text_gets_a_sentence_that_helps(shared_phone, kind, expected):
    assert expected in shared_phone.send(kind)


@pytest.fixture(scope="module")
def shared_phone(house, chromium, scene):
    """One follower for everything that is not text."""
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    page.goto(house.lab)
    page.wait_for_selector("body[data-ready]")
    phone = Phone(page)
    phone.follow()
    yield phone
    page.close()


def poster_of(office, code):
    """The promoter's line on the unit's page, once its code has come from WeChat."""
    page = office.page
    page.goto(f"{office.house.url}/admin/promoters/{code}")
    page.get_by_label("名单：姓名或工号，每行一位").fill(PROMOTER)
    page.get_by_role("button", name="添加").click()
    line = page.locator("tbody tr").filter(has_text=PROMOTER)
    expect(line).to_be_visible()
    until(lambda: line.get_by_role("link", name="二维码").count() or page.reload() and None, what="the code")
    return line


def scene_said_by(house, url):
    """The scene that WeChat will report for a code that says `url`."""
    with requests.get(f"{house.lab}/__lab/qr", {"limit": 100}, timeout=30) as held:
        return next(each["scene"] for each in held.json()["tickets"] if each["url"] == url)


def test_a_poster_scanned_registers_with_its_unit_and_counts_for_its_promoter(house, office, phone):
    code = office.code(CODED)
    registered = office.registered(CODED)
    line = poster_of(office, code)
    expect(line).to_contain_text("0 / 30")
    with office.page.expect_download() as taken:
        line.get_by_role("link", name="PDF").click()
    assert taken.value.path().read_bytes().startswith(b"%PDF")
    picture = line.get_by_role("link", name="PDF").get_attribute("href").replace("/pdf", "/png")
    sheet = office.page.request.get(f"{house.url}{picture}").body()
    scene = scene_said_by(house, read_code(sheet))
    assert re.fullmatch(r"p:\w{8}", scene)
    assert CODED in phone.scan(scene)
    assert "登记成功" in phone.say("1")
    office.page.goto(f"{house.url}/admin/promoters/{code}")
    expect(line).to_contain_text("1 / 30")
    assert office.registered(CODED) == registered + 1
