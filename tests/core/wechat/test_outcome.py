import pickle

import pytest

from core.wechat.outcome import TABLE, CallFailed, Outcome, outcome_of

SEND = "/cgi-bin/message/custom/send"


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (0, "ok"),
        (40001, "token"),
        (42001, "token"),
        (45011, "minute"),
        (45009, "quota"),
        (45028, "quota"),
        (45015, "window"),
        (45047, "window"),
        (40003, "gone"),
        (43004, "gone"),
        (43101, "refused"),
        (43019, "refused"),
        (40164, "config"),
        (48001, "config"),
        (89507, "config"),
        (45002, "bad_request"),
        (65318, "bad_request"),
        (40028, "bad_request"),
        (200022, "bad_request"),
        (200013, "banned"),
        (45168, "content"),
        (43108, "transient"),
        (45065, "ok"),
        (45080, "ignore"),
        (40252, "wait"),
        (40163, "login"),
        (40029, "login"),
        (777777, "unknown"),
        (-40001, "unknown"),
    ],
)
def test_a_code_has_one_meaning(code, outcome):
    assert outcome_of(code, SEND) == outcome


def test_no_code_stands_twice_in_the_table():
    codes = [c for given in TABLE.values() for e in given for c in (e if isinstance(e, range) else [e])]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("path", ["/cgi-bin/token", "https://api.weixin.qq.com/cgi-bin/stable_token"])
def test_a_bad_credential_where_no_token_is_used_is_a_wrong_secret(path):
    assert outcome_of(40001, path) is Outcome.CONFIG


@pytest.mark.parametrize("code", [-1, 20001, None])
@pytest.mark.parametrize("path", [SEND, "message/template/send", "/cgi-bin/message/subscribe/bizsend"])
def test_busy_after_a_send_that_cannot_be_repeated_is_unsure(code, path):
    assert outcome_of(code, path) is Outcome.UNSURE


def test_busy_after_a_send_with_a_key_may_be_repeated():
    assert outcome_of(-1, "/cgi-bin/message/mass/sendall", keyed=True) is Outcome.TRANSIENT


def test_busy_after_a_question_may_be_repeated():
    assert outcome_of(-1, "/cgi-bin/user/info?openid=o") is Outcome.TRANSIENT


def test_a_link_that_may_not_be_made_is_a_ban():
    assert outcome_of(40013, "/wxa/generate_urllink") is Outcome.BANNED
    assert outcome_of(40013, "/cgi-bin/token") is Outcome.CONFIG


def test_a_failure_shows_its_path_without_the_query():
    failure = CallFailed(Outcome.GONE, 43004, "/cgi-bin/user/info?access_token=T&openid=o", "1-2-3")
    assert str(failure) == "gone: errcode 43004 at /cgi-bin/user/info, rid 1-2-3"
    assert "openid" not in repr(failure)


def test_a_failure_can_travel_between_processes():
    failure = pickle.loads(pickle.dumps(CallFailed(Outcome.QUOTA, 45009, SEND, "r")))
    assert (failure.outcome, failure.code, failure.path, failure.rid) == (Outcome.QUOTA, 45009, SEND, "r")
