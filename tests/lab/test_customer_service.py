"""Customer-service messages: windows, counts, types and the typing sign."""

import pytest

from tests.lab.kit import PNG


def test_five_messages_follow_a_persons_message_d(fan, api):
    fan.say("在吗")
    codes = [api.text(fan.openid)["errcode"] for _ in range(6)]
    assert codes == [0] * 5 + [45047]


def test_a_quiet_follower_has_no_window_d(fan, api):
    refused = api.text(fan.openid)
    assert refused["errcode"] == 45015
    assert refused["errmsg"].startswith("response out of time limit or subscription is canceled rid: ")


def test_the_window_of_a_message_is_48_hours_d(lab, fan, api, lab_clock):
    fan.say("在吗")
    lab_clock.advance(48 * 3600 - 1)
    assert api.text(fan.openid)["errcode"] == 0
    lab_clock.advance(1)
    assert api.text(fan.openid)["errcode"] == 45015


@pytest.mark.parametrize(
    "doing",
    [{"do": "click", "key": "K"}, {"do": "scan", "scene": "s"}, {"do": "tap", "menu_id": "1", "text": "a"}],
)
def test_three_messages_in_a_minute_follow_a_gesture_d(fan, api, lab_clock, doing):
    fan.act(**doing)
    assert [api.text(fan.openid)["errcode"] for _ in range(4)] == [0, 0, 0, 45047]
    fan.act(**doing)
    lab_clock.advance(61)
    assert api.text(fan.openid)["errcode"] == 45015


def test_following_opens_three_and_viewing_none_d(lab, api):
    newcomer = lab.fan()
    newcomer.follow()
    assert [api.text(newcomer.openid)["errcode"] for _ in range(4)] == [0, 0, 0, 45047]
    quiet = lab.fan(follow=True, quiet=True)
    quiet.click("https://x.example/")
    assert api.text(quiet.openid)["errcode"] == 45015


def test_triggers_refresh_and_do_not_add_d(fan, api):
    fan.say("一"), fan.click("K"), fan.say("二")
    assert [api.text(fan.openid)["errcode"] for _ in range(6)] == [0] * 5 + [45047]


def test_unfollowing_closes_the_window_c(fan, api):
    fan.say("再见")
    fan.unfollow()
    assert api.text(fan.openid)["errcode"] == 45015


def test_an_unknown_openid_and_an_empty_text_are_refused_d(fan, api):
    fan.say("x")
    assert api.text("oNobody")["errcode"] == 40003
    assert api.text(fan.openid, "")["errcode"] == 44004


def test_a_text_may_have_2048_bytes_c(fan, api):
    fan.say("x")
    assert api.text(fan.openid, "长" * 682)["errcode"] == 0
    refused = api.text(fan.openid, "长" * 683)
    assert refused["errcode"] == 45002 and refused["errmsg"].startswith("content size out of limit rid: ")


def test_every_type_reaches_the_chat_d(fan, api):
    fan.say("x")
    media_id = api.upload("/cgi-bin/media/upload", PNG, type="image")["media_id"]
    rows = [
        ("image", {"media_id": media_id}),
        (
            "news",
            {"articles": [{"title": "标题", "description": "", "url": "http://x.example/", "picurl": ""}]},
        ),
        (
            "msgmenu",
            {"head_content": "哪一类？", "list": [{"id": "1", "content": "居民"}], "tail_content": "谢谢"},
        ),
        ("miniprogrampage", {"title": "卡", "appid": "wxm", "pagepath": "p", "thumb_media_id": media_id}),
        ("wxcard", {"card_id": "c"}),
    ]
    for kind, part in rows:
        order = {"touser": fan.openid, "msgtype": kind, kind: part}
        assert api.post("/cgi-bin/message/custom/send", order)["errcode"] == 0
    assert [row["type"] for row in fan.inbox()] == [kind for kind, _ in rows]
    assert fan.inbox()[2]["list"] == [{"id": "1", "content": "居民"}]


def test_two_articles_and_unknown_media_are_refused_d(fan, api):
    fan.say("x")
    two = {"touser": fan.openid, "msgtype": "news", "news": {"articles": [{}, {}]}}
    assert api.post("/cgi-bin/message/custom/send", two)["errcode"] == 45008
    lost = {"touser": fan.openid, "msgtype": "image", "image": {"media_id": "x"}}
    assert api.post("/cgi-bin/message/custom/send", lost)["errcode"] == 40007


def test_the_label_of_a_machines_words_stands_under_the_message_d(fan, api):
    fan.say("x")
    order = {
        "touser": fan.openid,
        "msgtype": "text",
        "text": {"content": "答"},
        "aimsgcontext": {"is_ai_msg": 1},
    }
    api.post("/cgi-bin/message/custom/send", order)
    assert fan.inbox()[-1]["ai"] == "内容由第三方AI生成"


def test_typing_needs_contact_within_thirty_seconds_d(fan, api, lab_clock):
    def typing(command: str) -> int:
        order = {"touser": fan.openid, "command": command}
        return api.post("/cgi-bin/message/custom/typing", order)["errcode"]

    fan.say("x")
    assert (typing("Typing"), typing("CancelTyping"), typing("Dance")) == (0, 0, 45072)
    lab_clock.advance(31)
    assert typing("Typing") == 45080


def test_a_mini_programs_chat_opens_two_messages_d(lab, api):
    lab.app("wxlabmini00000001", kind="miniprogram", app_secret="s")
    from_mini = type(api)(lab.url, "wxlabmini00000001", "s")
    person = lab.fan(app="wxlabmini00000001")
    person.act(do="enter")
    assert [from_mini.text(person.openid)["errcode"] for _ in range(3)] == [0, 0, 45047]
    from_mini.close()
