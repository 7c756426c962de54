import io
from datetime import UTC, datetime

import pytest

from core.wechat.gateway import FollowerPage, Gateway, Person, QrCode, WeChatGateway
from core.wechat.outcome import CallFailed, Outcome

TYPING, MEDIA, QR = "/cgi-bin/message/custom/typing", "/cgi-bin/media/get", "/cgi-bin/showqrcode"
JPEG = b"\xff\xd8\xff" + b"data"


def failed(call):
    with pytest.raises(CallFailed) as failure:
        call()
    return failure.value


def uploaded(client, data):
    """The media id of a picture that the platform keeps."""
    return client.media.upload("image", io.BytesIO(data))["media_id"]


def test_it_is_the_gateway_the_product_asks_for(client):
    gateway: Gateway = WeChatGateway(client)
    assert gateway.token_check() == 7200.0


def test_a_text_is_a_customer_service_message(gateway, platform, fan):
    fan.say("在吗")
    gateway.send_text(fan.openid, "先别转账\x0b")
    assert [(row["via"], row["type"], row["text"]) for row in fan.inbox()] == [("kf", "text", "先别转账")]
    told = platform.last()
    assert told["path"] == "/cgi-bin/message/custom/send"
    assert told["json"] == {"touser": fan.openid, "msgtype": "text", "text": {"content": "先别转账"}}


def test_a_menu_has_numbered_words(gateway, platform, fan):
    fan.say("在吗")
    gateway.send_menu(fan.openid, "有用吗？", [("1", "有用"), ("2", "没用")], "谢谢")
    assert fan.inbox()[-1]["text"] == "有用吗？\n有用\n没用\n谢谢"
    assert platform.last()["json"]["msgmenu"] == {
        "head_content": "有用吗？",
        "list": [{"id": "1", "content": "有用"}, {"id": "2", "content": "没用"}],
        "tail_content": "谢谢",
    }


@pytest.mark.parametrize(("on", "command"), [(True, "Typing"), (False, "CancelTyping")])
def test_typing_is_shown_and_hidden(gateway, platform, fan, on, command):
    fan.say("在吗")
    gateway.typing(fan.openid, on)
    assert platform.last()["json"] == {"touser": fan.openid, "command": command}
    assert platform.last()["errcode"] == 0


@pytest.mark.parametrize("code", [45080, 45081])
def test_typing_that_makes_no_difference_is_no_failure(gateway, platform, fan, code):
    if code == 45081:  # 45080 the lab says to who has long been silent
        platform.lab.faults({"path": TYPING, "errcode": code})
    gateway.typing(fan.openid, True)
    assert [row["errcode"] for row in platform.calls(TYPING)] == [code]


def test_typing_to_someone_gone_is_a_failure(gateway):
    assert failed(lambda: gateway.typing("oNobody", True)).outcome is Outcome.GONE


def test_followers_come_in_pages(gateway, platform):
    openids = tuple(f"o{number:05d}" for number in range(10_001))
    platform.lab.add_fans(openids)
    assert gateway.followers() == FollowerPage(10_001, openids[:-1], openids[-2])
    assert gateway.followers(openids[-2]) == FollowerPage(10_001, openids[-1:], openids[-1])
    assert gateway.followers(openids[-1]) == FollowerPage(10_001, (), "")


def test_the_page_after_the_last_is_empty_whatever_it_names(gateway, platform):
    platform.answers("/cgi-bin/user/get", {"total": 3, "count": 0, "next_openid": "b"})
    assert gateway.followers("b") == FollowerPage(3, (), "")
    assert platform.last()["asked"]["next_openid"] == "b"


def test_a_person_tells_since_when_and_by_which_code(gateway, lab, moment):
    moment.set(datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC))
    fan = lab.fan()
    fan.follow("u12")
    person = gateway.user_info(fan.openid)
    assert person == Person(fan.openid, True, moment(), "u12")
    assert fan.openid not in repr(person)


def test_a_person_who_left_tells_nothing(gateway, fan):
    fan.unfollow()
    assert gateway.user_info(fan.openid) == Person(fan.openid, False)


def test_a_numbered_code_is_a_scene_too(gateway, client, lab):
    client.qrcode.create({"action_name": "QR_LIMIT_SCENE", "action_info": {"scene": {"scene_id": 7}}})
    fan = lab.fan()
    fan.follow("7")
    assert client.user.get(fan.openid)["qr_scene"] == 7
    assert gateway.user_info(fan.openid).scene == "7"


def test_the_menu_is_made_read_and_removed(gateway, platform):
    buttons = [{"type": "click", "name": "查骗局", "key": "ask", "sub_button": []}]
    gateway.create_menu(buttons)
    assert platform.last()["json"] == {"button": buttons}
    assert gateway.get_menu() == buttons
    gateway.delete_menu()
    assert platform.last()["path"] == "/cgi-bin/menu/delete"
    assert gateway.get_menu() == []


def test_no_menu_is_an_empty_one(gateway, platform):
    assert gateway.get_menu() == []
    assert platform.last()["errcode"] == 46003


def test_a_permanent_code_has_no_end(gateway, platform, lab):
    made = gateway.create_qr("u12", expires_s=None)
    (ticket,) = lab.call("GET", "/qr")["tickets"]
    assert made == QrCode(ticket["ticket"], ticket["url"], None)
    assert (ticket["scene"], ticket["ends"]) == ("u12", None)
    assert platform.last()["json"] == {
        "action_name": "QR_LIMIT_STR_SCENE",
        "action_info": {"scene": {"scene_str": "u12"}},
    }


def test_a_passing_code_says_how_long_it_lives(gateway, platform):
    assert gateway.create_qr("u12", expires_s=60).expires_s == 60
    assert platform.last()["json"]["action_name"] == "QR_STR_SCENE"
    assert platform.last()["json"]["expire_seconds"] == 60


def test_the_picture_of_a_code_comes_without_a_token(gateway, platform):
    ticket = gateway.create_qr("u12", expires_s=None).ticket
    assert gateway.qr_image(ticket).startswith(b"\x89PNG")
    assert platform.last()["asked"] == {"ticket": ticket}


def test_a_ticket_of_any_characters_arrives_as_it_is(gateway, platform):
    platform.answers(QR, "a picture", headers={"Content-Type": "image/jpg"})
    assert gateway.qr_image("T/=+ ") == b"a picture"
    assert platform.last()["asked"] == {"ticket": "T/=+ "}


def test_a_page_instead_of_a_picture_is_a_failure(gateway, platform):
    assert failed(lambda: gateway.qr_image("T")).outcome is Outcome.UNKNOWN
    platform.lab.faults({"path": QR, "http": 404})
    assert failed(lambda: gateway.qr_image("T")).outcome is Outcome.BAD_REQUEST


def test_media_come_with_their_type(gateway, client, platform):
    media_id = uploaded(client, JPEG)
    media = gateway.fetch_media(media_id)
    assert (media.content_type, media.data) == ("image/jpeg", JPEG)
    assert platform.last()["asked"] == {"media_id": media_id, "access_token": client.access_token}


def test_media_that_are_gone_are_a_typed_failure(gateway, client, platform, moment):
    media_id = uploaded(client, JPEG)
    moment.forward(days=3)
    platform.lab.faults({"path": MEDIA, "headers": {"Content-Type": "text/plain"}})
    assert failed(lambda: gateway.fetch_media(media_id)).code == 40007


def test_media_with_a_stale_token_are_fetched_again(gateway, client, platform):
    media_id = uploaded(client, JPEG)
    platform.replaces_the_token()
    assert gateway.fetch_media(media_id).data == JPEG
    assert [row["errcode"] for row in platform.calls(MEDIA)] == [40001, 0]


def test_media_over_the_limit_are_not_read_to_the_end(gateway, client):
    media_id = uploaded(client, JPEG.ljust(1_000_000, b"J"))
    assert gateway.fetch_media(media_id, limit_bytes=1_000_000).data[:3] == JPEG[:3]
    failure = failed(lambda: gateway.fetch_media(media_id, limit_bytes=999_999))
    assert failure.outcome is Outcome.BAD_REQUEST


def test_the_addresses_of_callbacks_are_listed(gateway):
    assert gateway.callback_ips() == ("127.0.0.1", "127.0.0.0/24")


def test_the_token_check_asks_anew(gateway, platform):
    gateway.token_check()
    gateway.token_check()
    assert platform.count("/cgi-bin/stable_token") == 2


@pytest.mark.parametrize(
    "answer", [{"errcode": 0}, {"data": 1, "menu": 1, "ip_list": 1, "ticket": 1, "subscribe": 1}]
)
@pytest.mark.parametrize(
    ("path", "call"),
    [
        ("user/get", lambda gateway: gateway.followers()),
        ("user/info", lambda gateway: gateway.user_info("o")),
        ("menu/get", lambda gateway: gateway.get_menu()),
        ("qrcode/create", lambda gateway: gateway.create_qr("s", expires_s=None)),
        ("getcallbackip", lambda gateway: gateway.callback_ips()),
    ],
)
def test_an_answer_of_another_shape_is_a_typed_failure(gateway, platform, path, call, answer):
    platform.answers(f"/cgi-bin/{path}", answer)
    assert failed(lambda: call(gateway)).outcome is Outcome.UNKNOWN
