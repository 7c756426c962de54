"""Permanent material. WeChat docs, materials: 100,000 pictures, 1,000 of each other kind."""

from typing import Any

from lab.api.media import checked_file
from lab.api.replies import OFFICIAL, OK
from lab.call import Answer, Binary, Call, Endpoint
from lab.errors import Refused
from lab.media import Media, kind_of

MOST = {"image": 100_000, "voice": 1000, "video": 1000, "thumb": 1000}
INLINE_BYTES = 1024 * 1024


def add(call: Call) -> Answer:
    """POST /cgi-bin/material/add_material?type="""
    kind = call.query.get("type", "")
    file = checked_file(call, kind)
    if len(call.app.media.permanent(kind)) >= MOST[kind]:
        raise Refused(45001)
    media = call.app.media.add(kind, file.data, file.name, call.now, None)
    call.world.keep_media(call.app, media)
    found = {"media_id": media.media_id, "item": []}
    return found | ({"url": _url(call, media)} if kind in ("image", "thumb") else {})


def _url(call: Call, media: Media) -> str:
    return f"{call.world.url}/__lab/media/{media.media_id}"


def get(call: Call) -> Answer:
    """POST /cgi-bin/material/get_material {media_id}: articles as JSON, files as they are."""
    name = call.json().get("media_id")
    if name in call.app.drafts.drafts:
        return {"news_item": call.app.drafts.drafts[str(name)].articles}
    media = call.app.media.find(str(name), call.now)
    if media is None or media.ends is not None:
        raise Refused(40007)
    if media.kind == "video":
        return {"title": media.name, "description": "", "down_url": _url(call, media)}
    return Binary(media.data, media.mime, media.name)


def delete(call: Call) -> Answer:
    """POST /cgi-bin/material/del_material {media_id}. Raises Refused 48005 when a menu uses it."""
    name = str(call.json().get("media_id"))
    media = call.app.media.find(name, call.now)
    if media is None or media.ends is not None:
        raise Refused(40007)
    if f'"{name}"' in str(call.app.menu.buttons).replace("'", '"'):
        raise Refused(48005)
    call.app.media.drop(name)
    call.world.store.drop_blob(name)
    return OK


def count(call: Call) -> Answer:
    """GET /cgi-bin/material/get_materialcount"""
    found = {f"{kind}_count": len(call.app.media.permanent(kind)) for kind in ("voice", "video", "image")}
    return found | {"news_count": len(call.app.drafts.drafts)}


def batch(call: Call) -> Answer:
    """POST /cgi-bin/material/batchget_material {type, offset, count}"""
    body = call.json()
    kind, offset, many = body.get("type"), body.get("offset", 0), body.get("count", 20)
    if kind not in ("image", "video", "voice", "news"):
        raise Refused(40004)
    if not isinstance(offset, int) or not isinstance(many, int) or offset < 0 or not 1 <= many <= 20:
        raise Refused(40097)
    rows = _rows(call, kind)
    page = rows[offset : offset + many]
    return {"total_count": len(rows), "item_count": len(page), "item": page}


def _rows(call: Call, kind: str) -> list[dict[str, Any]]:
    if kind == "news":
        drafts = call.app.drafts.drafts.values()
        return [
            {"media_id": d.media_id, "content": {"news_item": d.articles}, "update_time": int(d.at)}
            for d in drafts
        ]
    return [
        {"media_id": m.media_id, "name": m.name, "update_time": int(m.at), "url": _url(call, m)}
        for m in call.app.media.permanent(kind)
    ]


def picture(call: Call) -> Answer:
    """POST /cgi-bin/media/uploadimg: for articles; JPG or PNG up to 1 MB, not counted as material."""
    file = call.uploads().get("media")
    if file is None:
        raise Refused(41005)
    if len(file.data) > INLINE_BYTES:
        raise Refused(40009)
    if kind_of(file.data)[0] not in ("image/jpeg", "image/png"):
        raise Refused(40005)
    media = call.app.media.add("inline", file.data, file.name, call.now, None)
    call.world.keep_media(call.app, media)
    return {"url": _url(call, media)}


MATERIAL = "/cgi-bin/material"
ROUTES = (
    Endpoint(f"{MATERIAL}/add_material", add, kinds=OFFICIAL),
    Endpoint(f"{MATERIAL}/get_material", get, kinds=OFFICIAL),
    Endpoint(f"{MATERIAL}/del_material", delete, kinds=OFFICIAL),
    Endpoint(f"{MATERIAL}/get_materialcount", count, ("GET",), kinds=OFFICIAL),
    Endpoint(f"{MATERIAL}/batchget_material", batch, kinds=OFFICIAL),
    Endpoint("/cgi-bin/media/uploadimg", picture, kinds=OFFICIAL),
)
