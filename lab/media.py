"""Temporary and permanent media of one account, and what its fans sent."""

from dataclasses import dataclass

from lab import ids

MAGIC = (
    (b"\xff\xd8\xff", "image/jpeg", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "image/png", "png"),
    (b"GIF8", "image/gif", "gif"),
    (b"#!AMR", "audio/amr", "amr"),
    (b"ID3", "audio/mp3", "mp3"),
    (b"\xff\xfb", "audio/mp3", "mp3"),
    (b"\xff\xf3", "audio/mp3", "mp3"),
)


def kind_of(data: bytes) -> tuple[str, str]:
    """MIME type and extension by the first bytes."""
    for head, mime, extension in MAGIC:
        if data.startswith(head):
            return mime, extension
    if data[4:8] == b"ftyp":
        return "video/mp4", "mp4"
    return "application/octet-stream", "bin"


@dataclass(slots=True)
class Media:
    """One file; `ends` is None for permanent material."""

    media_id: str
    kind: str
    mime: str
    name: str
    at: float
    ends: float | None
    data: bytes


class MediaBook:
    """Files by media id."""

    def __init__(self) -> None:
        self._files: dict[str, Media] = {}

    def add(self, kind: str, data: bytes, name: str, now: float, ends: float | None) -> Media:
        mime, extension = kind_of(data)
        media = Media(ids.new_key(64), kind, mime, name or f"{kind}.{extension}", now, ends, data)
        return self.keep(media)

    def keep(self, media: Media) -> Media:
        self._files[media.media_id] = media
        return media

    def find(self, media_id: str, now: float) -> Media | None:
        """The file, unless it is unknown or its three days are over."""
        media = self._files.get(media_id)
        if media is None or (media.ends is not None and now >= media.ends):
            return None
        return media

    def knows(self, media_id: str) -> bool:
        return media_id in self._files

    def permanent(self, kind: str = "") -> list[Media]:
        """Permanent material, newest first."""
        found = [m for m in self._files.values() if m.ends is None and (not kind or m.kind == kind)]
        return found[::-1]

    def drop(self, media_id: str) -> bool:
        return self._files.pop(media_id, None) is not None
