"""Service notices by template, and subscription notices."""

import time

import pytest

from tests.lab.kit import APP

SEND, BIZ = "/cgi-bin/message/template/send", "/cgi-bin/message/subscribe/bizsend"


@pytest.fixture
def template(lab, server):
    lab.connect(server.url)
    row = {"template_id": "TPL", "title": "举报进度", "content": "类型:{{thing1.DATA}}\n时间:{{time2.DATA}}"}
    return lab.call("PUT", f"/apps/{APP}/templates", row)["template_id"]


def order(openid: str, template_id: str, **more: object) -> dict:
    data = {"thing1": {"value": "刷单"}, "time2": {"value": "2026年1月5日 09:30"}}
    return {"touser": openid, "template_id": template_id, "data": data} | more


def test_a_template_is_accepted_shown_and_told_as_finished_d(fan, api, server, template):
    sent = api.post(SEND, order(fan.openid, template, url="http://x.example/"))
    event = server.wait_for("TEMPLATESENDJOBFINISH")
    assert (event["MsgID"], event["Status"]) == (str(sent["msgid"]), "success")
    row = fan.inbox()[0]
    assert (row["via"], row["data"]["thing1"], row["labels"]["thing1"]) == ("template", "刷单", "类型")


def test_who_turned_them_off_gets_nothing_and_the_account_learns_it_later_d(lab, fan, api, server, template):
    lab.call("PUT", f"/fans/{fan.openid}", {"refuses": True})
    assert api.post(SEND, order(fan.openid, template))["errcode"] == 0
    assert server.wait_for("TEMPLATESENDJOBFINISH")["Status"] == "failed:user block" and fan.inbox() == []


def test_the_system_may_fail_d(lab, fan, api, server, template):
    lab.settings(template_status="failed: system failed")
    api.post(SEND, order(fan.openid, template))
    assert server.wait_for("TEMPLATESENDJOBFINISH")["Status"] == "failed: system failed"


def test_the_same_client_msg_id_sends_once_in_ten_minutes_d(fan, api, template, lab_clock):
    first = api.post(SEND, order(fan.openid, template, client_msg_id="a"))
    assert api.post(SEND, order(fan.openid, template, client_msg_id="a"))["msgid"] == first["msgid"]
    lab_clock.advance(601)
    assert api.post(SEND, order(fan.openid, template, client_msg_id="a"))["msgid"] != first["msgid"]
    assert len(fan.inbox()) == 2


@pytest.mark.parametrize(("value", "code"), [("", 40250), ("限时抽奖", 40249)])
def test_empty_and_marketing_values_are_refused_d(fan, api, template, value, code):
    wrong = order(fan.openid, template)
    wrong["data"]["thing1"]["value"] = value
    assert api.post(SEND, wrong)["errcode"] == code


def test_followers_known_templates_and_known_people_only_d(lab, api, template):
    assert api.post(SEND, order(lab.fan().openid, template))["errcode"] == 43004
    assert api.post(SEND, order("oNobody", template))["errcode"] == 40003
    assert api.post(SEND, order(lab.fan(True, True).openid, "none"))["errcode"] == 40037


@pytest.mark.parametrize(("state", "code"), [("blocked", 43116), ("limited", 40251), ("review", 40252)])
def test_a_template_out_of_use_says_why_d(lab, fan, api, template, state, code):
    row = {"template_id": template, "title": "x", "content": "", "state": state}
    lab.call("PUT", f"/apps/{APP}/templates", row)
    assert api.post(SEND, order(fan.openid, template))["errcode"] == code


@pytest.fixture
def notice(lab, api, server):
    lab.connect(server.url)
    lab.settings(subscribe_busy_s=0.0)
    return api.post("/wxaapi/newtmpl/addtemplate", {"tid": 1002, "kidList": [1, 2], "sceneDesc": "学习"})[
        "priTmplId"
    ]


def test_one_grant_is_one_message_d(fan, api, server, notice):
    assert api.post(BIZ, order(fan.openid, notice))["errcode"] == 43101
    fan.act(do="grant", template_id=notice, accept=True)
    sent = api.post(BIZ, order(fan.openid, notice))
    assert api.post(BIZ, order(fan.openid, notice))["errcode"] == 43101
    told = server.wait_for("subscribe_msg_sent_event")["SubscribeMsgSentEvent"]["List"]
    assert told["MsgID"] == str(sent["msgid"]) and told["ErrorCode"] == "0"
    assert fan.inbox()[0]["via"] == "subscribe"


def test_one_time_grants_add_up_and_do_not_expire_d(fan, api, notice, lab_clock):
    for _ in range(2):
        fan.act(do="grant", template_id=notice, accept=True)
    lab_clock.advance(90 * 86400)
    assert [api.post(BIZ, order(fan.openid, notice))["errcode"] for _ in range(3)] == [0, 0, 43101]


def test_a_long_term_grant_lasts_until_it_is_turned_off_d(fan, api, server, notice):
    long = api.post("/wxaapi/newtmpl/addtemplate", {"tid": 1001, "kidList": [1, 2], "sceneDesc": "预警"})[
        "priTmplId"
    ]
    fan.act(do="grant", template_id=long, accept=True)
    assert [api.post(BIZ, order(fan.openid, long))["errcode"] for _ in range(3)] == [0, 0, 0]
    fan.act(do="revoke", template_id=long)
    told = server.wait_for("subscribe_msg_change_event")["SubscribeMsgChangeEvent"]["List"]
    assert told["SubscribeStatusString"] == "reject"
    assert api.post(BIZ, order(fan.openid, long))["errcode"] == 43101


def test_it_reaches_people_who_do_not_follow_d(lab, api, notice):
    stranger = lab.fan()
    stranger.act(do="grant", template_id=notice, accept=True)
    assert api.post(BIZ, order(stranger.openid, notice))["errcode"] == 0 and len(stranger.inbox()) == 1


def test_sends_to_one_person_at_once_are_refused_d(lab, fan, api, notice):
    lab.settings(subscribe_busy_s=0.3)
    for _ in range(3):
        fan.act(do="grant", template_id=notice, accept=True)
    assert api.post(BIZ, order(fan.openid, notice))["errcode"] == 0
    assert api.post(BIZ, order(fan.openid, notice))["errcode"] == 43108
    time.sleep(0.31)
    assert api.post(BIZ, order(fan.openid, notice))["errcode"] == 0


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("thing1", "二十个字以内", "一" * 21),
        ("number1", "12", "十二"),
        ("letter1", "ABC", "A1"),
        ("symbol1", "★", "★" * 6),
        ("character_string1", "A-001", "编号"),
        ("time1", "09:30", "早上"),
        ("date1", "2026年1月5日", "昨天"),
        ("amount1", "100元", "很多"),
        ("phone_number1", "96110", "打电话吧"),
        ("car_number1", "川A12345", "川A12345678"),
        ("name1", "张三", "一" * 11),
        ("phrase1", "已办理", "done"),
    ],
)
def test_the_kind_of_a_field_limits_its_value_d(lab, fan, api, field, good, bad):
    row = {"template_id": "F", "title": "x", "content": f"值:{{{{{field}.DATA}}}}", "kind": 2}
    lab.call("PUT", f"/apps/{APP}/templates", row)
    lab.settings(subscribe_busy_s=0.0)
    fan.act(do="grant", template_id="F", accept=True)
    wrong = {"touser": fan.openid, "template_id": "F", "data": {field: {"value": bad}}}
    refused = api.post(BIZ, wrong)
    assert refused["errcode"] == 47003 and f"data.{field}.value" in refused["errmsg"]
    wrong["data"][field]["value"] = good
    assert api.post(BIZ, wrong)["errcode"] == 0


def test_a_banned_template_is_43107_d(lab, fan, api):
    row = {"template_id": "F", "title": "x", "content": "", "kind": 3, "state": "banned"}
    lab.call("PUT", f"/apps/{APP}/templates", row)
    assert api.post(BIZ, order(fan.openid, "F"))["errcode"] == 43107


def test_long_term_needs_the_category_d(lab, fan):
    lab.call("PUT", f"/apps/{APP}/templates", {"template_id": "L", "title": "x", "kind": 3})
    lab.app(APP, long_term=False)
    with pytest.raises(Exception, match="long-term"):
        fan.act(do="grant", template_id="L", accept=True)


def test_templates_are_added_from_the_library_by_words_d(api):
    new = "/wxaapi/newtmpl"
    assert api.get(f"{new}/getpubtemplatetitles", ids="641", start="0", limit="30")["count"] == 3
    assert api.get(f"{new}/getpubtemplatekeywords", tid="1001")["count"] == 5
    assert api.post(f"{new}/addtemplate", {"tid": 1001, "kidList": [1]})["errcode"] == 200020
    made = api.post(f"{new}/addtemplate", {"tid": 1001, "kidList": [1, 2]})["priTmplId"]
    assert [row["priTmplId"] for row in api.get(f"{new}/gettemplate")["data"]] == [made]
    assert api.post(f"{new}/deltemplate", {"priTmplId": made})["errcode"] == 0
