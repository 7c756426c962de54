"""The control interface, faults, memory, the plugin and the start of the lab."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
import requests

from lab.accounts import looks_real
from lab.handles import Control, LabRefused
from lab.measure import filled
from lab.options import Options
from lab.running import LabThread
from tests.lab.kit import APP, JPEG, KEY, Api, text_reply


def test_state_names_clock_fans_and_accounts(lab):
    state = lab.state()
    assert (state["clock"], state["fans"]) == ("running", 0)
    assert state["apps"][0]["app_id"] == APP and state["apps"][0]["kind"] == "service"


def test_quiet_fans_send_no_event_and_open_fans_send_one_each(lab, server):
    lab.connect(server.url)
    lab.fans(3, quiet=True)
    assert server.got == []
    lab.fans(3, quiet=False)
    assert len(server.events("subscribe")) == 3 and lab.state()["fans"] == 6


def test_fans_can_be_made_with_given_openids_again_and_again(lab):
    for _ in range(2):
        assert lab.add_fans(["oA", "oB", "oA"]) == ["oA", "oB"]
    assert lab.state()["fans"] == 2


def test_seventy_thousand_quiet_fans_are_made_found_and_paged(lab):
    lab.add_fans([f"oFan{number:06d}" for number in range(70_000)])
    page = lab.call("GET", "/fans", offset=100, limit=5, q="oFan0699")
    assert page["total"] == 100 and page["fans"] == []
    page = lab.call("GET", "/fans", offset=98, limit=5, q="oFan0699")
    assert [fan["openid"] for fan in page["fans"]] == ["oFan069998", "oFan069999"]


def test_an_inbox_and_the_deliveries_go_on_after_an_id(lab, fan, server):
    server.answer = lambda got: text_reply(got, f"第{len(server.got)}")
    lab.connect(server.url)
    fan.say("1"), fan.say("2")
    first, second = fan.inbox()
    assert fan.inbox(after=first["id"]) == [second]
    rows = lab.deliveries(via="passive", after=first["id"])
    assert rows == [second | {"openid": fan.openid}]


def test_every_platform_call_is_listed_with_its_outcome(lab, fan, api):
    api.text(fan.openid)
    row = lab.calls(path="/cgi-bin/message/*")[0]
    assert (row["openid"], row["errcode"]) == (fan.openid, 45015) and row["rid"] and row["ms"] >= 0
    story = lab.call("GET", f"/calls/{row['id']}")
    assert fan.openid in story["request"] and story["content_type"] == "application/json"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/fans", {"count": 0}),
        ("POST", "/fans/oNobody/act", {"do": "say", "text": "x"}),
        ("POST", "/clock", {"advance": "x"}),
        ("POST", "/clock", {"fly": 1}),
        ("PUT", "/faults", {"path": "*"}),
        ("PUT", "/faults", [{"colour": "red"}]),
        ("PUT", "/faults", [{"cut": "often"}]),
        ("PUT", "/faults", [{"body": 7}]),
        ("PUT", "/faults", [{"headers": ["Location"]}]),
        ("PUT", "/faults", [{"headers": {"Location": "/a\r\nX: y"}}]),
        ("POST", "/replay", {"act": 10**9}),
        ("PUT", "/settings", {"nothing": 1}),
        ("PUT", "/settings", {"callback_tries": "many"}),
        ("PUT", f"/apps/{APP}", {"mode": "secret"}),
        ("PUT", "/apps/wx8f3c9a1be07d5264", {}),
    ],
)
def test_orders_without_sense_are_4xx_with_a_reason(lab, method, path, body):
    with pytest.raises(LabRefused):
        lab.call(method, path, body)


def test_the_control_interface_is_closed_to_other_sites(lab):
    url = lab.url + "/__lab/state"
    assert requests.get(url, headers={"Origin": "http://evil.example"}, timeout=5).status_code == 403
    assert requests.get(url, headers={"Host": "evil.example"}, timeout=5).status_code == 403


def test_the_clock_is_set_advanced_frozen_and_let_go(lab):
    lab.freeze()
    assert lab.set_clock("2027-01-31T08:00:00+08:00")["now"] == "2027-01-31T08:00:00+08:00"
    assert lab.advance(3600)["now"] == "2027-01-31T09:00:00+08:00"
    assert lab.call("POST", "/clock", {"to": "next_month"})["now"] == "2027-02-01T09:00:00+08:00"
    assert lab.run()["clock"] == "running"
    assert lab.reset()["now"] < "2027"


def test_a_reset_forgets_people_and_faults_but_not_the_menu(lab, fan, api):
    api.post("/cgi-bin/menu/create", {"button": [{"type": "click", "name": "一", "key": "K"}]})
    lab.faults({"path": "*", "errcode": -1})
    lab.reset()
    assert lab.state()["fans"] == 0 and lab.call("GET", "/faults") == []
    assert "menu" in api.get("/cgi-bin/menu/get")


def test_the_first_rule_that_fits_acts_and_runs_out(lab, api):
    assert api.token
    lab.faults({"path": "/cgi-bin/tags/*", "errcode": -1, "times": 1}, {"path": "*", "errcode": 45011})
    codes = [api.get("/cgi-bin/tags/get")["errcode"] for _ in range(2)]
    lab.faults()
    assert codes == [-1, 45011] and "errcode" not in api.get("/cgi-bin/tags/get")


def test_a_rule_can_be_for_one_person_and_for_a_share(lab, api):
    one, two = lab.fans(2)
    lab.faults(
        {"path": "*", "openid": one, "errcode": 40003},
        {"path": "*/custom/send", "percent": 50, "errcode": -1},
    )
    assert api.text(one)["errcode"] == 40003
    codes = [api.text(two)["errcode"] for _ in range(60)]
    assert set(codes) == {-1, 45015} and 10 < codes.count(-1) < 50


def test_http_errors_latency_and_truncation(lab, api):
    assert api.token
    lab.faults({"path": "*", "http": 502, "latency_ms": 60})
    begin = time.monotonic()
    assert api.raw("/cgi-bin/tags/get").status_code == 502 and time.monotonic() - begin >= 0.06
    lab.faults({"path": "*", "truncate": True})
    with pytest.raises(ValueError):
        json.loads(api.raw("/cgi-bin/tags/get").text)


@pytest.mark.parametrize(
    ("body", "http", "kind", "text"),
    [
        ("<html>", None, "text/html; charset=utf-8", "<html>"),
        ('{"errco', 502, "text/html; charset=utf-8", '{"errco'),
        ({"errcode": 45065, "msg_id": 7}, None, "application/json", '{"errcode": 45065, "msg_id": 7}'),
        (["甲"], 500, "application/json", '["甲"]'),
        ("", None, "text/html; charset=utf-8", ""),
    ],
)
def test_a_path_answers_whatever_it_is_told(lab, api, body, http, kind, text):
    assert api.token
    lab.faults({"path": "/cgi-bin/nothing", "body": body, "http": http})
    found = api.raw("/cgi-bin/nothing")
    assert (found.status_code, found.text) == (http or 200, text)
    assert found.headers["Content-Type"].startswith(kind)
    row, code = lab.calls()[-1], body.get("errcode", 0) if isinstance(body, dict) else 0
    assert (row["fault"], row["errcode"]) == ("body", None if http else code)


def test_headers_are_set_on_whatever_is_answered(lab, api):
    assert api.token
    lab.faults({"path": "*", "headers": {"Content-Type": "text/plain", "X-Lab": "甲"}})
    found = api.raw("/cgi-bin/getcallbackip")
    assert found.headers["Content-Type"] == "text/plain" and "127.0.0.1" in found.json()["ip_list"]
    lab.faults({"path": "*", "http": 302, "headers": {"Location": "/cgi-bin/elsewhere"}}, {"path": "*"})
    found = api.http.get(lab.url + "/cgi-bin/getcallbackip", allow_redirects=False)
    assert (found.status_code, found.headers["Location"]) == (302, "/cgi-bin/elsewhere")


def test_a_silent_platform_does_nothing_until_the_caller_leaves(lab, fan, api):
    fan.say("x")
    order = {"touser": fan.openid, "msgtype": "text", "text": {"content": "hi"}}
    params, path = {"access_token": api.token}, "/cgi-bin/message/custom/send"
    lab.faults({"path": path, "silent": True, "times": 1})
    with pytest.raises(requests.ReadTimeout):
        api.http.post(lab.url + path, json=order, params=params, timeout=0.1)
    row = lab.calls(path=path)[-1]
    assert (fan.inbox(), row["fault"], row["errcode"]) == ([], "silent", None)
    assert api.text(fan.openid)["errcode"] == 0


@pytest.mark.parametrize(("cut", "arrived"), [("before", 0), ("after", 1)])
def test_a_cut_connection_leaves_the_caller_in_the_dark(lab, fan, api, cut, arrived):
    fan.say("x")
    assert api.token
    lab.faults({"path": "/cgi-bin/message/*", "cut": cut})
    with pytest.raises(requests.ConnectionError):
        api.text(fan.openid)
    assert len(fan.inbox()) == arrived
    assert lab.calls(path="/cgi-bin/message/custom/send")[-1]["fault"] == f"cut {cut}"


def test_what_people_did_can_be_recorded_and_played_again(lab, server):
    lab.connect(server.url)
    lab.call("POST", "/record", {"on": True})
    person = lab.fan()
    person.follow("unit=1"), person.say("登记")
    rows = lab.call("POST", "/record", {"on": False})
    lab.reset()
    server.got.clear()
    answers = lab.call("POST", "/record/play", {"rows": rows})
    assert [row["what"] for row in answers] == ["关注", "登记"]
    assert server.got[0].xml["EventKey"] == "qrscene_unit=1" and server.got[1].xml["Content"] == "登记"


def test_the_settings_table_has_a_reason_for_each_constant(lab):
    rows = lab.call("GET", "/settings")
    assert len(rows) > 40 and all(row["why"].startswith(("[D]", "[C]", "[K]", "[S]")) for row in rows)


def test_the_load_generator_reports_what_the_callback_bore(lab, server):
    lab.connect(server.url)
    told = lab.call("POST", "/load", {"rate": 100, "seconds": 0.5, "fans": 5})
    assert (told["sent"], told["answered"], told["failed"]) == (50, 50, 0) and told["p50"] <= told["p99"]
    assert len(server.got) == 50 and lab.state()["fans"] == 0


def test_a_call_the_interface_does_not_know_is_404(lab):
    with pytest.raises(LabRefused, match="no such call"):
        lab.call("GET", "/nothing")


def test_a_full_world_is_measured():
    assert filled(people=20, messages=100).keys() == {"memory_mb", "page_ms"}


def test_the_fixtures_start_a_lab_without_fans():
    with LabThread() as running:
        assert running.state()["fans"] == 0


@pytest.mark.parametrize(
    ("app_id", "real"),
    [
        ("wx8f3c9a1be07d5264", True),
        ("wx0123456789abcdef", False),
        ("wxlab0000000000001", False),
        ("wx" + "a" * 16, False),
    ],
)
def test_an_app_id_that_looks_real_is_noticed(app_id, real):
    assert looks_real(app_id) is real


def started(*flags: str) -> tuple[subprocess.Popen, str]:
    command = [sys.executable, "-m", "lab", "--port", "0", *flags]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    return process, json.loads(process.stdout.readline() or "{}").get("url", "")


def ended(process: subprocess.Popen, number: int) -> int:
    process.send_signal(number)
    process.communicate(timeout=10)
    return process.returncode


def test_the_command_refuses_a_real_app_id_unless_told():
    process, url = started("--app-id", "wx8f3c9a1be07d5264")
    assert process.wait(10) == 1 and url == ""
    process.communicate()
    process, url = started("--app-id", "wx8f3c9a1be07d5264", "--allow-real-app-id")
    assert url.startswith("http://127.0.0.1:") and ended(process, signal.SIGTERM) == 0


def test_the_page_says_simulator_and_forbids_foreign_scripts(lab):
    page = requests.get(lab.url + "/", timeout=5)
    assert "SIMULATOR 模拟器" in page.text and "default-src 'self'" in page.headers["Content-Security-Policy"]


def test_a_kill_loses_nothing_older_than_a_second(tmp_path, server):
    flags = ("--data", str(tmp_path), "--callback-url", server.url)
    process, url = started(*flags)
    control, api = Control(url), Api(url)
    api.post("/cgi-bin/menu/create", {"button": [{"type": "click", "name": "一", "key": "K"}]})
    person = control.fan()
    person.follow("unit=1"), person.say("在吗")
    control.fans(100)
    token = api.token
    time.sleep(1.0)
    assert ended(process, signal.SIGKILL) == -signal.SIGKILL
    process, url = started(*flags)
    again = Control(url)
    told = again.call("GET", f"/fans/{person.openid}")
    assert (told["follows"], told["scene"], told["kf_left"]) == (True, "unit=1", 5)
    assert [row["text"] for row in again.call("GET", f"/fans/{person.openid}/chat")] == ["在吗"]
    assert again.state()["fans"] == 101
    params = {"access_token": token}
    assert "menu" in requests.get(url + "/cgi-bin/menu/get", params=params, timeout=5).json()
    assert ended(process, signal.SIGTERM) == 0
    control.close(), again.close(), api.close()


def test_what_an_account_made_survives_a_restart(tmp_path):
    options = Options(data=tmp_path, aes_key=KEY)
    with LabThread(options) as lab:
        api = Api(lab.url)
        thumb = api.upload("/cgi-bin/material/add_material", JPEG, type="thumb")["media_id"]
        gone = api.upload("/cgi-bin/material/add_material", JPEG, type="image")["media_id"]
        api.post("/cgi-bin/material/del_material", {"media_id": gone})
        article = {"title": "题", "content": "文", "thumb_media_id": thumb}
        draft = api.post("/cgi-bin/draft/add", {"articles": [article]})["media_id"]
        order = {"touser": lab.fans(2), "msgtype": "text", "text": {"content": "x"}, "clientmsgid": "a"}
        sent = api.post("/cgi-bin/message/mass/send", order)["msg_id"]
        lab.app("wxlabmini00000001", kind="miniprogram", app_secret="s")
        lab.advance(86400 * 40)
        moment = lab.state()["now"][:10]
        api.close()
    with LabThread(options) as lab:
        api = Api(lab.url)
        assert lab.state()["now"][:10] == moment and len(lab.state()["apps"]) == 2
        assert api.post("/cgi-bin/draft/get", {"media_id": draft})["news_item"][0]["title"] == "题"
        assert api.get("/cgi-bin/material/get_materialcount")["image_count"] == 0
        assert api.post("/cgi-bin/message/mass/get", {"msg_id": sent})["msg_id"] == sent
        api.close()


def test_a_person_can_leave_and_come_without_a_word(lab, server):
    lab.connect(server.url)
    person = lab.fan(follow=True, quiet=True)
    lab.call("PUT", f"/fans/{person.openid}", {"follows": False})
    lab.add_fans([person.openid])
    assert lab.call("GET", f"/fans/{person.openid}")["follows"] is False
    lab.call("PUT", f"/fans/{person.openid}", {"follows": True})
    assert lab.call("GET", f"/fans/{person.openid}")["follows"] is True and server.got == []


def test_a_file_of_an_older_lab_is_widened(tmp_path):
    with LabThread(Options(data=tmp_path)) as lab:
        lab.fans(1)
    script = (
        "import sqlite3,sys; sqlite3.connect(sys.argv[1]).execute('ALTER TABLE fans DROP COLUMN mass_count')"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path / "lab.sqlite")], check=True, env=os.environ)
    with LabThread(Options(data=tmp_path)) as lab:
        assert lab.state()["fans"] == 1
