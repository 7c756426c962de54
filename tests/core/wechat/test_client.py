import io
import logging
import re
import socket
import threading
import time
import traceback

import pytest
import requests
from wechatpy import WeChatClient

from core.wechat.client import MemoryTokenStore, StableClient
from core.wechat.outcome import CallFailed, Outcome
from core.wechat.transport import OFFICIAL, TIMEOUT_S, RewritingAdapter, Sessions

from .conftest import SECRET
from .platform import RID, as_json, error

PERSON, WORDS = "oPerson", "words of a person"  # named, so that no line of a traceback quotes them
TOKEN = "/cgi-bin/stable_token"
MENU = "/cgi-bin/menu/get"
SEND = "/cgi-bin/message/custom/send"


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


def given(*tokens):
    return [as_json(access_token=token, expires_in=7200) for token in tokens]


def failed(call):
    with pytest.raises(CallFailed) as failure:
        call()
    return failure.value


def test_the_token_comes_from_stable_token_without_force(client, platform):
    client.get("menu/get")
    asked = platform.calls[0]
    assert (asked.method, asked.path, asked.query) == ("POST", TOKEN, {})
    assert asked.json == {
        "grant_type": "client_credential",
        "appid": "wx1",
        "secret": SECRET,
        "force_refresh": False,
    }


def test_the_token_is_kept(client, platform):
    for _ in range(3):
        client.get("menu/get")
    assert platform.paths() == [TOKEN, MENU, MENU, MENU]


def test_the_token_is_renewed_before_it_ends(client, platform, moment):
    client.get("menu/get")
    moment.forward(seconds=7200 - 100)
    client.get("menu/get")
    assert platform.count(TOKEN) == 2


def test_eight_threads_at_a_cold_start_ask_once(client, platform):
    platform.slow_s = 0.1
    results = at_once(8, lambda: client.get("menu/get"))
    assert [result["errcode"] for result in results] == [0] * 8
    assert (platform.count(TOKEN), platform.count(MENU)) == (1, 8)


def test_eight_threads_with_a_stale_token_renew_it_once(client, platform):
    client.get("menu/get")
    platform.token, platform.slow_s = "TOKEN-2", 0.1
    results = at_once(8, lambda: client.get("menu/get"))
    assert [result["errcode"] for result in results] == [0] * 8
    assert platform.count(TOKEN) == 2
    assert platform.count(MENU) == 1 + 16


def test_eight_threads_do_not_queue_up_to_fail_one_by_one(client, platform):
    platform.slow_s, platform.token_answers = 0.1, [error(-1)] * 8
    started = time.perf_counter()
    results = at_once(8, lambda: client.get("menu/get"))
    assert {result.outcome for result in results} == {Outcome.TRANSIENT}
    assert platform.count(TOKEN) <= 2
    assert time.perf_counter() - started < 0.6


def test_a_platform_that_always_says_40001_gets_a_bounded_number_of_calls(client, platform):
    platform.routes[MENU] = lambda _: error(40001)
    results = at_once(8, lambda: client.get("menu/get"))
    assert {(result.outcome, result.code) for result in results} == {(Outcome.TOKEN, 40001)}
    assert platform.count(MENU) == 8
    assert platform.count(TOKEN) <= 2


def test_even_with_new_tokens_each_time_a_call_is_replayed_once(client, platform):
    platform.token_answers = given("T1", "T2", "T3")
    assert failed(lambda: client.get("menu/get")).code == 40001
    assert (platform.count(MENU), platform.count(TOKEN)) == (2, 2)


def test_the_first_refusal_is_never_forced(client, platform):
    platform.routes[MENU] = lambda _: error(40001)
    failed(lambda: client.get("menu/get"))
    assert [call.json["force_refresh"] for call in platform.calls if call.path == TOKEN] == [False, False]


def test_a_token_given_again_is_forced_away_after_thirty_seconds(client, platform, moment):
    platform.token, platform.token_answers = "GOOD", given("DEAD", "DEAD", "GOOD")
    failed(lambda: client.get("menu/get"))
    moment.forward(seconds=29)
    failed(lambda: client.get("menu/get"))
    assert platform.count(TOKEN) == 2
    moment.forward(seconds=1)
    assert client.get("menu/get")["errcode"] == 0
    assert [call.json["force_refresh"] for call in platform.calls if call.path == TOKEN] == [
        False,
        False,
        True,
    ]


def test_a_day_of_refusals_forces_five_times_at_most(client, platform, moment):
    platform.routes[MENU] = lambda _: error(40001)
    for _ in range(60):
        failed(lambda: client.get("menu/get"))
        moment.forward(minutes=20)
    forced = [call for call in platform.calls if call.path == TOKEN and call.json["force_refresh"]]
    assert 1 <= len(forced) <= 5


@pytest.mark.parametrize("code", [40014, 42001])
def test_other_words_for_a_stale_token_are_understood(client, platform, code):
    answers = [error(code), as_json(errcode=0)]
    platform.token_answers = given("TOKEN-1", "TOKEN-2")

    def menu(_):
        platform.token = "TOKEN-2"
        return answers.pop(0)

    platform.routes[MENU] = menu
    assert client.get("menu/get")["errcode"] == 0


def test_a_wrong_secret_is_a_matter_of_configuration(client, platform):
    platform.token_answers = [error(40001)]
    failure = failed(lambda: client.get("menu/get"))
    assert (failure.outcome, failure.path, failure.rid) == (Outcome.CONFIG, TOKEN, RID)


@pytest.mark.parametrize(
    "answer",
    [
        (200, "text/html", b"<html>"),
        as_json(expires_in=7200),
        as_json(access_token="", expires_in=7200),
        as_json(access_token="T"),
        as_json(access_token=1, expires_in="x"),
        (200, "application/json", b"[" * 100_000),
        (200, "application/json", b'{"errcode": "x"}'),
        (502, "text/html", b"bad gateway"),
    ],
    ids=lambda answer: str(answer[2][:20]),
)
def test_a_strange_answer_instead_of_a_token_is_a_typed_failure(client, platform, answer):
    platform.token_answers = [answer]
    assert failed(lambda: client.get("menu/get")).outcome in {Outcome.TRANSIENT, Outcome.UNKNOWN}


def test_processes_share_a_token_through_the_store(platform, moment):
    store = MemoryTokenStore()
    clients = [
        StableClient("wx1", SECRET, clock=moment, api_base=platform.address, store=store) for _ in range(2)
    ]
    for client in clients:
        client.get("menu/get")
        client.close()
    assert platform.paths() == [TOKEN, MENU, MENU]


def test_a_renewal_by_another_process_is_adopted_instead_of_asking(platform, moment):
    store = MemoryTokenStore()
    one, other = (
        StableClient("wx1", SECRET, clock=moment, api_base=platform.address, store=store) for _ in range(2)
    )
    one.get("menu/get")
    other.get("menu/get")
    platform.token = "TOKEN-2"
    one.get("menu/get")
    other.get("menu/get")
    assert platform.count(TOKEN) == 2
    one.close()
    other.close()


def test_a_replayed_upload_carries_the_whole_file(client, platform):
    client.get("menu/get")
    platform.token = "TOKEN-2"
    data = bytes(range(256)) * 400
    client.post("media/upload", params={"type": "image"}, files={"media": io.BytesIO(data)})
    first, second = [call for call in platform.calls if call.path == "/cgi-bin/media/upload"]
    boundary = [re.search(rb"--(\w+)", call.body)[1] for call in (first, second)]
    assert first.body.replace(boundary[0], b"") == second.body.replace(boundary[1], b"")
    assert data in second.body
    assert b'filename="media"' in second.body


def test_an_upload_keeps_its_file_name_and_type(client, platform):
    client.post("media/upload", files=[("media", ("a.png", b"PNG", "image/png"))])
    body = platform.calls[-1].body
    assert b'filename="a.png"' in body
    assert b"image/png" in body


def test_json_goes_out_with_its_type_and_in_plain_characters(client, platform):
    client.message.send_text("o1", "先别转账")
    call = platform.calls[-1]
    assert call.content_type == "application/json; charset=utf-8"
    assert "先别转账".encode() in call.body


def test_every_family_goes_to_the_base_address(client, platform):
    platform.routes["/wxa/get_category"] = lambda _: as_json(errcode=0, category_list=[])
    platform.routes["/cgi-bin/getcallbackip"] = lambda _: as_json(ip_list=["1.1.1.1"])
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
        (OFFICIAL, f"{OFFICIAL}{MENU}?a=1", f"{OFFICIAL}{MENU}?a=1"),
        (OFFICIAL, "https://mp.weixin.qq.com/x", "https://mp.weixin.qq.com/x"),
        ("https://api2.weixin.qq.com", f"{OFFICIAL}{MENU}", f"https://api2.weixin.qq.com{MENU}"),
        ("https://api2.weixin.qq.com", "https://mp.weixin.qq.com/x", "https://mp.weixin.qq.com/x"),
        ("http://127.0.0.1:8001", f"{OFFICIAL}{MENU}?a=1", f"http://127.0.0.1:8001{MENU}?a=1"),
        ("http://127.0.0.1:8001/lab/", "https://mp.weixin.qq.com/x", "http://127.0.0.1:8001/lab/x"),
        ("http://fakeweixin.qq.com", "https://mp.weixin.qq.com/x", "http://fakeweixin.qq.com/x"),
    ],
)
def test_addresses_are_rewritten_to_the_base(base, url, sent, monkeypatch):
    assert rewritten(base, url, monkeypatch) == sent


def test_timeouts_are_three_and_five_seconds_by_default(moment):
    assert TIMEOUT_S == (3.0, 5.0)
    assert StableClient("wx1", SECRET, clock=moment).timeout == TIMEOUT_S


@pytest.mark.parametrize("silent", [TOKEN, MENU, SEND])
def test_a_silent_platform_is_left_after_the_timeout(client, platform, silent):
    client.get("menu/get") if silent != TOKEN else None
    hold = threading.Event()

    def wait(_):
        hold.wait(3)
        return as_json(errcode=0)

    platform.routes[MENU] = platform.routes[SEND] = wait
    platform.slow_s = 2.0
    started = time.perf_counter()
    call = (
        (lambda: client.message.send_text("o", "x")) if silent == SEND else (lambda: client.get("menu/get"))
    )
    failure = failed(call)
    hold.set()
    assert time.perf_counter() - started < 1.5
    assert failure.outcome is (Outcome.UNSURE if silent == SEND else Outcome.TRANSIENT)
    assert failure.path == silent


def test_a_refused_connection_is_transient_even_for_a_send(moment):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    store = MemoryTokenStore()
    store.put("T", moment().replace(year=2027))
    client = StableClient("wx1", SECRET, clock=moment, api_base=address, store=store)
    assert failed(lambda: client.message.send_text("o", "x")).outcome is Outcome.TRANSIENT


def test_an_unknown_host_is_transient(moment):
    store = MemoryTokenStore()
    store.put("T", moment().replace(year=2027))
    client = StableClient("wx1", SECRET, clock=moment, api_base="http://lab.invalid", store=store)
    assert failed(lambda: client.message.send_text("o", "x")).outcome is Outcome.TRANSIENT


def test_a_connection_cut_after_a_send_is_unsure(client, platform):
    platform.routes[SEND] = lambda _: None
    assert failed(lambda: client.message.send_text("o", "x")).outcome is Outcome.UNSURE
    assert platform.count(SEND) == 1


@pytest.mark.parametrize("answer", [(502, "text/html", b"oops"), (200, "application/json", b'{"errco')])
def test_a_garbled_answer_to_a_send_is_unsure_and_to_a_question_transient(client, platform, answer):
    platform.routes[SEND] = platform.routes[MENU] = lambda _: answer
    assert failed(lambda: client.message.send_text("o", "x")).outcome is Outcome.UNSURE
    assert failed(lambda: client.get("menu/get")).outcome is Outcome.TRANSIENT


@pytest.mark.parametrize(("status", "outcome"), [(404, "bad_request"), (302, "bad_request"), (429, "minute")])
def test_another_status_is_typed_and_redirects_are_not_followed(client, platform, status, outcome):
    platform.routes[MENU] = lambda _: (status, "text/html", b"")
    assert failed(lambda: client.get("menu/get")).outcome == outcome
    assert platform.paths() == [TOKEN, MENU]


def test_an_existing_mass_key_counts_as_sent(client, platform):
    path = "/cgi-bin/message/mass/sendall"
    platform.routes[path] = lambda _: as_json(errcode=45065, errmsg="clientmsgid exist", msg_id=7)
    assert client.post("message/mass/sendall", data={"clientmsgid": "k"})["msg_id"] == 7


def test_busy_is_transient_when_the_send_carries_a_key(client, platform):
    platform.routes["/cgi-bin/message/template/send"] = lambda _: error(-1)
    keyed = failed(lambda: client.post("message/template/send", data={"client_msg_id": "k"}))
    bare = failed(lambda: client.post("message/template/send", data={"note": '"client_msg_id":'}))
    assert (keyed.outcome, bare.outcome) == (Outcome.TRANSIENT, Outcome.UNSURE)


def test_a_failure_carries_code_path_and_rid(client, platform):
    platform.routes[MENU] = lambda _: error(48001)
    failure = failed(lambda: client.get("menu/get"))
    assert (failure.outcome, failure.code, failure.path, failure.rid) == (Outcome.CONFIG, 48001, MENU, RID)


def test_an_answer_without_the_expected_part_is_a_typed_failure(client):
    assert failed(client.misc.get_wechat_ips).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("way", ["cut", "code", "status", "garbled", "refused token"])
def test_no_secret_appears_in_a_failure_or_its_traceback(client, platform, way):
    client.get("menu/get")
    answers = {"cut": None, "code": error(40003), "status": (500, "a", b""), "garbled": (200, "a", b"{")}
    platform.routes[SEND] = lambda _: answers.get(way)
    if way == "refused token":
        platform.token, platform.token_answers = "TOKEN-2", [error(40125)]
    with pytest.raises(CallFailed) as failure:
        client.message.send_text(PERSON, WORDS)
    shown = "".join(traceback.format_exception(failure.value, chain=True)) + repr(failure.value)
    everything = shown + str(vars(failure.value)) + repr(failure.value.__context__)
    for hidden in (SECRET, "TOKEN-" + "1", PERSON, WORDS):
        assert hidden not in everything


def test_no_secret_appears_in_the_logs_at_any_level(client, platform, caplog):
    with caplog.at_level(logging.DEBUG):
        client.message.send_text(PERSON, WORDS)
        client.user.get(PERSON)
        platform.routes[MENU] = lambda _: None
        failed(lambda: client.get("menu/get"))
    assert "/cgi-bin/user/info" in caplog.text
    for hidden in (SECRET, platform.token, PERSON, WORDS):
        assert hidden not in caplog.text


def test_the_client_shows_nothing_of_itself(client):
    client.get("menu/get")
    assert repr(client) == "<StableClient>"
    assert "TOKEN-1" not in repr(client._tokens)


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


def test_the_stock_client_also_works_against_the_platform(platform):
    platform.routes["/cgi-bin/token"] = lambda _: as_json(access_token=platform.token, expires_in=7200)
    stock = WeChatClient("wx1", SECRET, timeout=1, auto_retry=False)
    stock._http.mount("https://", RewritingAdapter(platform.address, 1))
    assert stock.message.send_text("o", "x")["errcode"] == 0
    stock._http.close()
