"""Web sign-in and the mini-program's endpoints."""

import hashlib
import hmac
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.lab.kit import APP, SECRET, Api

MINI = "wxlabmini00000001"
PAGE = {"appid": APP, "redirect_uri": "https://x.example/back?a=1", "response_type": "code", "state": "S"}


def came_back(answer) -> dict:
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def authorize(api, scope: str, choice: str = "", openid: str = ""):
    url = api.url + "/connect/oauth2/authorize"
    query = PAGE | {"scope": scope}
    if choice:
        data = {"openid": openid, "choice": choice}
        return api.http.post(url, params=query, data=data, allow_redirects=False)
    return api.http.get(url, params=query | {"lab_openid": openid}, allow_redirects=False)


def exchange(api, code: str) -> dict:
    query = {"appid": APP, "secret": SECRET, "code": code, "grant_type": "authorization_code"}
    return api.http.get(api.url + "/sns/oauth2/access_token", params=query).json()


def test_base_scope_goes_back_at_once_with_code_and_state_d(api, fan):
    back = came_back(authorize(api, "snsapi_base", openid=fan.openid))
    assert back["state"] == "S" and back["a"] == "1"
    token = exchange(api, back["code"])
    assert (token["openid"], token["scope"], token["expires_in"]) == (fan.openid, "snsapi_base", 7200)
    info = {"access_token": token["access_token"], "openid": fan.openid}
    assert api.http.get(api.url + "/sns/userinfo", params=info).json()["errcode"] == 48001
    assert api.http.get(api.url + "/sns/auth", params=info).json()["errcode"] == 0


def test_userinfo_asks_and_can_be_refused_d(api, fan):
    page = authorize(api, "snsapi_userinfo", openid=fan.openid)
    assert page.status_code == 200 and "SIMULATOR" in page.text and fan.openid in page.text
    assert "code" not in came_back(authorize(api, "snsapi_userinfo", "refuse", fan.openid))
    token = exchange(api, came_back(authorize(api, "snsapi_userinfo", "agree", fan.openid))["code"])
    info = {"access_token": token["access_token"], "openid": fan.openid}
    assert api.http.get(api.url + "/sns/userinfo", params=info).json()["openid"] == fan.openid


def test_a_snapshot_user_has_a_virtual_openid_d(api, fan):
    token = exchange(api, came_back(authorize(api, "snsapi_userinfo", "snapshot", fan.openid))["code"])
    assert token["is_snapshotuser"] == 1 and token["openid"] != fan.openid


def test_a_code_is_used_once_within_five_minutes_d(api, fan, lab_clock):
    code = came_back(authorize(api, "snsapi_base", openid=fan.openid))["code"]
    assert exchange(api, "nonsense")["errcode"] == 40029
    exchange(api, code)
    assert exchange(api, code)["errcode"] == 40163
    late = came_back(authorize(api, "snsapi_base", openid=fan.openid))["code"]
    lab_clock.advance(300)
    assert exchange(api, late)["errcode"] == 42003


def test_a_web_token_is_renewed_for_thirty_days_d(api, fan, lab_clock):
    token = exchange(api, came_back(authorize(api, "snsapi_base", openid=fan.openid))["code"])

    def renew() -> dict:
        query = {"appid": APP, "grant_type": "refresh_token", "refresh_token": token["refresh_token"]}
        return api.http.get(api.url + "/sns/oauth2/refresh_token", params=query).json()

    lab_clock.advance(7200)
    info = {"access_token": token["access_token"], "openid": fan.openid}
    assert api.http.get(api.url + "/sns/auth", params=info).json()["errcode"] == 42001
    assert renew()["openid"] == fan.openid
    lab_clock.advance(30 * 86400)
    assert renew()["errcode"] == 42002


def test_a_link_opened_from_the_chat_knows_who_taps(lab, api, fan):
    query = "scope=snsapi_base&response_type=code&redirect_uri=http%3A%2F%2Fx.example%2F"
    url = f"{api.url}/connect/oauth2/authorize?{query}&appid={APP}"
    opened = api.http.get(f"{api.url}/__lab/fans/{fan.openid}/go", params={"url": url}, allow_redirects=False)
    back = api.http.get(opened.headers["Location"], allow_redirects=False)
    assert exchange(api, came_back(back)["code"])["openid"] == fan.openid


def test_addresses_that_are_no_web_pages_and_scripts_in_parameters_are_not_followed(api):
    query = PAGE | {"scope": "snsapi_userinfo", "redirect_uri": "javascript:alert(1)"}
    assert "10003" in api.http.get(api.url + "/connect/oauth2/authorize", params=query).text
    query = PAGE | {"scope": "snsapi_userinfo", "lab_openid": '"><script>alert(1)</script>'}
    assert "<script>" not in api.http.get(api.url + "/connect/oauth2/authorize", params=query).text


@pytest.fixture
def mini(lab):
    lab.app(MINI, kind="miniprogram", app_secret="s", account_id="gh_mini")
    client = Api(lab.url, MINI, "s")
    yield client
    client.close()


@pytest.fixture
def person(lab, mini):
    return lab.fan(app=MINI)


def signed_in(lab, mini, person) -> dict:
    code = lab.call("POST", f"/fans/{person.openid}/code", {"kind": "login"})["code"]
    query = {"appid": MINI, "secret": "s", "js_code": code, "grant_type": "authorization_code"}
    found = mini.http.get(mini.url + "/sns/jscode2session", params=query).json()
    assert mini.http.get(mini.url + "/sns/jscode2session", params=query).json()["errcode"] == 40163
    return found


def test_a_login_code_becomes_a_session_that_can_be_checked_d(lab, mini, person):
    session = signed_in(lab, mini, person)
    assert session["openid"] == person.openid
    signature = hmac.new(session["session_key"].encode(), b"", hashlib.sha256).hexdigest()
    query = {"openid": person.openid, "signature": signature, "sig_method": "hmac_sha256"}
    assert mini.get("/wxa/checksession", **query)["errcode"] == 0
    assert mini.get("/wxa/checksession", **query | {"sig_method": "md5"})["errcode"] == 87008
    assert mini.get("/wxa/checksession", **query | {"signature": "0"})["errcode"] == 87009
    assert mini.get("/wxa/resetusersessionkey", **query)["session_key"] != session["session_key"]
    assert mini.get("/wxa/checksession", **query)["errcode"] == 87009
    assert mini.get("/wxa/checksession", openid="o", signature="0", sig_method="x")["errcode"] == 87007


def test_a_phone_code_is_used_once_and_is_not_the_login_code_d(lab, mini, person):
    phone = "/wxa/business/getuserphonenumber"
    login = lab.call("POST", f"/fans/{person.openid}/code", {"kind": "login"})["code"]
    assert mini.post(phone, {"code": login})["errcode"] == 40029
    code = lab.call("POST", f"/fans/{person.openid}/code", {"kind": "phone", "phone": "13900001111"})["code"]
    assert mini.post(phone, {"code": code})["phone_info"]["purePhoneNumber"] == "13900001111"
    assert mini.post(phone, {"code": code})["errcode"] == 40163


def test_a_phone_code_of_another_app_is_40013_d(lab, mini, person):
    lab.app("wxlabmini00000002", kind="miniprogram", app_secret="s")
    other = lab.fan(app="wxlabmini00000002")
    code = lab.call("POST", f"/fans/{other.openid}/code", {"kind": "phone"})["code"]
    assert mini.post("/wxa/business/getuserphonenumber", {"code": code})["errcode"] == 40013


@pytest.mark.parametrize(
    ("content", "suggest", "label"),
    [
        ("今天天气好", "pass", 100),
        ("请把钱转到安全账户", "risky", 20008),
        ("加微信领优惠券", "review", 10001),
    ],
)
def test_the_content_check_labels_by_keyword_d(lab, mini, person, content, suggest, label):
    order = {"openid": person.openid, "scene": 2, "version": 2, "content": content}
    assert mini.post("/wxa/msg_sec_check", order)["errcode"] == 61010
    signed_in(lab, mini, person)
    assert mini.post("/wxa/msg_sec_check", order)["result"] == {"suggest": suggest, "label": label}


def test_the_content_check_knows_its_people_and_its_limits_d(lab, mini, person, fan, lab_clock):
    signed_in(lab, mini, person)
    order = {"openid": person.openid, "scene": 2, "version": 2, "content": "好"}
    assert mini.post("/wxa/msg_sec_check", order | {"openid": fan.openid})["errcode"] == 43104
    assert mini.post("/wxa/msg_sec_check", order | {"content": "长" * 2501})["errcode"] == 45002
    assert mini.post("/wxa/msg_sec_check", order | {"scene": 9})["errcode"] == 40129
    lab_clock.advance(7201)
    assert mini.post("/wxa/msg_sec_check", order)["errcode"] == 61010


def test_a_media_check_answers_by_event_d(lab, mini, person, server):
    lab.app(MINI, callback_url=server.url)
    order = {
        "media_url": "http://x.example/a.png",
        "media_type": 2,
        "version": 2,
        "scene": 1,
        "openid": person.openid,
    }
    trace = mini.post("/wxa/media_check_async", order)["trace_id"]
    event = server.wait_for("wxa_media_check")
    assert (event["trace_id"], event["result"]) == (trace, {"suggest": "pass", "label": "100"})
    assert mini.post("/wxa/media_check_async", {"media_url": "x"})["errcode"] == 87020


@pytest.mark.parametrize(
    ("order", "code"),
    [
        ({"scene": "unit=1"}, 0),
        ({"scene": "a" * 33}, 40169),
        ({"scene": "单位"}, 40129),
        ({"scene": "100%"}, 40129),
        ({"scene": "a", "page": "/pages/x"}, 41030),
    ],
)
def test_mini_program_codes_are_pictures_or_json_d(mini, order, code):
    params = {"access_token": mini.token}
    answer = mini.http.post(mini.url + "/wxa/getwxacodeunlimit", params=params, json=order)
    assert answer.content.startswith(b"\x89PNG") if code == 0 else answer.json()["errcode"] == code


def test_links_and_schemes_have_limits_d(mini):
    assert mini.post("/wxa/generate_urllink", {"path": "pages/a"})["url_link"].startswith(
        "https://wxaurl.cn/"
    )
    assert mini.post("/wxa/generatescheme", {"jump_wxa": {"path": "pages/a"}})["openlink"].startswith(
        "weixin://"
    )
    assert mini.post("/wxa/generate_urllink", {"path": "/pages/a"})["errcode"] == 40165
    assert mini.post("/wxa/generate_urllink", {"query": "x" * 1025})["errcode"] == 40212
    assert mini.post("/wxa/generate_urllink", {"expire_type": 3})["errcode"] == 85401
    assert mini.post("/wxa/generate_urllink", {"expire_interval": 31})["errcode"] == 85402


def test_the_risk_rank_is_a_setting_d(lab, mini, person):
    signed_in(lab, mini, person)
    lab.settings(risk_rank=3)
    assert mini.post("/wxa/getuserriskrank", {"openid": person.openid, "scene": 0})["risk_rank"] == 3


def test_a_mini_programs_subscription_notice_has_no_msgid_d(lab, mini, person):
    lab.settings(subscribe_busy_s=0.0)
    person.act(do="grant", template_id="T", accept=True)
    order = {"touser": person.openid, "template_id": "T", "data": {"thing1": {"value": "好"}}}
    assert mini.post("/cgi-bin/message/subscribe/send", order) == {"errcode": 0, "errmsg": "ok"}
    assert mini.post("/cgi-bin/message/subscribe/send", order)["errcode"] == 43101
