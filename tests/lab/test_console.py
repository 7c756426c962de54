"""The console in real Chromium: phones, codes, menus, pop-ups, mass messages, faults, the clock."""

import re

import pytest
from playwright.sync_api import expect

from tests.chromium import WAIT_MS
from tests.lab.kit import JPEG, text_reply

pytestmark = pytest.mark.xdist_group("console")


@pytest.fixture
def console(lab, chromium, server, api):
    """The page, with an account that answers every text, and no error on the page's console."""
    server.answer = lambda got: text_reply(got, f"收到：{got.xml.get('Content') or got.xml.get('Event')}")
    lab.connect(server.url, "plain")
    api.post("/cgi-bin/menu/create", {"button": [{"type": "click", "name": "查骗局", "key": "CHECK"}]})
    tab = chromium.new_page(viewport={"width": 1440, "height": 900})
    tab.set_default_timeout(WAIT_MS)
    wrong: list[str] = []
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    tab.goto(lab.url)
    tab.wait_for_selector("body[data-ready]")
    yield tab
    tab.close()
    assert wrong == []


def phone(console, number: int = 0):
    """A new person's phone."""
    console.get_by_test_id("add-fan").click()
    found = console.get_by_test_id("phone").nth(number)
    found.get_by_test_id("follow").wait_for()
    return found


def ask(found, text: str) -> None:
    if found.get_by_test_id("text-input").count() == 0:
        found.get_by_test_id("keyboard-toggle").click()
    found.get_by_test_id("text-input").fill(text)
    found.get_by_test_id("send").click()


def test_two_phones_scan_ask_and_tap_the_menu(console, api):
    order = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": "unit=7"}}}
    api.post("/cgi-bin/qrcode/create", order)
    first, second = phone(console, 0), phone(console, 1)
    console.get_by_test_id("tab-codes").click()
    console.get_by_test_id("code-scan").click()
    expect(second.get_by_test_id("bubble").last).to_contain_text("收到：subscribe")
    first.get_by_test_id("follow").click()
    first.get_by_test_id("menu-button").click()
    expect(first.get_by_test_id("bubble").last).to_contain_text("收到：CLICK")
    ask(first, "<b>这是骗子吗</b>")
    expect(first.get_by_test_id("bubble").last).to_contain_text("收到：<b>这是骗子吗</b>")
    assert second.get_by_test_id("bubble").count() == 1
    expect(first.get_by_test_id("callback-bar")).to_contain_text("1 次")
    console.get_by_test_id("tab-exchange").click()
    console.get_by_test_id("exchange").first.locator("summary").click()
    expect(console.get_by_test_id("exchange").first).to_contain_text("<MsgType><![CDATA[text]]></MsgType>")


def test_markup_in_messages_stays_text(console, lab, server):
    server.answer = lambda got: text_reply(
        got, '<img src=x onerror="document.title=1"><a href="javascript:alert(1)">链</a>'
    )
    one = phone(console)
    one.get_by_test_id("follow").click()
    expect(one.get_by_test_id("bubble").last).to_contain_text("<img src=x")
    assert one.locator("[href^=javascript]").count() == 0 and "SIMULATOR" in console.title()


def test_a_subscription_popup_is_accepted_and_the_notice_arrives(console, lab, api):
    lab.settings(subscribe_busy_s=0.0)
    name = api.post("/wxaapi/newtmpl/addtemplate", {"tid": 1001, "kidList": [1, 2], "sceneDesc": "预警"})[
        "priTmplId"
    ]
    one = phone(console)
    one.get_by_test_id("phone-more").click()
    one.get_by_test_id("open-popup").click()
    one.get_by_test_id("popup-accept").click()
    expect(one.get_by_test_id("callback-bar")).to_contain_text("1 次")
    data = {"thing1": {"value": "刷单返利"}, "time2": {"value": "09:30"}}
    order = {"touser": one.get_attribute("data-openid"), "template_id": name, "data": data}
    assert api.post("/cgi-bin/message/subscribe/bizsend", order)["errcode"] == 0
    expect(one.locator("[data-via=subscribe]")).to_contain_text("刷单返利")


def test_a_mass_message_waits_for_the_administrator(console, lab, api):
    one = phone(console)
    one.get_by_test_id("follow").click()
    one.get_by_test_id("menu-button").wait_for()
    console.get_by_test_id("tab-mass").click()
    console.get_by_test_id("mass-needs-confirmation").check()
    expect(console.get_by_test_id("mass-needs-confirmation")).to_be_checked()
    console.wait_for_function(
        "fetch('/__lab/settings').then(a => a.json()).then(s => s.find(x => x.name == 'mass_needs_confirmation').value)"
    )
    thumb = api.upload("/cgi-bin/material/add_material", JPEG, type="thumb")["media_id"]
    article = {"title": "一周预警", "content": "别转账", "digest": "三件事", "thumb_media_id": thumb}
    draft = api.post("/cgi-bin/draft/add", {"articles": [article]})["media_id"]
    order = {"filter": {"is_to_all": True}, "msgtype": "mpnews", "mpnews": {"media_id": draft}}
    assert api.post("/cgi-bin/message/mass/sendall", order)["errcode"] == 0
    console.get_by_test_id("mass-approve").click()
    expect(one.locator("[data-via=mass]")).to_contain_text("一周预警")
    with console.context.expect_page() as opened:
        one.get_by_test_id("article").click()
    expect(opened.value.locator("body")).to_contain_text("别转账")
    opened.value.close()


def test_a_failing_account_shows_tries_and_the_notice(console, lab, server):
    lab.settings(retry_pause_s=0.0)
    one = phone(console)
    one.get_by_test_id("follow").click()
    one.get_by_test_id("menu-button").wait_for()
    server.answer = lambda got: (500, b"")
    ask(one, "有人吗")
    expect(one.locator("[data-via=system]")).to_have_text("该服务号提供的服务出现故障，请稍后再试")
    expect(one.get_by_test_id("callback-bar")).to_contain_text("3 次")


def test_faults_are_switched_on_the_page(console, lab, api):
    assert api.token
    console.get_by_test_id("tab-faults").click()
    console.get_by_test_id("fault-6").click()
    expect(console.get_by_test_id("fault-rules")).to_have_value(re.compile("502"))
    assert api.raw("/cgi-bin/tags/get").status_code == 502
    console.get_by_test_id("tab-calls").click()
    expect(console.get_by_test_id("call").first).to_contain_text("/cgi-bin/tags/get")


def test_the_clock_jumps_and_stands_still(console, lab):
    console.get_by_test_id("clock-freeze").click()
    expect(console.get_by_test_id("clock-freeze")).to_have_text("继续走")
    before = lab.state()["now"]
    console.get_by_test_id("clock-next-month").click()
    for _ in range(100):
        if lab.state()["now"][5:7] != before[5:7]:
            break
        console.wait_for_timeout(50)
    assert lab.state()["now"][5:7] != before[5:7] and lab.state()["clock"] == "frozen"


def test_the_picker_finds_one_of_seventy_thousand(console, lab):
    lab.add_fans([f"oFan{number:06d}" for number in range(70_000)])
    console.get_by_test_id("open-picker").click()
    expect(console.get_by_test_id("picker-count")).to_contain_text("70000 人")
    console.get_by_test_id("picker-next").click()
    expect(console.get_by_test_id("picker-count")).to_contain_text("31–60")
    console.get_by_test_id("picker-search").fill("oFan066666")
    console.get_by_test_id("picker-item").and_(console.locator("[data-openid=oFan066666]")).click()
    expect(console.locator("[data-openid=oFan066666]").get_by_test_id("menu-button")).to_be_visible()


def test_every_kind_of_message_can_be_sent_from_the_phone(console, server):
    one = phone(console)
    one.get_by_test_id("follow").click()
    one.get_by_test_id("keyboard-toggle").click()
    for kind in ("image", "voice", "location", "link", "video", "sticker"):
        before = len(server.got)
        one.get_by_test_id("plus").click()
        one.get_by_test_id(f"send-{kind}").click()
        if kind in ("image", "location", "link"):
            one.get_by_test_id("sheet-send").click()
        expect(one.locator(f"[data-via=fan][data-type={kind}]")).to_be_visible()
        for _ in range(200):  # the bubble stands there before the callback has come
            if len(server.got) > before:
                break
            console.wait_for_timeout(50)
        assert len(server.got) == before + 1
    assert {got.xml["MsgType"] for got in server.got[1:]} == {
        "image",
        "voice",
        "location",
        "link",
        "video",
        "text",
    }


def test_what_is_being_typed_outlives_a_reload(console, lab, api):
    one = phone(console)
    one.get_by_test_id("follow").click()
    one.get_by_test_id("keyboard-toggle").click()
    one.get_by_test_id("text-input").fill("还没写完")
    one.get_by_test_id("plus").click()
    button = {"type": "click", "name": "新的一项", "key": "MATRIX:help"}
    with console.expect_response("**/menu"):
        assert api.post("/cgi-bin/menu/create", {"button": [button]})["errcode"] == 0
    console.wait_for_timeout(300)
    expect(one.get_by_test_id("text-input")).to_have_value("还没写完")
    expect(one.get_by_test_id("send-image")).to_be_visible()
    one.get_by_test_id("keyboard-toggle").click()
    expect(one.get_by_test_id("menu-button")).to_have_text(["新的一项"])


def test_a_message_that_comes_during_a_reload_stays(console, lab, api):
    one = phone(console)
    one.get_by_test_id("follow").click()
    expect(one.get_by_test_id("bubble")).to_have_count(1)
    held = []
    console.route("**/chat?limit=80", lambda route: held.append((route, route.fetch())))
    api.post(
        "/cgi-bin/menu/create", {"button": [{"type": "click", "name": "新的一项", "key": "MATRIX:help"}]}
    )
    for _ in range(200):  # the reload has read the chat and is not told yet
        if held:
            break
        console.wait_for_timeout(50)
    ask(one, "读的时候来的")
    expect(one.get_by_test_id("bubble").last).to_contain_text("收到：读的时候来的")
    for route, response in held:
        route.fulfill(response=response)
    expect(one.get_by_test_id("menu-button").or_(one.get_by_test_id("text-input")).first).to_be_visible()
    console.wait_for_timeout(300)
    expect(one.get_by_test_id("bubble")).to_have_count(3)


def test_scenario_and_load_run_from_the_page(console):
    console.get_by_test_id("tab-scenarios").click()
    console.get_by_test_id("scenario-play").click()
    expect(console.get_by_test_id("scenario-result")).to_contain_text("通过")
    console.get_by_test_id("tab-load").click()
    console.get_by_test_id("load-seconds").fill("1")
    console.get_by_test_id("load-run").click()
    expect(console.get_by_test_id("load-result")).to_contain_text("失败 0")


def test_the_page_fits_a_telephone(console, lab, chromium):
    person = lab.fan(follow=True, quiet=True)
    small = chromium.new_page(viewport={"width": 390, "height": 844})
    small.goto(f"{lab.url}/?fans={person.openid}")
    small.get_by_test_id("menu-button").wait_for()
    assert small.evaluate("document.documentElement.scrollWidth") <= 390
    small.get_by_test_id("toggle-inspector").click()
    expect(small.get_by_test_id("tab-exchange")).to_be_visible()
    small.close()
