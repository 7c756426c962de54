"""The fixed forgery suite: every forged delivery is refused, every genuine one between them is answered."""

import base64
import time
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

import pytest
from sqlalchemy import func, select

from bench import postman
from bench.house import AES_KEY, APP_ID, TOKEN
from bot.talk.models import Inbound
from core.wechat import Doorman, Mode
from core.wechat.crypto import Crypto
from tests import make
from tests.handlers.conftest import few_types, house  # noqa: F401  fixtures
from wsgi import create_app

OTHER_APP = Crypto(TOKEN, "wxlab9999999999999", AES_KEY)
OTHER_KEY = Crypto(TOKEN, APP_ID, AES_KEY[::-1][:42] + "A")
OTHER_TOKEN = Crypto("another-token", APP_ID, AES_KEY)
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b"<xml><MsgType>text</MsgType><Content>&b;</Content></xml>"
)
XXE = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><xml><Content>&f;</Content></xml>'


@pytest.fixture
def door(kit, house, settings, request):  # noqa: F811
    """A test client of the whole application in one mode."""
    mode = getattr(request, "param", "safe")
    doorman = Doorman(TOKEN, APP_ID, AES_KEY, Mode(mode))
    return create_app(replace(house, doorman=doorman)).test_client()


def genuine(number, text="你好"):
    return postman.text_xml(make.openid(), text, 9_000_000 + number)


def changed(query, **fields):
    return urlencode(dict(parse_qsl(query)) | fields)


def without(query, *names):
    return urlencode([pair for pair in parse_qsl(query) if pair[0] not in names])


def flipped(body, at):
    start = body.index(b"<Encrypt><![CDATA[") + 18
    raw = bytearray(base64.b64decode(body[start : body.index(b"]]></Encrypt>")]))
    raw[at] ^= 1
    return body[:start] + base64.b64encode(raw) + b"]]></Encrypt></xml>"


def signed_again(body):
    """An attacker who knows the token but not the key: signs whatever stands in Encrypt."""
    start, end = body.index(b"<Encrypt><![CDATA[") + 18, body.index(b"]]></Encrypt>")
    timestamp, nonce = str(int(time.time())), "4711"
    query = {"timestamp": timestamp, "nonce": nonce, "encrypt_type": "aes"}
    query["signature"] = postman.signature(TOKEN, timestamp, nonce)
    query["msg_signature"] = postman.CRYPTO.sign(timestamp, nonce, body[start:end].decode())
    return urlencode(query), body


def safe_forgeries():
    xml = genuine(0)
    query, body = postman.sealed(xml)
    now = int(time.time())
    yield "no query at all", "", body
    yield "bad signature", changed(query, signature="0" * 40), body
    yield "bad msg_signature", changed(query, msg_signature="0" * 40), body
    yield "no msg_signature", without(query, "msg_signature"), body
    yield "old timestamp", *postman.sealed(xml, stamp=now - 301)
    yield "timestamp from the future", *postman.sealed(xml, stamp=now + 302)
    yield "timestamp changed", changed(query, timestamp=str(now - 1)), body
    yield "timestamp not a number", changed(query, timestamp="12e9"), body
    yield "nonce changed", changed(query, nonce="1"), body
    yield "nonce with a line break", changed(query, nonce="1\n2"), body
    yield "AES stripped, query left", query, xml
    yield "AES stripped, query too", *postman.plain(xml)
    yield "encrypt_type raw", changed(query, encrypt_type="raw"), body
    yield "another app id", *postman.sealed(xml, crypto=OTHER_APP)
    yield "another key", *postman.sealed(xml, crypto=OTHER_KEY)
    yield "another token", *postman.sealed(xml, crypto=OTHER_TOKEN)
    for at in (0, 15, 16, 20, 40, -1):
        yield f"bit flipped at {at}", query, flipped(body, at)
        yield f"bit flipped at {at}, signed again", *signed_again(flipped(body, at))
    yield "another message's body", query, postman.sealed(genuine(1))[1]
    for length in (1, 30, len(body) // 2, len(body) - 7):
        yield f"truncated to {length}", query, body[:length]
    yield "oversized", query, body + b" " * 70_000
    yield "oversized honest", *postman.sealed(postman.text_xml(make.openid(), "长" * 30_000, 1))
    yield "empty body", query, b""
    yield "DOCTYPE before the envelope", query, b"<!DOCTYPE x>" + body
    yield "entity bomb", query, BOMB
    yield "external entity", query, XXE
    yield "two Encrypt elements", query, body.replace(b"</xml>", b"<Encrypt><![CDATA[AAAA]]></Encrypt></xml>")
    yield (
        "nested Encrypt",
        query,
        body.replace(b"<Encrypt>", b"<a><Encrypt>").replace(b"</Encrypt>", b"</Encrypt></a>"),
    )
    yield "GBK", query, "<xml>你好</xml>".encode("gbk")
    yield "JSON", query, b'{"Encrypt":"x"}'
    for name, inner in malformed():
        yield f"sealed {name}", *postman.sealed(inner)


def malformed():
    xml = genuine(2)
    yield "DOCTYPE", b"<!DOCTYPE x>" + xml
    yield "entity bomb", BOMB
    yield "external entity", XXE
    yield "GBK", "<xml><MsgType>text</MsgType><Content>你好</Content></xml>".encode("gbk")
    yield "wrong root", xml.replace(b"<xml>", b"<abc>").replace(b"</xml>", b"</abc>")
    yield "no MsgType", xml.replace(b"MsgType", b"NoType")
    yield "no sender", xml.replace(b"FromUserName", b"Nobody")
    yield "two MsgTypes", xml.replace(b"</xml>", b"<MsgType>event</MsgType></xml>")
    yield "two senders", xml.replace(b"</xml>", b"<FromUserName>o2</FromUserName></xml>")
    yield (
        "nested Content",
        xml.replace(b"<Content>", b"<Content><b>").replace(b"</Content>", b"</b></Content>"),
    )
    yield "MsgId not a number", xml.replace(b"<MsgId>", b"<MsgId>abc")
    yield "MsgId beyond 64 bits", xml.replace(b"<MsgId>", b"<MsgId>99999999999999999999")
    yield "truncated", xml[:-9]
    yield "empty", b" "
    yield "JSON", b'{"MsgType":"text"}'
    yield "deep", b"<xml>" + b"<a>" * 3000 + b"</a>" * 3000 + b"</xml>"


def test_safe_mode_refuses_every_forgery_and_answers_every_genuine_one(door, kit, caplog):
    for number, (name, query, body) in enumerate(safe_forgeries(), 10):
        assert door.post(f"/wechat?{query}", data=body).status_code in (400, 403, 413), name
        query, body = postman.sealed(genuine(number))
        answer = door.post(f"/wechat?{query}", data=body)
        assert answer.status_code == 200 and b"Content" in postman.opened(answer.data), f"after {name}"
    assert not [record for record in caplog.records if record.exc_info]
    with kit.db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Inbound)) == number - 9


@pytest.mark.parametrize("door", ["plain", "compatible"], indirect=True)
def test_plain_text_is_refused_when_it_is_malformed_or_its_signature_was_used(door, kit, caplog):
    for number, (name, xml) in enumerate(malformed(), 100):
        query, body = postman.plain(xml)
        assert door.post(f"/wechat?{query}", data=body).status_code == 400, name
        query, body = postman.plain(genuine(number))
        first = door.post(f"/wechat?{query}", data=body)
        assert first.status_code == 200 and b"Content" in first.data
        assert door.post(f"/wechat?{query}", data=genuine(number + 500)).status_code == 403
        assert (
            door.post(f"/wechat?{query}", data=body.replace("你好".encode(), "谢谢".encode())).status_code
            == 403
        )
        assert b"Content" in door.post(f"/wechat?{query}", data=body).data
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.parametrize("door", ["compatible"], indirect=True)
def test_compatible_mode_takes_the_sealed_part_and_does_not_fall_back(door):
    xml = genuine(900)
    query, body = postman.sealed(xml)
    both = xml.replace(b"</xml>", body[body.index(b"<Encrypt>") :])
    assert b"Encrypt" in door.post(f"/wechat?{query}", data=both).data
    for forged_query, forged in ((changed(query, msg_signature="0" * 40), both), (query, xml)):
        assert door.post(f"/wechat?{forged_query}", data=forged).status_code == 403


def test_every_refusal_looks_the_same(door):
    query, body = postman.sealed(genuine(901))
    one = door.post(f"/wechat?{changed(query, signature='0' * 40)}", data=body)
    two = door.post(f"/wechat?{query}", data=flipped(body, 40))
    assert one.status_code == two.status_code == 403 and one.data == two.data


def test_the_address_is_proven_only_with_a_signature(door):
    query, _ = postman.plain(b"")
    assert door.get(f"/wechat?{query}&echostr=e123").text == "e123"
    assert door.get("/wechat?echostr=e123").status_code == 403
    assert door.get(f"/wechat?{changed(query, timestamp='1000000000')}&echostr=e123").status_code == 403
