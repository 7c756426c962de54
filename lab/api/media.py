"""Temporary media: upload and download, with their three days.

WeChat docs, temporary media: image 10 MB, voice 2 MB, video 10 MB, thumb 64 KB.
"""

from lab.api.replies import EVERY
from lab.call import Answer, Binary, Call, Endpoint
from lab.errors import Refused
from lab.media import kind_of
from lab.uploads import Upload

MB = 1024 * 1024
LIMITS = {"image": 10 * MB, "voice": 2 * MB, "video": 10 * MB, "thumb": 64 * 1024}
TOO_BIG = {"image": 40009, "voice": 40010, "video": 40011, "thumb": 40012}
MIMES = {
    "image": ("image/jpeg", "image/png", "image/gif"),
    "voice": ("audio/amr", "audio/mp3"),
    "video": ("video/mp4",),
    "thumb": ("image/jpeg",),
}


def upload(call: Call) -> Answer:
    """POST /cgi-bin/media/upload?type="""
    kind = call.query.get("type", "")
    file = checked_file(call, kind)
    media = call.app.media.add(
        kind, file.data, file.name, call.now, call.now + call.world.settings.media_life_s
    )
    call.world.keep_media(call.app, media)
    name = "thumb_media_id" if kind == "thumb" else "media_id"
    return {"type": kind, name: media.media_id, "created_at": int(call.now), "item": []}


def checked_file(call: Call, kind: str) -> Upload:
    """The uploaded file. Raises Refused 40004, 41005, 44001, 40009–40012, 40005."""
    if kind not in LIMITS:
        raise Refused(40004)
    file = call.uploads().get("media")
    if file is None:
        raise Refused(41005)
    if not file.data:
        raise Refused(44001)
    if len(file.data) > LIMITS[kind]:
        raise Refused(TOO_BIG[kind])
    if kind_of(file.data)[0] not in MIMES[kind]:
        raise Refused(40005)
    return file


def get(call: Call) -> Answer:
    """GET /cgi-bin/media/get, also for what a fan sent; a video comes as an address."""
    media = call.app.media.find(call.query.get("media_id", ""), call.now)
    if media is None:
        raise Refused(40007)
    if media.kind == "video":
        return {"video_url": f"{call.world.url}/__lab/media/{media.media_id}"}
    return Binary(media.data, media.mime, media.name)


ROUTES = (
    Endpoint("/cgi-bin/media/upload", upload, kinds=EVERY),
    Endpoint("/cgi-bin/media/get", get, ("GET",), kinds=EVERY),
    Endpoint("/cgi-bin/media/get/jssdk", get, ("GET",), kinds=EVERY),
)
