"""Orders and calls that make no sense: a clear refusal, and a lab that goes on as before."""

import pytest
import requests

from lab.accounts import looks_real
from lab.options import new_aes_key
from tests.lab.test_credentials import stable


@pytest.mark.parametrize(
    ("method", "path", "order"),
    [
        ("POST", "/clock", {"advance": "1e400"}),
        ("POST", "/clock", {"advance": -1e12}),
        ("POST", "/clock", {"advance": 1e12}),
        ("PUT", "/faults", [{"percent": "x"}]),
        ("PUT", "/faults", [{"path": 5}]),
        ("PUT", "/faults", [{"times": "x"}]),
        ("PUT", "/faults", [{"latency_ms": "x"}]),
        ("PUT", "/faults", [{"latency_ms": -1}]),
        ("PUT", "/faults", [{"http": 9999}]),
        ("PUT", "/faults", [{"headers": {"Bad Name": "x"}}]),
        ("PUT", "/settings", {"sensitive_words": "("}),
        ("PUT", "/settings", {"callback_timeout_s": -1}),
    ],
)
def test_an_order_that_makes_no_sense_is_refused_and_changes_nothing(lab, method, path, order):
    answer = requests.request(method, f"{lab.url}/__lab{path}", json=order, timeout=10)
    assert answer.status_code == 400 and answer.json()["error"]
    assert requests.get(f"{lab.url}/__lab/state", timeout=10).status_code == 200
    assert lab.call("GET", "/faults") in ([], {"rules": []}) or not lab.call("GET", "/faults").get("rules")


@pytest.mark.parametrize(
    "act",
    [
        {"do": "grant", "templates": 5},
        {"do": "grant", "templates": "ab"},
        {"do": "place", "x": "abc"},
        {"do": "say", "text": "x", "delay_s": "x"},
    ],
)
def test_an_act_that_makes_no_sense_is_refused(lab, fan, act):
    answer = requests.post(f"{lab.url}/__lab/fans/{fan.openid}/act", json=act, timeout=10)
    assert answer.status_code == 400 and answer.json()["error"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (
            "message/custom/send",
            {"touser": "", "msgtype": "text", "text": {"content": "x"}, "customservice": 1},
        ),
        (
            "message/custom/send",
            {"touser": "", "msgtype": "text", "text": {"content": "x"}, "aimsgcontext": 2},
        ),
        ("message/mass/send", {"touser": [{}, {}], "msgtype": "text", "text": {"content": "x"}}),
        ("message/mass/sendall", {"filter": {"tag_id": [1]}, "msgtype": "text", "text": {"content": "x"}}),
        ("tags/members/batchtagging", {"openid_list": [], "tagid": [1]}),
    ],
)
def test_a_body_of_wrong_kinds_gets_an_errcode_as_the_platform_gives_one(lab, fan, api, path, body):
    fan.say("在吗")
    answer = api.post(f"/cgi-bin/{path}", body | ({"touser": fan.openid} if body.get("touser") == "" else {}))
    assert answer["errcode"] != 0


def test_two_forced_renewals_kill_a_leaked_token(lab, lab_clock, api):
    """wechat.md 2.1: two forced calls 30 s apart kill a leaked token."""
    leaked = stable(api)["access_token"]
    for _ in range(2):
        lab_clock.advance(31)
        stable(api, force=True)
    asked = requests.get(f"{lab.url}/cgi-bin/getcallbackip?access_token={leaked}", timeout=10).json()
    assert asked["errcode"] == 40001


def test_a_key_has_letters_and_digits_only():
    assert all(key.isalnum() and len(key) == 43 for key in (new_aes_key() for _ in range(200)))
    assert looks_real("wx9f3a7c21d0b84e65") and not looks_real("wx0123456789abcdef")
