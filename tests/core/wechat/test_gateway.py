from datetime import UTC, datetime

import pytest

from core.wechat.gateway import FollowerPage, Gateway, Person, QrCode, WeChatGateway
from core.wechat.outcome import CallFailed, Outcome

from .platform import as_json, error


def last(platform):
    return platform.calls[-1]


def answers(platform, path, answer):
    platform.routes[path] = lambda _: answer


def failed(call):
    with pytest.raises(CallFailed) as failure:
        call()
    return failure.value


def test_it_is_the_gateway_the_product_asks_for(client):
    gateway: Gateway = WeChatGateway(client)
    assert gateway.token_check() == 7200.0


def test_a_text_is_a_customer_service_message(gateway, platform):
    gateway.send_text("o1", "先别转账\x0b")
    assert last(platform).path == "/cgi-bin/message/custom/send"
    assert last(platform).json == {"touser": "o1", "msgtype": "text", "text": {"content": "先别转账"}}


def test_a_menu_has_numbered_words(gateway, platform):
    gateway.send_menu("o1", "有用吗？", [("1", "有用"), ("2", "没用")], "谢谢")
    assert last(platform).json["msgmenu"] == {
        "head_content": "有用吗？",
        "list": [{"id": "1", "content": "有用"}, {"id": "2", "content": "没用"}],
        "tail_content": "谢谢",
    }


@pytest.mark.parametrize(("on", "command"), [(True, "Typing"), (False, "CancelTyping")])
def test_typing_is_shown_and_hidden(gateway, platform, on, command):
    gateway.typing("o1", on)
    assert last(platform).json == {"touser": "o1", "command": command}


@pytest.mark.parametrize("code", [45080, 45081])
def test_typing_that_makes_no_difference_is_no_failure(gateway, platform, code):
    answers(platform, "/cgi-bin/message/custom/typing", error(code))
    gateway.typing("o1", True)
    assert last(platform).path.endswith("typing")


def test_typing_to_someone_gone_is_a_failure(gateway, platform):
    answers(platform, "/cgi-bin/message/custom/typing", error(40003))
    assert failed(lambda: gateway.typing("o1", True)).outcome is Outcome.GONE


def test_followers_come_in_pages(gateway, platform):
    page = as_json(total=3, count=2, data={"openid": ["a", "b"]}, next_openid="b")
    answers(platform, "/cgi-bin/user/get", page)
    assert gateway.followers("z") == FollowerPage(3, ("a", "b"), "b")
    assert last(platform).query["next_openid"] == "z"


def test_the_page_after_the_last_is_empty_whatever_it_names(gateway, platform):
    answers(platform, "/cgi-bin/user/get", as_json(total=3, count=0, next_openid="b"))
    assert gateway.followers("b") == FollowerPage(3, (), "")


def test_a_person_tells_since_when_and_by_which_code(gateway, platform):
    answers(
        platform,
        "/cgi-bin/user/info",
        as_json(subscribe=1, openid="o1", subscribe_time=1700000000, qr_scene=0, qr_scene_str="u12"),
    )
    since = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert gateway.user_info("o1") == Person("o1", True, since, "u12")
    assert "o1" not in repr(gateway.user_info("o1"))


def test_a_person_who_left_tells_nothing(gateway, platform):
    answers(platform, "/cgi-bin/user/info", as_json(subscribe=0, openid="o1"))
    assert gateway.user_info("o1") == Person("o1", False)


def test_a_numbered_code_is_a_scene_too(gateway, platform):
    answers(platform, "/cgi-bin/user/info", as_json(subscribe=1, subscribe_time=1, qr_scene=7))
    assert gateway.user_info("o1").scene == "7"


def test_the_menu_is_made_read_and_removed(gateway, platform):
    buttons = [{"type": "click", "name": "查骗局", "key": "ask"}]
    gateway.create_menu(buttons)
    assert last(platform).json == {"button": buttons}
    answers(platform, "/cgi-bin/menu/get", as_json(menu={"button": buttons}))
    assert gateway.get_menu() == buttons
    gateway.delete_menu()
    assert last(platform).path == "/cgi-bin/menu/delete"


def test_no_menu_is_an_empty_one(gateway, platform):
    answers(platform, "/cgi-bin/menu/get", error(46003))
    assert gateway.get_menu() == []


def test_a_permanent_code_has_no_end(gateway, platform):
    answers(platform, "/cgi-bin/qrcode/create", as_json(ticket="T", url="http://weixin.qq.com/q/1"))
    assert gateway.create_qr("u12", expires_s=None) == QrCode("T", "http://weixin.qq.com/q/1", None)
    assert last(platform).json == {
        "action_name": "QR_LIMIT_STR_SCENE",
        "action_info": {"scene": {"scene_str": "u12"}},
    }


def test_a_passing_code_says_how_long_it_lives(gateway, platform):
    answers(platform, "/cgi-bin/qrcode/create", as_json(ticket="T", url="u", expire_seconds=60))
    assert gateway.create_qr("u12", expires_s=60).expires_s == 60
    assert last(platform).json["action_name"] == "QR_STR_SCENE"
    assert last(platform).json["expire_seconds"] == 60


def test_the_picture_of_a_code_comes_without_a_token(gateway, platform):
    answers(platform, "/cgi-bin/showqrcode", (200, "image/jpg", b"JPG"))
    assert gateway.qr_image("T/=+ ") == b"JPG"
    assert last(platform).query == {"ticket": "T/=+ "}


def test_a_page_instead_of_a_picture_is_a_failure(gateway, platform):
    answers(platform, "/cgi-bin/showqrcode", (200, "text/html", b"<html>"))
    assert failed(lambda: gateway.qr_image("T")).outcome is Outcome.UNKNOWN
    answers(platform, "/cgi-bin/showqrcode", (404, "text/html", b""))
    assert failed(lambda: gateway.qr_image("T")).outcome is Outcome.BAD_REQUEST


def test_media_come_with_their_type(gateway, platform):
    answers(platform, "/cgi-bin/media/get", (200, "image/jpeg", b"\xff\xd8data"))
    media = gateway.fetch_media("M1")
    assert (media.content_type, media.data) == ("image/jpeg", b"\xff\xd8data")
    assert last(platform).query == {"media_id": "M1", "access_token": "TOKEN-1"}


def test_media_that_are_gone_are_a_typed_failure(gateway, platform):
    answers(platform, "/cgi-bin/media/get", (200, "text/plain", error(40007)[2]))
    assert failed(lambda: gateway.fetch_media("M1")).code == 40007


def test_media_with_a_stale_token_are_fetched_again(gateway, platform):
    gateway.delete_menu()
    platform.token = "TOKEN-2"
    answers(platform, "/cgi-bin/media/get", (200, "image/jpeg", b"J"))
    assert gateway.fetch_media("M1").data == b"J"


def test_media_over_the_limit_are_not_read_to_the_end(gateway, platform):
    answers(platform, "/cgi-bin/media/get", (200, "image/jpeg", b"J" * 1_000_000))
    assert gateway.fetch_media("M1", limit_bytes=1_000_000).data[:1] == b"J"
    assert failed(lambda: gateway.fetch_media("M1", limit_bytes=999_999)).outcome is Outcome.BAD_REQUEST


def test_the_addresses_of_callbacks_are_listed(gateway, platform):
    answers(platform, "/cgi-bin/getcallbackip", as_json(ip_list=["1.1.1.1", "2.2.2.0/24"]))
    assert gateway.callback_ips() == ("1.1.1.1", "2.2.2.0/24")


def test_the_token_check_asks_anew(gateway, platform):
    gateway.token_check()
    gateway.token_check()
    assert platform.count("/cgi-bin/stable_token") == 2


@pytest.mark.parametrize(
    "answer", [as_json(errcode=0), as_json(data=1, menu=1, ip_list=1, ticket=1, subscribe=1)]
)
@pytest.mark.parametrize(
    "call",
    [
        lambda gateway: gateway.followers(),
        lambda gateway: gateway.user_info("o"),
        lambda gateway: gateway.get_menu(),
        lambda gateway: gateway.create_qr("s", expires_s=None),
        lambda gateway: gateway.callback_ips(),
    ],
)
def test_an_answer_of_another_shape_is_a_typed_failure(gateway, platform, call, answer):
    for path in ("user/get", "user/info", "menu/get", "qrcode/create", "getcallbackip"):
        answers(platform, f"/cgi-bin/{path}", answer)
    assert failed(lambda: call(gateway)).outcome is Outcome.UNKNOWN
