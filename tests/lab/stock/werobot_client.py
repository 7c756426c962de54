"""Drives the lab with WeRoBot's own client; only the address is redirected.

`python werobot_client.py URL OPENID OPENID` prints one JSON object: the name of each call and "ok", or its error.
"""

import io
import json
import sys
import time
from urllib.parse import urlsplit, urlunsplit

import requests
from werobot.client import Client

URL, ONE, TWO = sys.argv[1:4]
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 60
BUTTONS = {"button": [{"type": "click", "name": "一", "key": "K"}]}
told = {}
plain_send = requests.Session.send


def send_to_lab(session, request, **options):
    """The client has no session of its own to mount an adapter on, so the address changes here."""
    parts, lab = urlsplit(request.url), urlsplit(URL)
    request.url = urlunsplit((lab.scheme, lab.netloc, parts.path, parts.query, ""))
    return plain_send(session, request, **options)


requests.Session.send = send_to_lab
client = Client({"APP_ID": "wxlab0000000000001", "APP_SECRET": "lab-secret"})


def check(name, work, good=bool):
    try:
        found = work()
        told[name] = "ok" if good(found) else f"unexpected: {found!r}"
    except Exception as error:  # noqa: BLE001 - every failure is a line of the report
        told[name] = f"{type(error).__name__}: {error}"
        return None
    return found


def named(data):
    found = io.BytesIO(data)
    found.name = "图.png"
    return found


check("create_menu", lambda: client.create_menu(BUTTONS))
check("get_menu", client.get_menu)
check("get_custom_menu_config", client.get_custom_menu_config)
made = check(
    "create_custom_menu", lambda: client.create_custom_menu(BUTTONS["button"], {"client_platform_type": "1"})
)
check("match_custom_menu", lambda: client.match_custom_menu(ONE))
check("delete_custom_menu", lambda: client.delete_custom_menu(made["menuid"]))
check("delete_menu", client.delete_menu)
check("get_followers", client.get_followers, lambda row: row["total"] == 2)
check("get_user_info", lambda: client.get_user_info(ONE), lambda row: row["subscribe"] == 1)
check("get_users_info", lambda: client.get_users_info([ONE, TWO]))
check("remark_user", lambda: client.remark_user(ONE, "老王"))
tag = check("create_tag", lambda: client.create_tag("家长"))["tag"]["id"]
check("get_tags", client.get_tags)
check("tag_users", lambda: client.tag_users(tag, [ONE]))
check("get_users_by_tag", lambda: client.get_users_by_tag(tag), lambda row: row["count"] == 1)
check("get_tags_by_user", lambda: client.get_tags_by_user(ONE))
check("untag_users", lambda: client.untag_users(tag, [ONE]))
check("delete_tag", lambda: client.delete_tag(tag))
image = check("upload_media", lambda: client.upload_media("image", named(PNG)))["media_id"]
check("download_media", lambda: client.download_media(image).content == PNG)
kept = check("upload_permanent_media", lambda: client.upload_permanent_media("image", named(PNG)))["media_id"]
check("get_media_count", client.get_media_count)
check("get_media_list", lambda: client.get_media_list("image", 0, 20))
check("delete_permanent_media", lambda: client.delete_permanent_media(kept))
check("send_text_message", lambda: client.send_text_message(ONE, "你好"))
check("send_image_message", lambda: client.send_image_message(ONE, image))
scene = {"action_name": "QR_STR_SCENE", "expire_seconds": 60, "action_info": {"scene": {"scene_str": "u"}}}
ticket = check("create_qrcode", lambda: client.create_qrcode(scene))["ticket"]
check("show_qrcode", lambda: client.show_qrcode(ticket).content.startswith(b"\x89PNG"))
check("get_ip_list", client.get_ip_list)
check("send_mass_preview_to_user", lambda: client.send_mass_preview_to_user("text", "预览", ONE))
job = check("send_mass_msg", lambda: client.send_mass_msg("text", "群发", [ONE, TWO]))["msg_id"]
time.sleep(0.3)
check(
    "get_mass_msg_status",
    lambda: client.get_mass_msg_status(job),
    lambda row: row["msg_status"] == "SEND_SUCCESS",
)
check("set_mass_msg_speed", lambda: client.set_mass_msg_speed(2))
check("get_mass_msg_speed", client.get_mass_msg_speed, lambda row: row["speed"] == 2)
print(json.dumps(told, ensure_ascii=False))
