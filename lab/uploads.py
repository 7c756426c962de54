"""Files in a multipart body."""

import re
from dataclasses import dataclass

_BOUNDARY = re.compile(r'boundary="?([^";]+)"?', re.IGNORECASE)
_NAME = re.compile(r'[;\s]name="?([^";\r\n]*)"?', re.IGNORECASE)
_FILE = re.compile(r'filename="?([^";\r\n]*)"?', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Upload:
    """One part: its file name ("" for a plain field) and bytes."""

    name: str
    data: bytes


def parts(content_type: str, body: bytes) -> dict[str, Upload]:
    """The parts of `multipart/form-data` by field name; nothing for another content type."""
    boundary = _BOUNDARY.search(content_type)
    if not content_type.lower().startswith("multipart/") or boundary is None:
        return {}
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary[1].encode("latin-1", "replace"))
    found: dict[str, Upload] = {}
    for piece in pieces[1:]:
        head, blank, data = piece.partition(b"\r\n\r\n")
        words = head.decode("utf-8", "replace")
        name, file = _NAME.search(words), _FILE.search(words)
        if blank and name:
            found[name[1]] = Upload(file[1] if file else "", data)
    return found
