"""What people do, and the XML it becomes."""

from base64 import b64encode

import pytest

from lab.handles import LabRefused
from tests.lab.kit import AMR, JPEG, MP4


@pytest.fixture
def stranger(lab, server):
    lab.connect(server.url)
    return lab.fan()


@pytest.fixture
def friend(lab, server):
    lab.connect(server.url)
    return lab.fan(follow=True, quiet=True)


def test_follow_by_search_has_an_empty_key(stranger, server):
    stranger.follow()
    assert server.got[0].xml["Event"] == "subscribe" and server.got[0].xml["EventKey"] == ""
    assert "MsgId" not in server.got[0].xml


def test_follow_by_code_has_the_prefix_and_the_ticket_of_the_code(stranger, server, api):
    order = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": "unit=7"}}}
    ticket = api.post("/cgi-bin/qrcode/create", order)["ticket"]
    stranger.follow("unit=7")
    assert (server.got[0].xml["EventKey"], server.got[0].xml["Ticket"]) == ("qrscene_unit=7", ticket)


def test_a_ticket_can_be_scanned_as_well_as_its_scene(stranger, server, api):
    order = {"action_name": "QR_SCENE", "expire_seconds": 60, "action_info": {"scene": {"scene_id": 5}}}
    stranger.scan(api.post("/cgi-bin/qrcode/create", order)["ticket"])
    assert server.got[0].xml["EventKey"] == "qrscene_5"


def test_a_followers_scan_has_no_prefix(friend, server):
    friend.scan("unit=7")
    assert server.got[0].xml["Event"] == "SCAN" and server.got[0].xml["EventKey"] == "unit=7"


def test_an_expired_code_cannot_be_scanned(friend, api, lab_clock):
    order = {
        "action_name": "QR_STR_SCENE",
        "expire_seconds": 60,
        "action_info": {"scene": {"scene_str": "a"}},
    }
    api.post("/cgi-bin/qrcode/create", order)
    lab_clock.advance(61)
    with pytest.raises(LabRefused, match="expired"):
        friend.scan("a")


def test_unfollow_shows_nothing_even_when_the_account_answers(friend, server):
    server.answer = lambda got: b"not a reply"
    assert friend.unfollow()["shown"] == ""
    assert server.got[0].xml["Event"] == "unsubscribe"


def test_who_does_not_follow_cannot_write(stranger):
    with pytest.raises(LabRefused, match="does not follow"):
        stranger.say("在吗")


def test_a_tap_on_a_menu_item_is_a_text_with_bizmsgmenuid(friend, server):
    friend.tap("101", "满意")
    assert (server.got[0].xml["Content"], server.got[0].xml["bizmsgmenuid"]) == ("满意", "101")


@pytest.mark.parametrize(
    ("entry", "event"),
    [
        ({"type": "click", "key": "K"}, "CLICK"),
        ({"type": "view", "url": "http://x.example/"}, "VIEW"),
        ({"type": "scancode_waitmsg", "key": "K"}, "scancode_waitmsg"),
        ({"type": "pic_sysphoto", "key": "K"}, "pic_sysphoto"),
        ({"type": "location_select", "key": "K"}, "location_select"),
        (
            {"type": "miniprogram", "appid": "wxm", "pagepath": "p/i", "url": "http://x.example/"},
            "view_miniprogram",
        ),
    ],
)
def test_each_kind_of_menu_entry_sends_its_event(friend, server, api, entry, event):
    assert api.post("/cgi-bin/menu/create", {"button": [entry | {"name": "按钮"}]})["errcode"] == 0
    friend.click(entry.get("key") or entry.get("pagepath") or entry["url"])
    assert server.got[0].xml["Event"] == event


def test_an_image_arrives_and_can_be_fetched(friend, server, api):
    friend.image(JPEG)
    media_id = server.got[0].xml["MediaId"]
    assert api.raw("/cgi-bin/media/get", media_id=media_id).content == JPEG
    assert server.got[0].xml["PicUrl"].startswith("http://")


def test_a_voice_has_an_empty_recognition(friend, server):
    friend.send("voice", data=b64encode(AMR).decode())
    assert (server.got[0].xml["Recognition"], server.got[0].xml["Format"]) == ("", "amr")


@pytest.mark.parametrize(
    ("kind", "fields", "elements"),
    [
        ("link", {"title": "中奖", "url": "http://x.example"}, {"Title": "中奖", "Url": "http://x.example"}),
        ("location", {"label": "人民路", "x": 30.5, "y": 104.1}, {"Location_X": "30.5", "Label": "人民路"}),
        ("video", {"data": b64encode(MP4).decode()}, {"MsgType": "video"}),
        ("sticker", {}, {"MsgType": "text", "Content": "【收到不支持的消息类型，暂无法显示】"}),
        ("file", {"title": "通知.pdf"}, {"MsgType": "file", "Title": "通知.pdf"}),
        ("miniprogrampage", {"title": "卡片"}, {"MsgType": "miniprogrampage"}),
    ],
)
def test_each_kind_of_message_has_its_elements(friend, server, kind, fields, elements):
    friend.send(kind, **fields)
    assert {name: server.got[0].xml[name] for name in elements} == elements


def test_raw_sends_nested_and_repeated_elements_under_the_usual_header(friend, server):
    friend.raw({"MsgType": "event", "Event": "x", "A": {"B": [{"C": 1}, {"C": 2}]}})
    xml = server.got[0].xml
    assert xml["FromUserName"] == friend.openid and xml["A"]["B"] == [{"C": "1"}, {"C": "2"}]


def test_raw_text_is_sent_as_it_stands(friend, server):
    friend.raw("<xml><broken>")
    assert server.got[0].body == b"<xml><broken>"


def test_the_end_of_a_cdata_section_inside_a_text_survives(friend, server):
    friend.say("]]></Content><Evil>1</Evil>\x0b")
    assert server.got[0].xml["Content"] == "]]></Content><Evil>1</Evil>" and "Evil" not in server.got[0].xml


def test_authorisation_events_name_the_person_in_openid(friend, server):
    friend.act(do="authorisation", event="user_authorization_revoke", info=205)
    xml = server.got[0].xml
    assert (
        xml["FromUserName"] != friend.openid and xml["OpenID"] == friend.openid and xml["RevokeInfo"] == "205"
    )


def test_a_popup_lists_one_template_or_several(friend, server):
    friend.act(do="grant", template_id="T1", accept=True)
    friend.act(do="grant", templates=["T1", "T2"], accept=False, scene=1)
    one, two = (xml["SubscribeMsgPopupEvent"]["List"] for xml in server.events("subscribe_msg_popup_event"))
    assert one == {"TemplateId": "T1", "SubscribeStatusString": "accept", "PopupScene": "2"}
    assert [row["SubscribeStatusString"] for row in two] == ["reject", "reject"]


def test_a_conditional_menu_puts_its_number_into_the_event(friend, server, api):
    api.post("/cgi-bin/menu/create", {"button": [{"type": "click", "name": "一", "key": "K"}]})
    tag = api.post("/cgi-bin/tags/create", {"tag": {"name": "家长"}})["tag"]["id"]
    order = {
        "button": [{"type": "view", "name": "二", "url": "http://x.example/"}],
        "matchrule": {"tag_id": str(tag)},
    }
    number = api.post("/cgi-bin/menu/addconditional", order)["menuid"]
    api.post("/cgi-bin/tags/members/batchtagging", {"openid_list": [friend.openid], "tagid": tag})
    friend.click("http://x.example/")
    assert server.got[0].xml["MenuId"] == number
