"""The kinds of messages a person sends: each becomes the XML the platform makes of it."""

import base64
import binascii
from collections.abc import Awaitable, Callable
from typing import Any

from lab import ids, windows
from lab.acts import Act, Fields, Order, send
from lab.errors import BadOrder
from lab.fans import Fan
from lab.messages import in_words
from lab.world import World


def must_follow(fan: Fan) -> None:
    if not fan.follows:
        raise BadOrder("this fan does not follow", 409)


def text_of(order: Order, name: str) -> str:
    """Raises BadOrder."""
    value = order.get(name)
    if not isinstance(value, str) or not value:
        raise BadOrder(f"{name} must be a text")
    return value


async def speak(world: World, fan: Fan, kind: str, body: Any, fields: Fields) -> Act:
    """A normal message: it has a MsgId and opens the 48-hour window."""
    must_follow(fan)
    number = ids.message_id()
    world.post(fan, "fan", kind, body, number)
    windows.opened_by_message(fan, world.clock.now(), world.settings)
    return await send(world, fan, in_words(kind, body), [*fields, ("MsgId", number)])


def _data(order: Order) -> bytes:
    try:
        return base64.b64decode(str(order.get("data", "")), validate=True)
    except (ValueError, binascii.Error) as wrong:
        raise BadOrder("data must be base64") from wrong


def _stored(world: World, fan: Fan, kind: str, order: Order) -> str:
    """Keep what the fan sent for media/get; an empty file is allowed in tests."""
    app, now = world.apps[fan.app_id], world.clock.now()
    media = app.media.add(
        kind, _data(order), str(order.get("name", "")), now, now + world.settings.media_life_s
    )
    world.keep_media(app, media)
    return media.media_id


async def image(world: World, fan: Fan, order: Order) -> Act:
    must_follow(fan)
    media_id = _stored(world, fan, "image", order)
    url = str(order.get("pic_url") or f"{world.url}/__lab/media/{media_id}")
    fields: Fields = [("MsgType", "image"), ("PicUrl", url), ("MediaId", media_id)]
    return await speak(world, fan, "image", {"url": url, "media_id": media_id}, fields)


async def voice(world: World, fan: Fan, order: Order) -> Act:
    """Recognition comes empty: speech to text was taken out of service in 2023."""
    must_follow(fan)
    media_id = _stored(world, fan, "voice", order)
    heard = str(order.get("recognition", world.settings.voice_recognition))
    fields: Fields = [
        ("MsgType", "voice"),
        ("MediaId", media_id),
        ("Format", str(order.get("format", "amr"))),
    ]
    fields += [("Recognition", heard), ("MediaId16K", media_id)]
    return await speak(
        world, fan, "voice", {"media_id": media_id, "seconds": order.get("seconds", 3)}, fields
    )


async def video(world: World, fan: Fan, order: Order) -> Act:
    must_follow(fan)
    media_id, thumb = _stored(world, fan, "video", order), ids.new_key(64)
    kind = "shortvideo" if order.get("type") == "shortvideo" else "video"
    fields: Fields = [("MsgType", kind), ("MediaId", media_id), ("ThumbMediaId", thumb)]
    return await speak(world, fan, "video", {"media_id": media_id}, fields)


async def link(world: World, fan: Fan, order: Order) -> Act:
    title, about = str(order.get("title", "")), str(order.get("description", ""))
    url = text_of(order, "url")
    fields: Fields = [("MsgType", "link"), ("Title", title), ("Description", about), ("Url", url)]
    return await speak(world, fan, "link", {"title": title, "description": about, "url": url}, fields)


async def location(world: World, fan: Fan, order: Order) -> Act:
    """`x` (or location_x, latitude, lat) is the latitude, `y` the longitude."""
    x = _first(order, ("x", "location_x", "latitude", "lat"), 30.66)
    y = _first(order, ("y", "location_y", "longitude", "lon", "lng"), 104.07)
    label, scale = str(order.get("label", "")), order.get("scale", 16)
    fields: Fields = [("MsgType", "location"), ("Location_X", x), ("Location_Y", y), ("Scale", scale)]
    return await speak(world, fan, "location", {"x": x, "y": y, "label": label}, [*fields, ("Label", label)])


def _first(order: Order, names: tuple[str, ...], default: float) -> float:
    for name in names:
        if name in order:
            try:
                return float(order[name])
            except (TypeError, ValueError) as wrong:
                raise BadOrder(f"{name} must be a number") from wrong
    return default


UNSUPPORTED = "【收到不支持的消息类型，暂无法显示】"


async def sticker(world: World, fan: Fan, order: Order) -> Act:
    """A sticker reaches the account as the sentence the platform puts in its place."""
    fields: Fields = [("MsgType", "text"), ("Content", str(order.get("text") or UNSUPPORTED))]
    return await speak(world, fan, "sticker", {"text": str(order.get("shown", "[表情]"))}, fields)


async def file(world: World, fan: Fan, order: Order) -> Act:
    title = str(order.get("title", "文件.pdf"))
    fields: Fields = [
        ("MsgType", "file"),
        ("Title", title),
        ("Description", ""),
        ("FileKey", ids.new_key(32)),
    ]
    fields += [("FileMd5", "d41d8cd98f00b204e9800998ecf8427e"), ("FileTotalLen", 1024)]
    return await speak(world, fan, "file", {"text": f"[文件] {title}"}, fields)


async def card(world: World, fan: Fan, order: Order) -> Act:
    """A mini-program card."""
    title, page = str(order.get("title", "")), str(order.get("page", ""))
    fields: Fields = [
        ("MsgType", "miniprogrampage"),
        ("Title", title),
        ("AppId", str(order.get("app_id", ""))),
    ]
    fields += [("PagePath", page), ("ThumbUrl", ""), ("ThumbMediaId", "")]
    return await speak(world, fan, "miniprogrampage", {"title": title, "page": page}, fields)


SENDINGS: dict[str, Callable[[World, Fan, Order], Awaitable[Act]]] = {
    "image": image,
    "voice": voice,
    "video": video,
    "shortvideo": video,
    "link": link,
    "location": location,
    "sticker": sticker,
    "file": file,
    "miniprogrampage": card,
}


async def send_kind(world: World, fan: Fan, order: Order) -> Act:
    sending = SENDINGS.get(str(order.get("type")))
    if sending is None:
        raise BadOrder(f"type is one of {', '.join(SENDINGS)}")
    return await sending(world, fan, {name.lower(): value for name, value in order.items()})
