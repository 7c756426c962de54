"""Tokens, rights, quotas and rids. Marks: [D] official page, [P] probed, [C] community, [K] unchecked."""

import re

import pytest

from tests.lab.kit import APP, SECRET, Api

HINT = (
    "invalid credential, access_token is invalid or not latest, could get access_token by getStableAccessToken, "
    "more details at https://mmbizurl.cn/s/JtxxFh33r rid: "
)
RID = r"[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}"


def plain_token(api: Api, **changes: str) -> dict:
    query = {"grant_type": "client_credential", "appid": APP, "secret": SECRET} | changes
    return api.http.get(api.url + "/cgi-bin/token", params=query).json()


def stable(api: Api, force: bool = False) -> dict:
    order = {"grant_type": "client_credential", "appid": APP, "secret": SECRET, "force_refresh": force}
    return api.http.post(api.url + "/cgi-bin/stable_token", json=order).json()


def works(api: Api, token: str) -> int:
    params = {"access_token": token}
    return api.http.get(api.url + "/cgi-bin/getcallbackip", params=params).json().get("errcode", 0)


def test_the_error_texts_are_the_platforms_own_p(api):
    assert re.fullmatch(f"invalid appid rid: {RID}", plain_token(api, appid="wx0")["errmsg"])
    missing = api.http.get(api.url + "/cgi-bin/getcallbackip").json()
    assert missing["errcode"] == 41001 and re.fullmatch(f"access_token missing rid: {RID}", missing["errmsg"])
    wrong = api.http.get(api.url + "/cgi-bin/getcallbackip", params={"access_token": "x" * 120}).json()
    assert wrong["errcode"] == 40001 and wrong["errmsg"].startswith(HINT)
    assert works(api, "short") == 40014
    sns = api.http.get(api.url + "/sns/oauth2/access_token", params={"appid": "wx0"}).json()
    assert re.fullmatch(f"invalid appid, rid: {RID}", sns["errmsg"])


def test_the_app_id_is_checked_before_the_grant_type_p(api):
    assert plain_token(api, appid="wx0", grant_type="x")["errcode"] == 40013
    assert plain_token(api, grant_type="x")["errcode"] == 40002
    assert plain_token(api, secret="no")["errcode"] == 40125


def test_a_frozen_secret_and_a_foreign_address_get_no_token_d(lab, api):
    lab.app(APP, secret_frozen=True)
    assert plain_token(api)["errcode"] == 40243
    lab.app(APP, secret_frozen=False, ip_list=["10.0.0.1"])
    refused = plain_token(api)
    assert refused["errcode"] == 40164 and "127.0.0.1" in refused["errmsg"]


def test_a_new_token_leaves_the_old_one_five_minutes_k(api, lab_clock):
    old, new = plain_token(api)["access_token"], plain_token(api)["access_token"]
    assert old != new and works(api, old) == 0
    lab_clock.advance(301)
    assert works(api, old) == 40001 and works(api, new) == 0


def test_strictly_only_the_latest_token_works_when_switched_k(lab, api):
    lab.settings(token_strict_latest=True)
    old = plain_token(api)["access_token"]
    plain_token(api)
    assert works(api, old) == 40001


def test_a_token_expires_after_two_hours_d(api, lab_clock):
    token = plain_token(api)["access_token"]
    lab_clock.advance(7201)
    assert works(api, token) == 42001


def test_stable_token_is_apart_from_token_and_stays_the_same_d(api, lab_clock):
    first = stable(api)
    plain_token(api), plain_token(api)
    lab_clock.advance(3600)
    again = stable(api)
    assert again["access_token"] == first["access_token"] and again["expires_in"] == 3600


def test_stable_token_renews_in_the_last_five_minutes_and_both_work_d(api, lab_clock):
    old = stable(api)["access_token"]
    lab_clock.advance(7200 - 299)
    new = stable(api)
    assert new["access_token"] != old and new["expires_in"] == 7200
    assert works(api, old) == works(api, new["access_token"]) == 0


def test_forcing_needs_thirty_seconds_and_is_counted_d(api, lab_clock):
    first = stable(api)["access_token"]
    second = stable(api, force=True)["access_token"]
    assert second != first and stable(api, force=True)["access_token"] == second
    for _ in range(19):
        lab_clock.advance(31)
        assert "access_token" in stable(api, force=True)
    lab_clock.advance(31)
    assert stable(api, force=True)["errcode"] == 45009


def test_two_forced_calls_kill_a_leaked_token_d(api, lab_clock):
    leaked = stable(api)["access_token"]
    stable(api, force=True)
    lab_clock.advance(31)
    stable(api, force=True)
    lab_clock.advance(301)
    assert works(api, leaked) == 40001


@pytest.mark.parametrize(
    ("kind", "path", "expected"),
    [
        ("sandbox", "/cgi-bin/message/subscribe/bizsend", 48001),
        ("sandbox", "/cgi-bin/message/mass/sendall", 48001),
        ("subscription", "/cgi-bin/message/template/send", 48001),
        ("subscription", "/cgi-bin/message/mass/send", 48001),
        ("subscription", "/cgi-bin/qrcode/create", 48001),
        ("service", "/wxa/getwxacodeunlimit", 48001),
        ("miniprogram", "/cgi-bin/menu/create", 48001),
        ("service", "/cgi-bin/menu/create", 40016),
        ("miniprogram", "/wxa/getwxacodeunlimit", 40169),
    ],
)
def test_each_kind_of_account_has_its_rights_c(lab, api, kind, path, expected):
    lab.app(APP, kind=kind)
    assert api.post(path, {"a": 1})["errcode"] == expected


def test_an_unverified_account_may_not_send_templates_d(lab, api):
    lab.app(APP, verified=False)
    assert api.post("/cgi-bin/message/template/send", {})["errcode"] == 48001


def test_the_daily_quota_ends_at_midnight_in_beijing_d(lab, api, lab_clock):
    lab_clock.set("2026-11-22T23:00:00+08:00")
    lab.call("PUT", f"/apps/{APP}/quotas", {"/cgi-bin/user/get": 2})
    codes = [api.get("/cgi-bin/user/get").get("errcode", 0) for _ in range(3)]
    assert codes == [0, 0, 45009]
    lab_clock.advance(3601)
    assert "total" in api.get("/cgi-bin/user/get")


def test_the_quota_table_depends_on_the_kind_of_account_c(lab, api):
    def limit(path: str) -> int:
        return api.post("/cgi-bin/openapi/quota/get", {"cgi_path": path})["quota"]["daily_limit"]

    assert (limit("/cgi-bin/user/get"), limit("/cgi-bin/message/custom/send")) == (500, 500_000)
    lab.app(APP, kind="sandbox")
    assert (limit("/cgi-bin/user/get"), limit("/cgi-bin/message/custom/send")) == (100, 50_000)


def test_sixty_mass_calls_a_minute_d(lab, api, lab_clock):
    codes = [api.post("/cgi-bin/message/mass/sendall", {})["errcode"] for _ in range(61)]
    assert codes == [40035] * 60 + [45011]
    lab_clock.advance(60)
    assert api.post("/cgi-bin/message/mass/sendall", {})["errcode"] == 40035


def test_quotas_can_be_cleared_ten_times_a_month_d(lab, api, lab_clock):
    lab_clock.set("2026-11-30T12:00:00+08:00")
    api.get("/cgi-bin/user/get")
    assert api.post("/cgi-bin/clear_quota", {"appid": APP})["errcode"] == 0
    asked = api.post("/cgi-bin/openapi/quota/get", {"cgi_path": "/cgi-bin/user/get"})
    assert asked["quota"]["used"] == 0
    codes = [api.post("/cgi-bin/clear_quota", {"appid": APP})["errcode"] for _ in range(10)]
    assert codes == [0] * 9 + [48006]
    lab_clock.advance(86400)
    api = Api(api.url)
    assert api.post("/cgi-bin/clear_quota/v2", {"appid": APP, "appsecret": SECRET})["errcode"] == 0
    api.close()


def test_a_rid_tells_the_call_it_came_from_for_seven_days_d(api, lab_clock):
    rid = api.post("/cgi-bin/tags/create", {"tag": {}})["errmsg"].split("rid: ")[1]
    told = api.post("/cgi-bin/openapi/rid/get", {"rid": rid})["request"]
    assert (
        "tag" in told["request_body"]
        and rid in told["response_body"]
        and "access_token=***" in told["request_url"]
    )
    assert api.post("/cgi-bin/openapi/rid/get", {"rid": "0-0-1"})["errcode"] == 76001
    lab_clock.advance(7 * 86400 + 1)
    assert Api(api.url).post("/cgi-bin/openapi/rid/get", {"rid": rid})["errcode"] == 76002


def test_the_body_is_read_as_json_whatever_its_type_says_m(api, fan):
    fan.say("x")
    url, body = api.url + "/cgi-bin/message/custom/send", f'{{"touser":"{fan.openid}","msgtype":"text",'
    data = (body + '"text":{"content":"你"}}').encode()
    assert api.http.post(url, params={"access_token": api.token}, data=data).json()["errcode"] == 0
    assert api.http.post(url, params={"access_token": api.token}, data=b"{").json()["errcode"] == 47001
    assert api.http.post(url, params={"access_token": api.token}).json()["errcode"] == 44002
    assert api.get("/cgi-bin/message/custom/send")["errcode"] == 43002
