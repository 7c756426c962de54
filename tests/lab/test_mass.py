"""Mass messages."""

import time

import pytest

from lab.handles import LabRefused
from tests.lab.kit import APP, JPEG

ALL, LIST = "/cgi-bin/message/mass/sendall", "/cgi-bin/message/mass/send"


@pytest.fixture
def crowd(lab, server):
    lab.connect(server.url)
    lab.settings(mass_delay_s=0.0)
    return lab.fans(5)


def text(content: str = "预警", **more: object) -> dict:
    return {"msgtype": "text", "text": {"content": content}} | more


def to_all(content: str = "预警", **more: object) -> dict:
    return text(content, filter={"is_to_all": True}, **more)


def settled(lab, api, msg_id: int) -> str:
    for _ in range(200):
        status = api.post("/cgi-bin/message/mass/get", {"msg_id": msg_id})["msg_status"]
        if status != "SENDING":
            return status
        time.sleep(0.01)
    return "SENDING"


def test_to_all_arrives_and_ends_with_counts_d(lab, api, server, crowd):
    sent = api.post(ALL, to_all())
    event = server.wait_for("MASSSENDJOBFINISH")
    assert event["MsgID"] == str(sent["msg_id"]) and event["Status"] == "send success"
    assert [event[n] for n in ("TotalCount", "FilterCount", "SentCount", "ErrorCount")] == [
        "5",
        "5",
        "5",
        "0",
    ]
    assert len(lab.deliveries(via="mass")) == 5


def test_a_fan_gets_four_a_month_and_the_fifth_is_skipped_in_silence_d(lab, api, server, crowd, lab_clock):
    lab_clock.set("2026-11-30T12:00:00+08:00")
    for number in range(5):
        sent = api.post(LIST, text(f"第{number}期", touser=crowd))
        assert sent["errcode"] == 0 and settled(lab, api, sent["msg_id"]) == "SEND_SUCCESS"
    assert len(lab.inbox(crowd[0])) == 4
    lab_clock.advance(86400)
    settled(lab, api, api.post(LIST, text("下月", touser=crowd))["msg_id"])
    assert len(lab.inbox(crowd[0])) == 5


def test_to_all_once_a_day_and_four_times_a_month_d(lab, api, crowd, lab_clock):
    lab_clock.set("2026-11-01T12:00:00+08:00")
    codes = []
    for day in range(6):
        codes.append(api.post(ALL, to_all(f"第{day}天"))["errcode"])
        lab_clock.advance(86400)
    assert codes == [0, 0, 0, 0, 45028, 45028]
    lab_clock.set("2026-12-01T12:00:00+08:00")
    assert [api.post(ALL, to_all(f"新{n}"))["errcode"] for n in range(2)] == [0, 45028]


def test_by_tag_reaches_those_who_wear_it_d(lab, api, crowd):
    tag = api.post("/cgi-bin/tags/create", {"tag": {"name": "家长"}})["tag"]["id"]
    api.post("/cgi-bin/tags/members/batchtagging", {"openid_list": crowd[:2], "tagid": tag})
    sent = api.post(ALL, text(filter={"is_to_all": False, "tag_id": tag}))
    settled(lab, api, sent["msg_id"])
    assert {row["openid"] for row in lab.deliveries(via="mass")} == set(crowd[:2])
    assert api.post(ALL, text("x", filter={"is_to_all": False, "tag_id": 999}))["errcode"] == 45159


def test_a_list_has_two_to_ten_thousand_d(api, crowd):
    assert api.post(LIST, text(touser=crowd[:1]))["errcode"] == 40130
    assert api.post(LIST, text(touser=["o"] * 10_001))["errcode"] == 40032


def test_the_same_clientmsgid_gives_the_old_number_d(api, crowd, lab_clock):
    first = api.post(LIST, text(touser=crowd, clientmsgid="a" * 32))
    again = api.post(LIST, text("别的", touser=crowd, clientmsgid="a" * 32))
    assert (again["errcode"], again["msg_id"]) == (45065, first["msg_id"])
    assert again["errmsg"].startswith("clientmsgid exist")
    assert api.post(LIST, text("别的", touser=crowd, clientmsgid="a" * 32))["errcode"] == 45066
    lab_clock.advance(86401)
    assert api.post(LIST, text("别的", touser=crowd, clientmsgid="a" * 32))["errcode"] == 0


def test_without_an_id_the_same_content_to_the_same_people_collides_d(api, crowd):
    assert api.post(LIST, text(touser=crowd))["errcode"] == 0
    assert api.post(LIST, text(touser=crowd))["errcode"] == 45065
    assert api.post(LIST, text("另一篇", touser=crowd))["errcode"] == 0


def test_an_id_of_33_characters_is_too_long_c(api, crowd):
    assert api.post(LIST, text(touser=crowd, clientmsgid="a" * 33))["errcode"] == 45067


def test_the_administrator_confirms_refuses_or_is_late_d(lab, api, server, crowd, lab_clock):
    lab.settings(mass_needs_confirmation=True)
    jobs = [api.post(LIST, text(f"{n}", touser=crowd))["msg_id"] for n in range(3)]
    assert lab.deliveries(via="mass") == []
    lab.call("POST", f"/apps/{APP}/mass/{jobs[0]}", {"do": "approve"})
    assert settled(lab, api, jobs[0]) == "SEND_SUCCESS"
    lab.call("POST", f"/apps/{APP}/mass/{jobs[1]}", {"do": "refuse"})
    assert settled(lab, api, jobs[1]) == "SEND_FAIL"
    lab_clock.advance(1801)
    assert settled(lab, api, jobs[2]) == "SEND_FAIL"
    with pytest.raises(LabRefused):
        lab.call("POST", f"/apps/{APP}/mass/{jobs[2]}", {"do": "approve"})
    server.wait_for("MASSSENDJOBFINISH")
    time.sleep(0.05)
    statuses = {event["Status"] for event in server.events("MASSSENDJOBFINISH")}
    assert statuses == {"send success", "err(40001)", "err(40002)"}


def test_a_job_can_be_refused_for_its_content_d(lab, api, server, crowd):
    lab.settings(mass_status="err(20008)")
    api.post(ALL, to_all())
    assert server.wait_for("MASSSENDJOBFINISH")["Status"] == "err(20008)" and lab.deliveries(via="mass") == []


def test_articles_of_a_draft_arrive_and_can_be_read(lab, api, server, crowd):
    thumb = api.upload("/cgi-bin/material/add_material", JPEG, type="thumb")["media_id"]
    article = {
        "title": "本周预警",
        "content": "<p>别信<script>alert(1)</script>安全账户</p>",
        "thumb_media_id": thumb,
    }
    draft = api.post("/cgi-bin/draft/add", {"articles": [article]})["media_id"]
    order = {"filter": {"is_to_all": True}, "msgtype": "mpnews", "mpnews": {"media_id": draft}}
    assert api.post(ALL, order)["errcode"] == 0
    event = server.wait_for("MASSSENDJOBFINISH")
    url = event["ArticleUrlResult"]["ResultList"]["item"]["ArticleUrl"]
    shown = lab.inbox(crowd[0])[0]["articles"][0]
    page = api.http.get(url).text
    assert shown["url"] == url and "安全账户" in page and "<script>" not in page
    assert api.post("/cgi-bin/draft/get", {"media_id": draft})["errcode"] == 40007


def test_preview_speed_and_delete_d(lab, api, crowd):
    assert api.post("/cgi-bin/message/mass/preview", text(touser=crowd[0]))["errcode"] == 0
    assert len(lab.inbox(crowd[0])) == 1
    assert api.post("/cgi-bin/message/mass/speed/set", {"speed": 4})["errcode"] == 0
    assert api.get("/cgi-bin/message/mass/speed/get") == {"speed": 4, "realspeed": 10}
    assert api.post("/cgi-bin/message/mass/speed/set", {"speed": 5})["errcode"] == 45083
    assert api.post("/cgi-bin/message/mass/delete", {"msg_id": 1})["errcode"] == 40035


def test_a_subscription_account_sends_once_a_day_d(lab, api, crowd):
    lab.app(APP, kind="subscription")
    assert [api.post(ALL, to_all(f"{n}"))["errcode"] for n in range(2)] == [0, 45028]
