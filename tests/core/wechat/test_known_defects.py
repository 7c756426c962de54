"""What wechatpy 2.0.0a26 does wrong, and that our use of it does not. Each test shows both sides."""

import io
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from wechatpy import WeChatClient, create_reply, parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import APILimitedException, WeChatClientException
from wechatpy.messages import UnknownMessage
from wechatpy.utils import check_signature

from core.wechat.crypto import Forged, signature
from core.wechat.door import Doorman, Mode
from core.wechat.incoming import Malformed, read
from core.wechat.outcome import CallFailed, Outcome
from core.wechat.reply import Text, render
from core.wechat.transport import RewritingAdapter

from .conftest import APP, SECRET
from .samples import BROKEN, GOLDEN, TEXT
from .test_door import APP_ID, KEY, NOW, encrypted_raw, sealed, signed

INJECTION = "]]></Content><FromUserName>gh_evil</FromUserName><Content><![CDATA["
ASK, SEND, UPLOAD = "/cgi-bin/getcallbackip", "/cgi-bin/message/custom/send", "/cgi-bin/media/upload"
NO_FILE = 44001


@pytest.fixture
def stock(platform):
    """Wechatpy's own client, led to the lab."""
    client = WeChatClient(APP, SECRET, timeout=5)
    client._http.mount("https://", RewritingAdapter(platform.address, 1))
    yield client
    client._http.close()


def test_a_text_can_add_elements_to_wechatpys_reply_and_not_to_ours():
    theirs = ElementTree.fromstring(create_reply(INJECTION, parse_message(TEXT)).render())
    ours = ElementTree.fromstring(render(Text(INJECTION), read(TEXT), now=datetime(2026, 3, 2, tzinfo=UTC)))
    assert len(theirs.findall("FromUserName")) == 2
    assert [len(ours.findall("FromUserName")), ours.findtext("Content")] == [1, INJECTION]


def test_wechatpys_replies_have_no_limit_and_ours_have():
    theirs = create_reply("字" * 3000, parse_message(TEXT)).render()
    ours = render(Text("字" * 3000), read(TEXT), now=datetime(2026, 3, 2, tzinfo=UTC))
    assert len(theirs.encode()) > 9000
    assert len(ElementTree.fromstring(ours).findtext("Content").encode()) <= 2000


def test_broken_bodies_raise_many_things_in_wechatpy_and_one_in_ours():
    raised = set()
    for body in BROKEN.values():
        try:
            parse_message(body)
        except Exception as problem:  # noqa: BLE001  # the point: it can be anything
            raised.add(type(problem))
        with pytest.raises(Malformed):
            read(body)
    assert len(raised) >= 5


@pytest.mark.parametrize("name", ["ev_auth_revoke", "ev_info_modified", "ev_publishjobfinish", "file"])
def test_messages_wechatpy_does_not_know_are_read_by_ours(name):
    assert isinstance(parse_message(GOLDEN[name][0]), UnknownMessage)
    assert read(GOLDEN[name][0]).openid


def test_wechatpy_accepts_inconsistent_padding_and_ours_does_not():
    content = b"r" * 16 + len(TEXT).to_bytes(4, "big") + TEXT + APP_ID.encode()
    count = 32 - len(content) % 32
    query, body = sealed(secret=encrypted_raw(content + b"\x00" * (count - 1) + bytes([count])))
    theirs = WeChatCrypto("tok3n", KEY, APP_ID)
    assert theirs.decrypt_message(body, query["msg_signature"], query["timestamp"], query["nonce"])
    with pytest.raises(Forged):
        Doorman("tok3n", APP_ID, KEY, Mode.SAFE).open(query, body, NOW)


def test_wechatpy_accepts_an_empty_token_and_any_age_and_ours_neither():
    check_signature("", signature("", "1", "n"), "1", "n")
    with pytest.raises(ValueError, match="WECHAT_TOKEN"):
        Doorman("", APP_ID, KEY, Mode.PLAIN)
    with pytest.raises(Forged):
        Doorman("tok3n", APP_ID, KEY, Mode.PLAIN).open(signed(timestamp="1500000000"), TEXT, NOW)


def test_wechatpy_repeats_without_end_and_ours_stops(stock, client, platform):
    platform.lab.faults({"path": ASK, "errcode": 40001, "times": 29}, {"path": ASK, "errcode": 40003})
    with pytest.raises(WeChatClientException):
        stock.get("getcallbackip")
    theirs = platform.count(ASK)
    platform.lab.faults({"path": ASK, "errcode": 40001, "times": 29}, {"path": ASK, "errcode": 40003})
    with pytest.raises(CallFailed):
        client.get("getcallbackip")
    assert (theirs, platform.count(ASK) - theirs) == (30, 1)


def test_wechatpys_replayed_upload_is_empty_and_ours_is_whole(stock, client, platform):
    platform.gives_new_tokens()
    data = b"\xff\xd8\xff" + b"x" * 50_000
    platform.lab.faults({"path": UPLOAD, "errcode": 42001, "times": 1})
    with pytest.raises(WeChatClientException) as theirs:
        stock.media.upload("image", io.BytesIO(data))
    platform.lab.faults({"path": UPLOAD, "errcode": 42001, "times": 1})
    media_id = client.media.upload("image", io.BytesIO(data))["media_id"]
    assert [row["errcode"] for row in platform.calls(UPLOAD)] == [42001, theirs.value.errcode, 42001, 0]
    assert theirs.value.errcode == NO_FILE
    assert client.fetch("media/get", {"media_id": media_id}, 100_000) == ("image/jpeg", data)


def test_only_one_limit_is_named_by_wechatpy_and_all_by_ours(stock, client, platform):
    platform.lab.faults({"path": ASK, "errcode": 45011})
    with pytest.raises(WeChatClientException) as theirs:
        stock.get("getcallbackip")
    with pytest.raises(CallFailed) as ours:
        client.get("getcallbackip")
    assert not isinstance(theirs.value, APILimitedException)
    assert ours.value.outcome is Outcome.MINUTE


def test_wechatpy_posts_json_without_a_type_and_ours_with(stock, client, platform, fan):
    fan.say("在吗")
    for sender in (stock, client):
        sender.message.send_text(fan.openid, "x")
    sent = [told["content_type"] for told in platform.told(SEND)]
    assert sent == ["", "application/json; charset=utf-8"]


def test_wechatpys_failures_hold_the_token_and_ours_do_not(stock, client, platform):
    platform.lab.faults({"path": ASK, "errcode": 48001})
    with pytest.raises(WeChatClientException) as theirs:
        stock.get("getcallbackip")
    with pytest.raises(CallFailed) as ours:
        client.get("getcallbackip")
    assert stock.access_token in theirs.value.request.url
    assert client.access_token not in str(vars(ours.value))


def test_wechatpys_token_comes_from_the_old_interface_and_ours_from_the_stable_one(stock, client, platform):
    for asker in (stock, client):
        asker.get("getcallbackip")
    assert [path for path in platform.paths() if "token" in path] == [
        "/cgi-bin/token",
        "/cgi-bin/stable_token",
    ]
