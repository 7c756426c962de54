"""What a person does in the chat: the event it sends, and what it changes."""

from collections.abc import Awaitable, Callable
from typing import Any

from lab import callbacks, grants, ids, windows, xmlwire
from lab.acts import Act, Fields, Order, header, post, send
from lab.errors import BadOrder
from lab.fans import Fan
from lab.menu import leaves
from lab.qr import Ticket
from lab.sendings import image, must_follow, send_kind, speak, text_of
from lab.templates import LONG_TERM, ONE_TIME, Template
from lab.world import World


async def act(world: World, fan: Fan, order: Order) -> Act:
    """Do it and wait for the callback cycle; `delay_s` and `tamper` spoil the delivery. Raises BadOrder."""
    name = order.get("do")
    doing = DOINGS.get(name) if isinstance(name, str) else None
    if doing is None:
        raise BadOrder(f"do is one of {', '.join(DOINGS)}")
    if order.get("delay_s") or order.get("tamper"):
        world.twists[fan.openid] = order
    if world.record is not None:
        world.record.append(
            {"at": world.clock.now(), "openid": fan.openid, "app": fan.app_id, "order": order}
        )
    return await doing(world, fan, order)


def scanned(world: World, fan: Fan, scene: str) -> Ticket:
    """The code of a scene or ticket; a scene nobody made a code for gets one: scripts may skip that."""
    app = world.apps[fan.app_id]
    ticket = app.qr.scanned(scene)
    if ticket is None:
        ticket = app.qr.make(scene, scene.isdigit(), world.clock.now(), None)
    if not ticket.live(world.clock.now()):
        raise BadOrder("this code has expired", 409)
    return ticket


async def follow(world: World, fan: Fan, order: Order) -> Act:
    """Follow by search, or by a code when `scene` is given. WeChat docs: EventKey is qrscene_ + scene."""
    scene = order.get("scene")
    if fan.follows:
        if scene:
            return await scan(world, fan, order)
        raise BadOrder("this fan follows already", 409)
    fields: Fields = [
        ("MsgType", "event"),
        ("Event", "subscribe"),
        ("EventKey", str(order.get("event_key") or "")),
    ]
    ticket = scanned(world, fan, str(scene)) if scene else None
    world.fans.follow(fan, world.clock.now(), "ADD_SCENE_QR_CODE" if ticket else "ADD_SCENE_SEARCH")
    if ticket is not None:
        fan.scene, fan.ticket = ticket.scene, ticket.ticket
        fields[2:] = [("EventKey", f"qrscene_{ticket.scene}"), ("Ticket", ticket.ticket)]
    windows.opened_briefly(fan, world.clock.now(), world.settings)
    world.hub.tell("fan", {"openid": fan.openid, "follows": True})
    return await send(world, fan, "关注", fields)


async def unfollow(world: World, fan: Fan, order: Order) -> Act:
    must_follow(fan)
    world.fans.unfollow(fan)
    world.hub.tell("fan", {"openid": fan.openid, "follows": False})
    return await send(
        world, fan, "取消关注", [("MsgType", "event"), ("Event", "unsubscribe"), ("EventKey", "")]
    )


async def scan(world: World, fan: Fan, order: Order) -> Act:
    """A follower's scan carries the scene without prefix; who does not follow yet follows by it."""
    if not fan.follows:
        return await follow(world, fan, order)
    ticket = scanned(world, fan, text_of(order, "scene"))
    windows.opened_briefly(fan, world.clock.now(), world.settings)
    fields = [("MsgType", "event"), ("Event", "SCAN"), ("EventKey", ticket.scene), ("Ticket", ticket.ticket)]
    return await send(world, fan, f"扫码 {ticket.scene}", fields)


async def say(world: World, fan: Fan, order: Order) -> Act:
    text = text_of(order, "text")
    return await speak(world, fan, "text", text, [("MsgType", "text"), ("Content", text)])


async def tap(world: World, fan: Fan, order: Order) -> Act:
    """A tap on a msgmenu item or a bizmsgmenu link: a text with bizmsgmenuid."""
    must_follow(fan)
    text, number = text_of(order, "text"), ids.message_id()
    world.post(fan, "fan", "text", text, number)
    opens = windows.opened_briefly if world.settings.kf_tap_is_brief else windows.opened_by_message
    opens(fan, world.clock.now(), world.settings)
    fields: Fields = [("MsgType", "text"), ("Content", text), ("MsgId", number)]
    return await send(world, fan, text, [*fields, ("bizmsgmenuid", _bare(str(order.get("menu_id", ""))))])


def _bare(text: str) -> Any:
    return int(text) if text.isascii() and text.isdigit() and text == str(int(text)) else text


async def click(world: World, fan: Fan, order: Order) -> Act:
    """A tap on a menu entry, named by its key, address or page; only some kinds open a window."""
    must_follow(fan)
    key = text_of(order, "key")
    app = world.apps[fan.app_id]
    buttons, menu_id = app.menu.shown_to(fan.tags, str(order.get("client", "1")))
    entry = next((b for b in leaves(buttons) if key in (b.get("key"), b.get("url"), b.get("pagepath"))), None)
    kind = str(entry["type"] if entry else "view" if key.startswith(("http://", "https://")) else "click")
    fields = _event_of(kind, key, order)
    if kind in ("view", "miniprogram") and menu_id is not None:
        fields.append(("MenuId", menu_id))
    if kind in OPENING:
        windows.opened_briefly(fan, world.clock.now(), world.settings)
    return await send(world, fan, f"菜单 {entry['name'] if entry else key}", fields, note=kind in OPENING)


OPENING = ("click", "scancode_push", "scancode_waitmsg")
EVENT_NAMES = {"click": "CLICK", "view": "VIEW", "miniprogram": "view_miniprogram"}


def _event_of(kind: str, key: str, order: Order) -> Fields:
    fields: Fields = [("MsgType", "event"), ("Event", EVENT_NAMES.get(kind, kind)), ("EventKey", key)]
    if kind.startswith("scancode"):
        found = {"ScanType": "qrcode", "ScanResult": str(order.get("result", ""))}
        fields.append(("ScanCodeInfo", found))
    elif kind.startswith("pic_"):
        sums = [{"PicMd5Sum": s} for s in order.get("md5", ["5a75aaca956d97be686719218f275c6b"])]
        fields.append(("SendPicsInfo", {"Count": len(sums), "PicList": {"item": sums}}))
    elif kind == "location_select":
        fields.append(("SendLocationInfo", {name: str(order.get(name, "")) for name in PLACE}))
    return fields


PLACE = ("Location_X", "Location_Y", "Scale", "Label", "Poiname")


async def raw(world: World, fan: Fan, order: Order) -> Act:
    """Any XML: fields under the usual header (null leaves one out), or a text sent as it stands."""
    app, xml = world.apps[fan.app_id], order.get("xml")
    if isinstance(xml, dict):
        fields = dict(header(world, app, fan.openid)) | xml
        if fields.get("MsgType") != "event":
            fields = fields if "MsgId" in xml else fields | {"MsgId": ids.message_id()}
        plain = xmlwire.render(fields.items())
    elif isinstance(xml, str):
        plain = xml
    else:
        raise BadOrder("xml must be an object of elements, or a text")
    letter = callbacks.sealed(app, fan.openid, plain)
    done = Act(world.clock.now(), fan.openid, app.app_id, "raw", letter)
    return await post(world, fan, done, event="<Event>" in plain, counts=False)


async def grant(world: World, fan: Fan, order: Order) -> Act:
    """A subscription pop-up: `template_id` or `templates`, `accept`, `scene` 1 page or 2 article."""
    names = order.get("templates") or [text_of(order, "template_id")]
    if not isinstance(names, list):
        raise BadOrder("templates is a list of ids")
    accept, scene = order.get("accept", True) is True, str(order.get("scene", 2))
    rows = []
    for name in names:
        template = _template(world, fan, str(name))
        (grants.accepted(fan, template) if accept else grants.rejected(fan, template.template_id))
        status = "accept" if accept else "reject"
        rows.append({"TemplateId": name, "SubscribeStatusString": status, "PopupScene": scene})
    fields: Fields = [("MsgType", "event"), ("Event", "subscribe_msg_popup_event")]
    fields.append(("SubscribeMsgPopupEvent", {"List": rows}))
    return await send(world, fan, f"订阅弹窗 {'同意' if accept else '拒绝'}", fields, note=False)


def _template(world: World, fan: Fan, name: str) -> Template:
    """The template of that id; an unknown one is taken for a one-time template with free fields."""
    app = world.apps[fan.app_id]
    found = app.templates.find(name)
    if found is None:
        found = app.templates.add(Template(name, "订阅通知", kind=ONE_TIME))
        world.keep(app, "templates")
    if found.kind == LONG_TERM and not app.long_term:
        raise BadOrder("this account has no right to long-term grants", 409)
    return found


async def revoke(world: World, fan: Fan, order: Order) -> Act:
    """The person turns a subscription off in the account's settings; only the refusal is told."""
    name = text_of(order, "template_id")
    grants.rejected(fan, name)
    row = {"TemplateId": name, "SubscribeStatusString": "reject"}
    fields: Fields = [("MsgType", "event"), ("Event", "subscribe_msg_change_event")]
    fields.append(("SubscribeMsgChangeEvent", {"List": [row]}))
    return await send(world, fan, "关闭订阅", fields, note=False)


PLATFORM = "oPlatformServiceAccount00001"
AUTHORISATIONS = ("user_info_modified", "user_authorization_revoke", "user_authorization_cancellation")


async def authorisation(world: World, fan: Fan, order: Order) -> Act:
    """`event` is one of the three; the sender is a service account of the platform, the person is in OpenID."""
    event = text_of(order, "event")
    if event not in AUTHORISATIONS:
        raise BadOrder(f"event is one of {', '.join(AUTHORISATIONS)}")
    fields = dict(header(world, world.apps[fan.app_id], PLATFORM)) | {"MsgType": "event", "Event": event}
    fields |= {"OpenID": fan.openid, "AppID": fan.app_id}
    if event == "user_authorization_revoke":
        fields["RevokeInfo"] = str(order.get("info", 205))
    letter = callbacks.sealed(world.apps[fan.app_id], PLATFORM, xmlwire.render(fields.items()))
    done = Act(world.clock.now(), fan.openid, fan.app_id, event, letter)
    return await post(world, fan, done, event=True, note=False)


async def report_place(world: World, fan: Fan, order: Order) -> Act:
    """LOCATION: the phone tells where it is when the chat is opened."""
    must_follow(fan)
    fields: Fields = [("MsgType", "event"), ("Event", "LOCATION"), ("Latitude", float(order.get("x", 30.66)))]
    fields += [("Longitude", float(order.get("y", 104.07))), ("Precision", 119.3)]
    return await send(world, fan, "上报位置", fields, note=False)


async def enter(world: World, fan: Fan, order: Order) -> Act:
    """Opening the service chat of a mini-program: two messages within a minute."""
    fan.follows = True
    windows.opened_briefly(fan, world.clock.now(), world.settings)
    fan.brief_left = world.settings.mini_kf_enter_count
    fields: Fields = [("MsgType", "event"), ("Event", "user_enter_tempsession")]
    fields.append(("SessionFrom", str(order.get("from", ""))))
    return await send(world, fan, "进入客服会话", fields, note=False)


async def certification(world: World, fan: Fan, order: Order) -> Act:
    """Events about the account's own certification, sent once by the platform."""
    event = text_of(order, "event")
    fields: Fields = [("MsgType", "event"), ("Event", event), ("ExpiredTime", int(world.clock.now()) + 86400)]
    return await send(world, fan, event, fields, note=False)


DOINGS: dict[str, Callable[[World, Fan, Order], Awaitable[Act]]] = {
    "follow": follow,
    "unfollow": unfollow,
    "say": say,
    "scan": scan,
    "click": click,
    "tap": tap,
    "image": image,
    "send": send_kind,
    "raw": raw,
    "grant": grant,
    "revoke": revoke,
    "authorisation": authorisation,
    "place": report_place,
    "enter": enter,
    "certification": certification,
}
