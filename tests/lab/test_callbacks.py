"""Callbacks: three modes, five seconds, three tries, MarkFail and the failure notice."""

import time

import pytest
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import check_signature

from lab.crypto import signature
from tests.lab.kit import ACCOUNT, APP, KEY, text_reply

BROKEN = "该服务号提供的服务出现故障，请稍后再试"
TOKEN = "lab-token"


def test_a_plain_message_carries_what_the_platform_sends(lab, fan, server):
    lab.connect(server.url, "plain")
    fan.say("你好😀")
    got = server.got[0]
    check_signature(TOKEN, got.query["signature"], got.query["timestamp"], got.query["nonce"])
    assert got.query["openid"] == fan.openid and "encrypt_type" not in got.query
    assert got.xml["Content"] == "你好😀" and got.xml["ToUserName"] == ACCOUNT and len(got.xml["MsgId"]) >= 16


def test_the_reply_of_a_plain_message_is_shown_and_kept(lab, fan, server):
    server.answer = lambda got: text_reply(got, "收到")
    lab.connect(server.url, "plain")
    done = fan.say("在吗")
    assert (done["tries"], done["http"], done["shown"]) == (1, 200, "收到")
    assert done["reply"] == {"type": "text", "text": "收到"}
    assert [(row["via"], row["text"]) for row in fan.inbox()] == [("passive", "收到")]


def test_safe_mode_sends_only_the_envelope_and_takes_only_an_encrypted_reply(lab, fan, server):
    crypto = WeChatCrypto(TOKEN, KEY, APP)

    def answer(got):
        plain = crypto.decrypt_message(
            got.body, *(got.query[n] for n in ("msg_signature", "timestamp", "nonce"))
        )
        assert b"Content" not in got.body and "安全" in plain
        inside = type(got)("POST", {}, plain.encode())
        return crypto.encrypt_message(text_reply(inside, "密"), "n", "1").encode()

    server.answer = answer
    lab.app(APP, aes_key=KEY)
    lab.connect(server.url, "safe")
    assert fan.say("安全")["shown"] == "密"
    server.answer = lambda got: b"<xml><ToUserName>a</ToUserName></xml>"
    assert fan.say("明文")["shown"] == BROKEN


def test_compatible_mode_carries_both_bodies_and_takes_either_reply(lab, fan, server):
    server.answer = lambda got: text_reply(got, "明")
    lab.app(APP, aes_key=KEY)
    lab.connect(server.url, "compatible")
    assert fan.say("两种")["shown"] == "明"
    got = server.got[0]
    assert got.xml["Content"] == "两种" and got.query["encrypt_type"] == "aes"
    expected = signature(TOKEN, got.query["timestamp"], got.query["nonce"], got.xml["Encrypt"])
    assert got.query["msg_signature"] == expected


def test_the_query_time_is_real_while_create_time_is_the_labs(lab, fan, server, lab_clock):
    lab.connect(server.url, "plain")
    lab_clock.set("2030-01-01T00:00:00+08:00")
    before = int(time.time())
    fan.say("新年")
    assert before <= int(server.got[0].query["timestamp"]) <= time.time()
    assert server.got[0].xml["CreateTime"] == "1893427200"


@pytest.mark.parametrize("body", [b"", b"success"])
def test_success_and_nothing_show_nothing(lab, fan, server, body):
    server.answer = lambda got: body
    lab.connect(server.url)
    done = fan.say("嗯")
    assert (done["tries"], done["reply"], done["shown"], fan.inbox()) == (1, None, "", [])


@pytest.mark.parametrize(
    "wrong",
    [b'{"a":1}', b"hello", b"<xml></xml>", b"<xml><MsgType>text</MsgType></xml>", b"<!DOCTYPE x><xml/>"],
)
def test_an_answer_that_is_no_reply_shows_the_failure_at_once(lab, fan, server, wrong):
    server.answer = lambda got: wrong
    lab.connect(server.url)
    done = fan.say("嗯")
    assert (done["tries"], done["shown"], done["reply"]) == (1, BROKEN, None)


def test_a_reply_to_somebody_else_shows_the_failure(lab, fan, server):
    server.answer = lambda got: text_reply(got, "x").replace(fan.openid.encode(), b"oSomebodyElse")
    lab.connect(server.url)
    assert fan.say("嗯")["fault"] == "ToUserName or FromUserName does not fit"


def test_a_text_over_the_limit_shows_the_failure(lab, fan, server):
    server.answer = lambda got: text_reply(got, "长" * 683)
    lab.connect(server.url)
    assert fan.say("嗯")["shown"] == BROKEN


def test_three_tries_send_the_same_bytes_and_then_the_failure_is_shown(lab, fan, server):
    server.answer = lambda got: (500, b"")
    lab.settings(retry_pause_s=0.0)
    lab.connect(server.url)
    done = fan.say("有人吗")
    assert (done["tries"], done["http"], done["shown"]) == (3, 500, BROKEN)
    assert len({(got.body, str(got.query)) for got in server.got}) == 1


def test_no_answer_in_time_is_tried_again(lab, fan, server):
    server.answer = lambda got: (time.sleep(0.3) if len(server.got) == 1 else None) or b"success"
    lab.settings(callback_timeout_s=0.15, retry_pause_s=0.0)
    lab.connect(server.url)
    done = fan.say("慢")
    assert done["tries"] == 2 and done["trace"][0]["http"] is None and done["shown"] == ""


def test_repeated_failures_stop_pushing_for_one_minute(lab, fan, server, lab_clock):
    server.answer = lambda got: (500, b"")
    lab.settings(retry_pause_s=0.0, markfail_after=2)
    lab.connect(server.url)
    fan.say("1"), fan.say("2")
    server.answer = lambda got: text_reply(got, "好")
    silent = fan.say("3")
    assert (silent["markfail"], silent["tries"], silent["shown"]) == (True, 0, BROKEN)
    lab_clock.advance(61)
    assert fan.say("4")["shown"] == "好"


def test_verification_asks_for_the_echo(lab, server):
    server.answer = lambda got: got.query["echostr"].encode()
    lab.connect(server.url)
    assert lab.call("POST", f"/apps/{APP}/verify")["ok"]
    server.answer = lambda got: b"ok"
    assert not lab.call("POST", f"/apps/{APP}/verify")["ok"]


def test_a_replay_is_the_same_message_byte_for_byte(lab, fan, server):
    server.answer = lambda got: text_reply(got, "一")
    lab.connect(server.url)
    act = fan.say("重复")["act"]
    answers = lab.replay(act, times=3, concurrent=True)
    assert len({(got.body, str(got.query)) for got in server.got}) == 1 and len(server.got) == 4
    assert [answer["shown"] or answer["reply"]["text"] for answer in answers] == ["一"] * 3
    assert len(fan.inbox()) == 1


def test_a_fresh_replay_has_another_nonce_and_the_same_message(lab, fan, server):
    lab.connect(server.url)
    lab.replay(fan.say("重复")["act"], fresh=True)
    first, second = server.got
    assert first.body == second.body and first.query["nonce"] != second.query["nonce"]


@pytest.mark.parametrize(
    "way",
    [
        "bad_signature",
        "old_timestamp",
        "downgraded",
        "other_app",
        "bit_flip",
        "truncated",
        "doctype",
        "empty",
    ],
)
def test_every_way_of_tampering_changes_what_is_delivered(lab, fan, server, way):
    lab.app(APP, aes_key=KEY)
    lab.connect(server.url, "safe")
    lab.replay(fan.say("原样")["act"], tamper=way)
    first, second = server.got
    assert (first.body, first.query) != (second.body, second.query)


def test_an_act_can_be_delivered_late_and_so_out_of_order(lab, server):
    lab.connect(server.url)
    one = lab.fan(follow=True, quiet=True)
    begin = time.monotonic()
    one.act(do="say", text="晚", delay_s=0.2)
    assert time.monotonic() - begin >= 0.2 and server.got[0].xml["Content"] == "晚"
