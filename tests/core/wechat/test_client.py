import io
import logging
import socket
import threading
import traceback
from collections import Counter

import pytest
import requests
from wechatpy import WeChatClient

from core.wechat.client import MemoryTokenStore, StableClient
from core.wechat.outcome import CallFailed, Outcome
from core.wechat.transport import OFFICIAL, TIMEOUT_S, RewritingAdapter, Sessions

from .conftest import APP, SECRET, TOKEN

PERSON, WORDS = "oPerson", "words of a person"  # named, so that no line of a traceback quotes them
ASK = "/cgi-bin/getcallbackip"
SEND = "/cgi-bin/message/custom/send"
JPEG, PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"


def at_once(count, work):
    """Run `work` in `count` threads that start together; what each returned or raised."""
    gate, results = threading.Barrier(count), []

    def run():
        gate.wait()
        try:
            results.append(work())
        except CallFailed as failure:
            results.append(failure)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def ask(client):
    """A question that the platform answers without anything having been set up."""
    return client.get("getcallbackip")["ip_list"]


def forced(platform):
    """For each time a token was asked for, whether by force."""
    return [told["json"]["force_refresh"] for told in platform.told(TOKEN)]


def failed(call):
    with pytest.raises(CallFailed) as failure:
        call()
    return failure.value


def test_the_token_comes_from_stable_token_without_force(client, platform):
    ask(client)
    asked = platform.told()[0]
    assert (asked["method"], asked["path"], asked["asked"]) == ("POST", TOKEN, {})
    assert asked["json"] == {
        "grant_type": "client_credential",
        "appid": APP,
        "secret": SECRET,
        "force_refresh": False,
    }


def test_the_token_is_kept(client, platform):
    for _ in range(3):
        ask(client)
    assert platform.paths() == [TOKEN, ASK, ASK, ASK]


def test_the_token_is_renewed_before_it_ends(client, platform, moment):
    ask(client)
    moment.forward(seconds=7200 - 100)
    ask(client)
    assert [row["errcode"] for row in platform.calls()] == [0] * 4
    assert platform.count(TOKEN) == 2


def test_eight_threads_at_a_cold_start_ask_once(client, platform):
    platform.lab.faults({"path": TOKEN, "latency_ms": 100})
    results = at_once(8, lambda: ask(client))
    assert results == [["127.0.0.1", "127.0.0.0/24"]] * 8
    assert (platform.count(TOKEN), platform.count(ASK)) == (1, 8)


def test_eight_threads_with_a_stale_token_renew_it_once(client, platform):
    ask(client)
    platform.replaces_the_token()
    platform.lab.faults({"path": TOKEN, "latency_ms": 200})
    results = at_once(8, lambda: ask(client))
    assert results == [["127.0.0.1", "127.0.0.0/24"]] * 8
    assert platform.count(TOKEN) == 2
    assert Counter(row["errcode"] for row in platform.calls(ASK)) == {0: 1 + 8, 40001: 8}


def test_eight_threads_do_not_queue_up_to_fail_one_by_one(client, platform):
    platform.lab.faults({"path": TOKEN, "errcode": -1, "latency_ms": 200})
    results = at_once(8, lambda: ask(client))
    assert {result.outcome for result in results} == {Outcome.TRANSIENT}
    assert platform.count(TOKEN) <= 2


def test_a_platform_that_always_says_40001_gets_a_bounded_number_of_calls(client, platform):
    platform.lab.faults({"path": ASK, "errcode": 40001})
    results = at_once(8, lambda: ask(client))
    assert {(result.outcome, result.code) for result in results} == {(Outcome.TOKEN, 40001)}
    assert platform.count(ASK) == 8
    assert platform.count(TOKEN) <= 2


def test_even_with_new_tokens_each_time_a_call_is_replayed_once(client, platform):
    platform.gives_new_tokens()
    platform.lab.faults({"path": ASK, "errcode": 40001})
    assert failed(lambda: ask(client)).code == 40001
    tokens = {told["asked"]["access_token"] for told in platform.told(ASK)}
    assert (len(tokens), platform.count(ASK), platform.count(TOKEN)) == (2, 2, 2)


def test_the_first_refusal_is_never_forced(client, platform):
    platform.lab.faults({"path": ASK, "errcode": 40001})
    failed(lambda: ask(client))
    assert forced(platform) == [False, False]


def test_a_token_given_again_is_forced_away_after_thirty_seconds(client, platform, moment):
    platform.answers(TOKEN, {"access_token": "DEAD" * 20, "expires_in": 7200}, times=2)
    assert failed(lambda: ask(client)).code == 40001
    moment.forward(seconds=29)
    failed(lambda: ask(client))
    assert platform.count(TOKEN) == 2
    moment.forward(seconds=1)
    assert ask(client)
    assert forced(platform) == [False, False, True]


def test_a_day_of_refusals_forces_five_times_at_most(client, platform, moment):
    platform.lab.faults({"path": ASK, "errcode": 40001})
    for _ in range(60):
        failed(lambda: ask(client))
        moment.forward(minutes=20)
    assert 1 <= forced(platform).count(True) <= 5


@pytest.mark.parametrize("code", [40014, 42001])
def test_other_words_for_a_stale_token_are_understood(client, platform, code):
    platform.gives_new_tokens()
    platform.lab.faults({"path": ASK, "errcode": code, "times": 1})
    assert ask(client)
    assert [row["errcode"] for row in platform.calls(ASK)] == [code, 0]


def test_a_token_that_ended_early_is_renewed(client, platform):
    ask(client)
    platform.lab.call("POST", f"/apps/{APP}/expire_tokens", {})
    assert ask(client)
    assert [row["errcode"] for row in platform.calls(ASK)] == [0, 42001, 0]


@pytest.mark.parametrize("code", [40001, 40125])
def test_a_wrong_secret_is_a_matter_of_configuration(platform, moment, code):
    if code == 40001:  # 40125 the lab says by itself
        platform.lab.faults({"path": TOKEN, "errcode": code})
    client = StableClient(APP, "wrong", clock=moment, api_base=platform.address)
    failure, rid = failed(lambda: ask(client)), platform.calls()[-1]["rid"]
    assert (failure.outcome, failure.code, failure.path, failure.rid) == (Outcome.CONFIG, code, TOKEN, rid)
    client.close()


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (200, "<html>"),
        (200, {"expires_in": 7200}),
        (200, {"access_token": "", "expires_in": 7200}),
        (200, {"access_token": "T"}),
        (200, {"access_token": 1, "expires_in": "x"}),
        (200, "[" * 100_000),
        (200, {"errcode": "x"}),
        (502, "bad gateway"),
    ],
    ids=lambda part: str(part)[:30],
)
def test_a_strange_answer_instead_of_a_token_is_a_typed_failure(client, platform, status, answer):
    platform.answers(TOKEN, answer, http=status)
    assert failed(lambda: ask(client)).outcome in {Outcome.TRANSIENT, Outcome.UNKNOWN}


def test_processes_share_a_token_through_the_store(platform, moment):
    store = MemoryTokenStore()
    clients = [
        StableClient(APP, SECRET, clock=moment, api_base=platform.address, store=store) for _ in range(2)
    ]
    for client in clients:
        ask(client)
        client.close()
    assert platform.paths() == [TOKEN, ASK, ASK]


def test_a_renewal_by_another_process_is_adopted_instead_of_asking(platform, moment):
    store = MemoryTokenStore()
    one, other = (
        StableClient(APP, SECRET, clock=moment, api_base=platform.address, store=store) for _ in range(2)
    )
    ask(one)
    ask(other)
    platform.replaces_the_token()
    ask(one)
    ask(other)
    assert platform.count(TOKEN) == 2
    one.close()
    other.close()


def test_a_replayed_upload_carries_the_whole_file(client, platform):
    ask(client)
    platform.replaces_the_token()
    data = JPEG + bytes(range(256)) * 400
    upload = client.post("media/upload", params={"type": "image"}, files={"media": io.BytesIO(data)})
    first, second = platform.told("/cgi-bin/media/upload")
    boundaries = [told["content_type"].partition("boundary=")[2] for told in (first, second)]
    heads = [told["request"].replace(boundaries.pop(0), "") for told in (first, second)]
    assert (first["errcode"], second["errcode"]) == (40001, 0)
    assert heads[0] == heads[1] and 'filename="media"' in heads[1]
    assert client.fetch("media/get", {"media_id": upload["media_id"]}, 1_000_000) == ("image/jpeg", data)


def test_an_upload_keeps_its_file_name_and_type(client, platform):
    client.post("media/upload", params={"type": "image"}, files=[("media", ("a.png", PNG, "image/png"))])
    body = platform.last()["request"]
    assert 'filename="a.png"' in body
    assert "image/png" in body


def test_json_goes_out_with_its_type_and_in_plain_characters(client, platform, fan):
    fan.say("在吗")
    client.message.send_text(fan.openid, "先别转账")
    told = platform.last()
    assert told["content_type"] == "application/json; charset=utf-8"
    assert "先别转账" in told["request"]
    assert fan.inbox()[-1]["text"] == "先别转账"


def test_every_family_goes_to_the_base_address(client, platform):
    done = {"errcode": 0, "category_list": []}
    unknown = ("/wxa/get_category", "/customservice/kfsession/getsession", "/cgi-bin/media/get")
    platform.lab.faults(*({"path": path, "body": done} for path in unknown))
    client.wxa.get_category()
    client.template.get_all_private_template()
    client.customservice.get_session("o")
    client.media.download("M")
    client.misc.get_wechat_ips()
    assert platform.paths()[1:] == [
        "/wxa/get_category",
        "/cgi-bin/template/get_all_private_template",
        "/customservice/kfsession/getsession",
        "/cgi-bin/media/get",
        "/cgi-bin/getcallbackip",
    ]


def rewritten(base, url, monkeypatch):
    seen = []
    monkeypatch.setattr(
        "requests.adapters.HTTPAdapter.send", lambda _self, request, **_: seen.append(request.url)
    )
    RewritingAdapter(base, 1).send(requests.Request("GET", url).prepare())
    return seen[0]


@pytest.mark.parametrize(
    ("base", "url", "sent"),
    [
        (OFFICIAL, f"{OFFICIAL}{ASK}?a=1", f"{OFFICIAL}{ASK}?a=1"),
        (OFFICIAL, "https://mp.weixin.qq.com/x", "https://mp.weixin.qq.com/x"),
        ("https://api2.weixin.qq.com", f"{OFFICIAL}{ASK}", f"https://api2.weixin.qq.com{ASK}"),
        ("https://api2.weixin.qq.com", "https://mp.weixin.qq.com/x", "https://mp.weixin.qq.com/x"),
        ("http://127.0.0.1:8001", f"{OFFICIAL}{ASK}?a=1", f"http://127.0.0.1:8001{ASK}?a=1"),
        ("http://127.0.0.1:8001/lab/", "https://mp.weixin.qq.com/x", "http://127.0.0.1:8001/lab/x"),
        ("http://fakeweixin.qq.com", "https://mp.weixin.qq.com/x", "http://fakeweixin.qq.com/x"),
    ],
)
def test_addresses_are_rewritten_to_the_base(base, url, sent, monkeypatch):
    assert rewritten(base, url, monkeypatch) == sent


def test_timeouts_are_three_and_five_seconds_by_default(moment):
    assert TIMEOUT_S == (3.0, 5.0)
    assert StableClient(APP, SECRET, clock=moment).timeout == TIMEOUT_S


@pytest.mark.parametrize("silent", [TOKEN, ASK, SEND])
def test_a_silent_platform_is_left_after_the_timeout(platform, moment, silent):
    client = StableClient(APP, SECRET, clock=moment, api_base=platform.address, timeout=(0.5, 0.5))
    ask(client) if silent != TOKEN else None
    platform.lab.faults({"path": silent, "silent": True})
    failure = failed(
        (lambda: client.message.send_text("o", "x")) if silent == SEND else (lambda: ask(client))
    )
    assert failure.outcome is (Outcome.UNSURE if silent == SEND else Outcome.TRANSIENT)
    assert failure.path == silent
    client.close()


def test_a_refused_connection_is_transient_even_for_a_send(moment):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    store = MemoryTokenStore()
    store.put("T", moment().replace(year=2027))
    client = StableClient(APP, SECRET, clock=moment, api_base=address, store=store)
    assert failed(lambda: client.message.send_text("o", "x")).outcome is Outcome.TRANSIENT


def test_an_unknown_host_is_transient(moment):
    store = MemoryTokenStore()
    store.put("T", moment().replace(year=2027))
    client = StableClient(APP, SECRET, clock=moment, api_base="http://lab.invalid", store=store)
    assert failed(lambda: client.message.send_text("o", "x")).outcome is Outcome.TRANSIENT


@pytest.mark.parametrize(("cut", "arrived"), [("before", 0), ("after", 1)])
def test_a_connection_cut_after_a_send_is_unsure(client, platform, fan, cut, arrived):
    fan.say("在吗")
    platform.lab.faults({"path": SEND, "cut": cut})
    assert failed(lambda: client.message.send_text(fan.openid, "x")).outcome is Outcome.UNSURE
    assert (platform.count(SEND), len(fan.inbox())) == (1, arrived)


@pytest.mark.parametrize("way", [{"http": 502}, {"truncate": True}], ids=["status", "half"])
def test_a_garbled_answer_to_a_send_is_unsure_and_to_a_question_transient(client, platform, fan, way):
    fan.say("在吗")
    platform.lab.faults({"path": SEND, **way}, {"path": ASK, **way})
    assert failed(lambda: client.message.send_text(fan.openid, "x")).outcome is Outcome.UNSURE
    assert failed(lambda: ask(client)).outcome is Outcome.TRANSIENT


@pytest.mark.parametrize(("status", "outcome"), [(404, "bad_request"), (302, "bad_request"), (429, "minute")])
def test_another_status_is_typed_and_redirects_are_not_followed(client, platform, status, outcome):
    platform.lab.faults({"path": ASK, "http": status, "headers": {"Location": "/elsewhere"}})
    assert failed(lambda: ask(client)).outcome == outcome
    assert platform.paths() == [TOKEN, ASK]


def test_an_existing_mass_key_counts_as_sent(client):
    order = {"filter": {"is_to_all": True}, "msgtype": "text", "text": {"content": "x"}, "clientmsgid": "k"}
    first, again = (client.post("message/mass/sendall", data=order) for _ in range(2))
    assert (first["errcode"], again["errcode"]) == (0, 45065)
    assert first["msg_id"] == again["msg_id"]


def test_busy_is_transient_when_the_send_carries_a_key(client, platform):
    platform.lab.faults({"path": "/cgi-bin/message/template/send", "errcode": -1})
    keyed = failed(lambda: client.post("message/template/send", data={"client_msg_id": "k"}))
    bare = failed(lambda: client.post("message/template/send", data={"note": '"client_msg_id":'}))
    assert (keyed.outcome, bare.outcome) == (Outcome.TRANSIENT, Outcome.UNSURE)


def test_a_failure_carries_code_path_and_rid(client, platform):
    platform.lab.faults({"path": ASK, "errcode": 48001})
    failure, rid = failed(lambda: ask(client)), platform.calls()[-1]["rid"]
    assert (failure.outcome, failure.code, failure.path, failure.rid) == (Outcome.CONFIG, 48001, ASK, rid)


def test_an_answer_without_the_expected_part_is_a_typed_failure(client, platform):
    platform.answers(ASK, {"errcode": 0, "errmsg": "ok"})
    assert failed(client.misc.get_wechat_ips).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("way", ["cut", "code", "status", "garbled", "refused token"])
def test_no_secret_appears_in_a_failure_or_its_traceback(client, platform, way):
    held = client.access_token
    ways = {
        "cut": {"cut": "after"},
        "code": {"errcode": 40003},
        "status": {"http": 500},
        "garbled": {"body": "{"},
    }
    if way == "refused token":
        platform.replaces_the_token()
        platform.lab.faults({"path": TOKEN, "errcode": 40125})
    else:
        platform.lab.faults({"path": SEND, **ways[way]})
    with pytest.raises(CallFailed) as failure:
        client.message.send_text(PERSON, WORDS)
    shown = "".join(traceback.format_exception(failure.value, chain=True)) + repr(failure.value)
    everything = shown + str(vars(failure.value)) + repr(failure.value.__context__)
    for hidden in (SECRET, held, PERSON, WORDS):
        assert hidden not in everything


def test_no_secret_appears_in_the_logs_at_any_level(client, platform, caplog):
    platform.lab.add_fans([PERSON])
    platform.lab.act(PERSON, do="say", text="在吗")
    platform.lab.faults({"path": ASK, "cut": "before"})
    with caplog.at_level(logging.DEBUG):
        client.message.send_text(PERSON, WORDS)
        client.user.get(PERSON)
        failed(lambda: ask(client))
    assert "/cgi-bin/user/info" in caplog.text
    for hidden in (SECRET, client.access_token, PERSON, WORDS):
        assert hidden not in caplog.text


def test_the_client_shows_nothing_of_itself(client):
    held = client.access_token
    assert repr(client) == "<StableClient>"
    assert held not in repr(client._tokens)


def test_each_thread_has_its_own_session():
    sessions = Sessions("http://127.0.0.1", 1)
    mine, others = sessions.mine(), []
    thread = threading.Thread(target=lambda: others.append(sessions.mine()))
    thread.start()
    thread.join()
    assert mine is sessions.mine()
    assert others[0] is not mine


def test_a_forked_process_opens_its_own_connections(monkeypatch):
    sessions = Sessions("http://127.0.0.1", 1)
    mine = sessions.mine()
    monkeypatch.setattr("core.wechat.transport.os.getpid", lambda: -1)
    assert sessions.mine() is not mine


def test_the_lab_is_never_reached_through_a_proxy():
    assert not Sessions("http://127.0.0.1:8001", 1).mine().trust_env
    assert Sessions(OFFICIAL, 1).mine().trust_env


def test_the_stock_client_also_works_against_the_platform(platform, fan):
    fan.say("在吗")
    stock = WeChatClient(APP, SECRET, timeout=1, auto_retry=False)
    stock._http.mount("https://", RewritingAdapter(platform.address, 1))
    assert stock.message.send_text(fan.openid, "x")["errcode"] == 0
    assert fan.inbox()[-1]["text"] == "x"
    stock._http.close()
