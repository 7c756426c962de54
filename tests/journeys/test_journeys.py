"""From the first touch to the office's number, in a real browser, with everything running."""

import pytest

from tests.journeys.conftest import CODED, Phone

pytestmark = pytest.mark.xdist_group("chromium")
PAID = "我刚给骗子转了两万"
TALLIED = "住房和城乡建设局"


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
    assert "110" in first_line(interrupted) and "登记还没完" in interrupted
    assert "民政局" in phone.say("民政局")


def test_the_bottom_menu_opens_the_cases_and_what_is_held(phone, scene):
    registered_by_code(phone, scene)
    cases = phone.menu("学案例")
    assert "刷单" in cases and "1." in cases
    assert CODED in phone.menu("我的", "我的信息")
    assert "110" in first_line(phone.menu("查骗局", "我已经转账了"))


@pytest.mark.parametrize(
    ("kind", "expected"), [("image", "图片"), ("voice", "语音"), ("link", "现在这样做"), ("location", "位置")]
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
