"""Menus, tags, users, codes, media, drafts, publishing, short keys."""

import pytest

from tests.lab.kit import AMR, APP, JPEG, MP4, PNG

TAGS = "/cgi-bin/tags"


def button(**more: object) -> dict:
    return {"type": "click", "name": "查骗局", "key": "K"} | more


@pytest.mark.parametrize(
    ("buttons", "code"),
    [
        ([button()], 0),
        ([], 40016),
        ([button()] * 4, 40016),
        ([button(name="一二三四五六")], 40018),
        ([button(type="dance")], 40017),
        ([button(key="")], 40019),
        ([button(key="k" * 129)], 40019),
        ([{"type": "view", "name": "v", "url": "http://" + "x" * 1024}], 40020),
        ([{"type": "view", "name": "v", "url": "ftp://x"}], 40055),
        ([{"name": "多", "sub_button": [button()] * 6}], 40023),
        ([{"name": "多", "sub_button": [button(type="x")]}], 40024),
        ([{"name": "多", "sub_button": [button(name="一" * 21)]}], 40025),
        ([{"name": "多", "sub_button": [button(key="")]}], 40026),
    ],
)
def test_a_menu_is_checked_as_a_whole_d(api, buttons, code):
    assert api.post("/cgi-bin/menu/create", {"button": buttons})["errcode"] == code


def test_a_menu_is_kept_replaced_and_deleted_d(api):
    assert api.get("/cgi-bin/menu/get")["errcode"] == 46003
    api.post(
        "/cgi-bin/menu/create", {"button": [button(), {"name": "更多", "sub_button": [button(name="二")]}]}
    )
    kept = api.get("/cgi-bin/menu/get")["menu"]["button"]
    assert kept[0] == button() | {"sub_button": []} and kept[1]["sub_button"][0]["name"] == "二"
    assert api.get("/cgi-bin/get_current_selfmenu_info")["is_menu_open"] == 1
    assert api.get("/cgi-bin/menu/delete")["errcode"] == 0
    assert api.get("/cgi-bin/get_current_selfmenu_info")["is_menu_open"] == 0


def test_a_conditional_menu_needs_a_default_one_and_a_rule_d(api, fan):
    add = "/cgi-bin/menu/addconditional"
    rule = {"client_platform_type": "1"}
    assert api.post(add, {"button": [button()], "matchrule": rule})["errcode"] == 65303
    api.post("/cgi-bin/menu/create", {"button": [button()]})
    assert api.post(add, {"button": [button()], "matchrule": {}})["errcode"] == 65313
    number = api.post(add, {"button": [button(name="苹果")], "matchrule": rule})["menuid"]
    assert api.post("/cgi-bin/menu/trymatch", {"user_id": fan.openid})["button"][0]["name"] == "苹果"
    assert api.post("/cgi-bin/menu/delconditional", {"menuid": number})["errcode"] == 0
    assert api.post("/cgi-bin/menu/delconditional", {"menuid": number})["errcode"] == 65301


def test_tags_have_limits_d(api):
    made = api.post(f"{TAGS}/create", {"tag": {"name": "家长"}})["tag"]
    assert made["id"] >= 100
    assert api.post(f"{TAGS}/create", {"tag": {"name": "家长"}})["errcode"] == 45157
    assert api.post(f"{TAGS}/create", {"tag": {"name": "长" * 31}})["errcode"] == 45158
    assert api.post(f"{TAGS}/update", {"tag": {"id": 2, "name": "x"}})["errcode"] == 45058
    assert api.post(f"{TAGS}/update", {"tag": {"id": made["id"], "name": "学生家长"}})["errcode"] == 0
    for number in range(99):
        api.post(f"{TAGS}/create", {"tag": {"name": f"标签{number}"}})
    assert api.post(f"{TAGS}/create", {"tag": {"name": "再来一个"}})["errcode"] == 45056
    assert api.post(f"{TAGS}/delete", {"tag": {"id": made["id"]}})["errcode"] == 0


def test_people_wear_tags_in_batches_of_fifty_d(lab, api):
    people = lab.fans(51)
    tag = api.post(f"{TAGS}/create", {"tag": {"name": "家长"}})["tag"]["id"]
    batch = f"{TAGS}/members/batchtagging"
    assert api.post(batch, {"openid_list": people, "tagid": tag})["errcode"] == 40032
    assert api.post(batch, {"openid_list": people[:50], "tagid": 999})["errcode"] == 45159
    assert api.post(batch, {"openid_list": ["oNobody"], "tagid": tag})["errcode"] == 49003
    assert api.post(batch, {"openid_list": people[:50], "tagid": tag})["errcode"] == 0
    assert api.post("/cgi-bin/user/tag/get", {"tagid": tag})["count"] == 50
    assert api.post(f"{TAGS}/getidlist", {"openid": people[0]})["tagid_list"] == [tag]
    api.post(f"{TAGS}/members/batchuntagging", {"openid_list": people[:1], "tagid": tag})
    assert api.post("/cgi-bin/user/tag/get", {"tagid": tag})["count"] == 49
    assert [row for row in api.get(f"{TAGS}/get")["tags"] if row["id"] == tag][0]["count"] == 49


def test_one_person_wears_at_most_twenty_tags_k(fan, api):
    tags = [api.post(f"{TAGS}/create", {"tag": {"name": str(n)}})["tag"]["id"] for n in range(21)]
    order = {"openid_list": [fan.openid]}
    codes = [api.post(f"{TAGS}/members/batchtagging", order | {"tagid": tag})["errcode"] for tag in tags]
    assert codes == [0] * 20 + [45059]


def test_the_black_list_keeps_people_from_mass_messages_d(lab, api):
    one, two = lab.fans(2)
    assert api.post(f"{TAGS}/members/batchblacklist", {"openid_list": [one]})["errcode"] == 0
    assert api.post(f"{TAGS}/members/getblacklist", {})["data"]["openid"] == [one]
    assert api.post(f"{TAGS}/members/batchunblacklist", {"openid_list": [one]})["errcode"] == 0
    assert api.post(f"{TAGS}/members/getblacklist", {})["count"] == 0


def test_followers_come_in_pages_of_ten_thousand_and_the_last_is_empty_d(lab, api):
    people = lab.fans(10_001)
    first = api.get("/cgi-bin/user/get")
    assert (first["total"], first["count"]) == (10_001, 10_000)
    second = api.get("/cgi-bin/user/get", next_openid=first["next_openid"])
    assert second["count"] == 1 and second["next_openid"] == second["data"]["openid"][0]
    third = api.get("/cgi-bin/user/get", next_openid=second["next_openid"])
    assert third["count"] == 0 and "data" not in third
    assert first["data"]["openid"] + second["data"]["openid"] == people


def test_who_leaves_between_two_pages_does_not_disturb_them(lab, api):
    people = lab.fans(3)
    lab.act(people[1], do="unfollow")
    assert api.get("/cgi-bin/user/get", next_openid=people[1])["data"]["openid"] == [people[2]]


def test_a_person_is_an_openid_without_name_or_face_k(lab, api):
    person = lab.fan()
    assert api.get("/cgi-bin/user/info", openid=person.openid) == {"subscribe": 0, "openid": person.openid}
    person.follow("unit=9")
    told = api.get("/cgi-bin/user/info", openid=person.openid)
    assert (told["subscribe"], told["qr_scene_str"], told["subscribe_scene"]) == (
        1,
        "unit=9",
        "ADD_SCENE_QR_CODE",
    )
    assert "nickname" not in told and "unionid" not in told
    api.post("/cgi-bin/user/info/updateremark", {"openid": person.openid, "remark": "老王"})
    order = {"user_list": [{"openid": person.openid}]}
    assert api.post("/cgi-bin/user/info/batchget", order)["user_info_list"][0]["remark"] == "老王"
    assert api.post("/cgi-bin/user/info/batchget", {"user_list": [{"openid": "o"}] * 101})["errcode"] == 40032


@pytest.mark.parametrize(
    ("action", "scene", "code"),
    [
        ("QR_SCENE", {"scene_id": 4294967295}, 0),
        ("QR_STR_SCENE", {"scene_str": "a" * 64}, 0),
        ("QR_LIMIT_SCENE", {"scene_id": 100_001}, 40129),
        ("QR_LIMIT_STR_SCENE", {"scene_str": "a" * 65}, 40129),
        ("QR_LIMIT_STR_SCENE", {"scene_str": ""}, 40129),
        ("QR_OTHER", {"scene_id": 1}, 40053),
    ],
)
def test_codes_have_scenes_of_limited_size_d(api, action, scene, code):
    order = {"action_name": action, "action_info": {"scene": scene}}
    assert api.post("/cgi-bin/qrcode/create", order).get("errcode", 0) == code


def test_a_temporary_code_lives_thirty_seconds_unless_said_d(api, lab_clock):
    order = {"action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": "x"}}}
    made = api.post("/cgi-bin/qrcode/create", order)
    assert made["expire_seconds"] == 30 and made["url"].startswith("http://weixin.qq.com/q/")
    shown = api.http.get(api.url + "/cgi-bin/showqrcode", params={"ticket": made["ticket"]})
    assert shown.content.startswith(b"\x89PNG")
    longest = api.post("/cgi-bin/qrcode/create", order | {"expire_seconds": 9_999_999})
    assert longest["expire_seconds"] == 2_592_000
    lab_clock.advance(31)
    assert b"404" in api.http.get(api.url + "/cgi-bin/showqrcode", params={"ticket": made["ticket"]}).content


@pytest.mark.parametrize(
    ("kind", "data", "code"),
    [
        ("image", JPEG, 0),
        ("image", PNG, 0),
        ("voice", AMR, 0),
        ("video", MP4, 0),
        ("thumb", JPEG, 0),
        ("image", MP4, 40005),
        ("thumb", JPEG + b"0" * 65536, 40012),
        ("voice", AMR + b"0" * (2 * 1024 * 1024), 40010),
        ("song", AMR, 40004),
        ("image", b"", 44001),
    ],
)
def test_temporary_media_are_checked_d(api, kind, data, code):
    assert api.upload("/cgi-bin/media/upload", data, type=kind).get("errcode", 0) == code


def test_temporary_media_live_three_days_d(api, lab_clock):
    media_id = api.upload("/cgi-bin/media/upload", PNG + b"\r\n--x\r\n", type="image")["media_id"]
    assert api.raw("/cgi-bin/media/get", media_id=media_id).content == PNG + b"\r\n--x\r\n"
    video = api.upload("/cgi-bin/media/upload", MP4, type="video")["media_id"]
    assert api.http.get(api.get("/cgi-bin/media/get", media_id=video)["video_url"]).content == MP4
    lab_clock.advance(3 * 86400)
    assert api.get("/cgi-bin/media/get", media_id=media_id)["errcode"] == 40007


def test_permanent_material_stays_until_deleted_d(api, lab_clock):
    made = api.upload("/cgi-bin/material/add_material", PNG, type="image")
    lab_clock.advance(30 * 86400)
    assert api.get("/cgi-bin/material/get_materialcount")["image_count"] == 1
    order = {"type": "image", "offset": 0, "count": 20}
    page = api.post("/cgi-bin/material/batchget_material", order)
    assert page["item"][0]["media_id"] == made["media_id"]
    body = {"media_id": made["media_id"]}
    params = {"access_token": api.token}
    got = api.http.post(api.url + "/cgi-bin/material/get_material", params=params, json=body)
    assert got.content == PNG
    assert api.post("/cgi-bin/material/del_material", body)["errcode"] == 0
    assert api.post("/cgi-bin/material/del_material", body)["errcode"] == 40007


def test_material_in_a_menu_cannot_be_deleted_d(api):
    name = api.upload("/cgi-bin/material/add_material", PNG, type="image")["media_id"]
    api.post("/cgi-bin/menu/create", {"button": [{"type": "media_id", "name": "图", "media_id": name}]})
    assert api.post("/cgi-bin/material/del_material", {"media_id": name})["errcode"] == 48005


def test_pictures_of_articles_have_an_address_d(api):
    assert api.http.get(api.upload("/cgi-bin/media/uploadimg", JPEG)["url"]).content == JPEG
    assert api.upload("/cgi-bin/media/uploadimg", JPEG + b"0" * 1024 * 1024)["errcode"] == 40009


@pytest.fixture
def thumb(api):
    return api.upload("/cgi-bin/material/add_material", JPEG, type="thumb")["media_id"]


def article(thumb: str, **more: object) -> dict:
    return {"title": "一周预警", "content": "<p>别转账</p>", "thumb_media_id": thumb} | more


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, 0),
        ({"title": "长" * 33}, 45003),
        ({"author": "长" * 17}, 45110),
        ({"digest": "长" * 129}, 45004),
        ({"content": "长" * 20_000}, 45002),
        ({"thumb_media_id": "none"}, 40007),
        ({"title": "\\u4e00"}, 40033),
    ],
)
def test_drafts_have_limits_d(api, thumb, change, code):
    order = {"articles": [article(thumb, **change)]}
    assert api.post("/cgi-bin/draft/add", order).get("errcode", 0) == code


def test_a_draft_is_changed_listed_and_deleted_d(api, thumb):
    name = api.post("/cgi-bin/draft/add", {"articles": [article(thumb)]})["media_id"]
    change = {"media_id": name, "index": 0, "articles": article(thumb, title="改过")}
    assert api.post("/cgi-bin/draft/update", change)["errcode"] == 0
    assert api.post("/cgi-bin/draft/get", {"media_id": name})["news_item"][0]["title"] == "改过"
    assert api.get("/cgi-bin/draft/count")["total_count"] == 1
    listed = api.post("/cgi-bin/draft/batchget", {"offset": 0, "count": 20, "no_content": 1})["item"][0]
    assert listed["media_id"] == name and listed["content"]["news_item"][0]["content"] == ""
    assert api.post("/cgi-bin/draft/delete", {"media_id": name})["errcode"] == 0
    assert api.post("/cgi-bin/draft/get", {"media_id": name})["errcode"] == 40007


def test_publishing_ends_with_an_event_and_takes_the_draft_away_d(lab, api, server, thumb):
    lab.connect(server.url)
    name = api.post("/cgi-bin/draft/add", {"articles": [article(thumb)]})["media_id"]
    number = api.post("/cgi-bin/freepublish/submit", {"media_id": name})["publish_id"]
    told = server.wait_for("PUBLISHJOBFINISH")["PublishEventInfo"]
    assert (told["publish_id"], told["publish_status"]) == (number, "0")
    assert api.post("/cgi-bin/freepublish/get", {"publish_id": number})["article_id"] == told["article_id"]
    got = api.post("/cgi-bin/freepublish/getarticle", {"article_id": told["article_id"]})
    assert "别转账" in api.http.get(got["news_item"][0]["url"]).text
    assert api.post("/cgi-bin/freepublish/batchget", {"offset": 0, "count": 10})["total_count"] == 1
    assert api.post("/cgi-bin/freepublish/delete", {"article_id": told["article_id"]})["errcode"] == 0
    gone = api.post("/cgi-bin/freepublish/getarticle", {"article_id": told["article_id"]})
    assert gone["errcode"] == 53600 and api.get("/cgi-bin/draft/count")["total_count"] == 0


def test_publishing_can_fail_and_needs_a_verified_account_d(lab, api, server, thumb):
    lab.connect(server.url)
    lab.settings(publish_status=4)
    name = api.post("/cgi-bin/draft/add", {"articles": [article(thumb)]})["media_id"]
    api.post("/cgi-bin/freepublish/submit", {"media_id": name})
    assert server.wait_for("PUBLISHJOBFINISH")["PublishEventInfo"]["publish_status"] == "4"
    lab.app(APP, verified=False)
    assert api.post("/cgi-bin/freepublish/submit", {"media_id": name})["errcode"] == 48001


def test_short_keys_end_d(api, lab_clock):
    key = api.post("/cgi-bin/shorten/gen", {"long_data": "http://x.example/长", "expire_seconds": 60})[
        "short_key"
    ]
    assert api.post("/cgi-bin/shorten/fetch", {"short_key": key})["long_data"] == "http://x.example/长"
    assert api.post("/cgi-bin/shorten/gen", {"long_data": "x" * 4097})["errcode"] == 40035
    lab_clock.advance(61)
    assert api.post("/cgi-bin/shorten/fetch", {"short_key": key})["errcode"] == 40035


def test_the_js_ticket_is_the_same_for_two_hours_d(api, lab_clock):
    first = api.get("/cgi-bin/ticket/getticket", type="jsapi")
    assert api.get("/cgi-bin/ticket/getticket", type="jsapi")["ticket"] == first["ticket"]
    lab_clock.advance(7200)
    assert api.get("/cgi-bin/ticket/getticket", type="jsapi")["ticket"] != first["ticket"]


def test_the_callback_check_answers_for_this_machine_d(lab, api, server):
    order = {"action": "all", "check_operator": "DEFAULT"}
    assert api.post("/cgi-bin/callback/check", order)["errcode"] == 40203
    lab.connect(server.url)
    assert api.post("/cgi-bin/callback/check", order)["dns"]
    assert api.post("/cgi-bin/callback/check", order | {"action": "x"})["errcode"] == 40202
    assert api.post("/cgi-bin/callback/check", order | {"check_operator": "x"})["errcode"] == 40201
