"""QR tickets of one account: what scanning a code means."""

import base64
import secrets
from dataclasses import asdict, dataclass
from io import BytesIO
from typing import Any

import segno

from lab import ids


@dataclass(slots=True)
class Ticket:
    """One code; `ends` is None when it is permanent."""

    ticket: str
    scene: str
    numeric: bool
    url: str
    made: float
    ends: float | None

    def live(self, now: float) -> bool:
        return self.ends is None or now < self.ends

    def row(self) -> dict[str, Any]:
        return asdict(self)


class QrDesk:
    """Tickets by name and by scene."""

    def __init__(self) -> None:
        self._tickets: dict[str, Ticket] = {}
        self._by_scene: dict[str, Ticket] = {}

    def make(self, scene: str, numeric: bool, now: float, ends: float | None) -> Ticket:
        """A new ticket; a permanent code of the same scene is given again."""
        before = self._by_scene.get(scene)
        if ends is None and before is not None and before.ends is None:
            return before
        secret = ids.new_key(22)
        raw = (
            b"\x81\x07\xb8\xeb"
            + b"\x00" * 8
            + f"http://weixin.qq.com/q/{secret}".encode()
            + secrets.token_bytes(8)
        )
        name = base64.urlsafe_b64encode(raw).decode().rstrip("=")
        return self.keep(Ticket(name, scene, numeric, f"http://weixin.qq.com/q/{secret}", now, ends))

    def keep(self, ticket: Ticket) -> Ticket:
        self._tickets[ticket.ticket] = self._by_scene[ticket.scene] = ticket
        return ticket

    def load(self, kept: dict[str, Any]) -> None:
        self.keep(Ticket(**kept))

    def find(self, name: str) -> Ticket | None:
        return self._tickets.get(name)

    def scanned(self, scene_or_ticket: str) -> Ticket | None:
        """The code somebody holds the phone to, named by its ticket or by its scene."""
        return self._tickets.get(scene_or_ticket) or self._by_scene.get(scene_or_ticket)

    def permanent_count(self) -> int:
        return sum(1 for ticket in self._tickets.values() if ticket.ends is None)

    def all(self) -> list[Ticket]:
        """Newest first."""
        return list(self._tickets.values())[::-1]


def png(text: str, scale: int = 8) -> bytes:
    """A QR code as PNG bytes."""
    return _bytes(segno.make(text, error="m", micro=False), "png", scale)


def svg(text: str) -> bytes:
    return _bytes(segno.make(text, error="m", micro=False), "svg", 4)


def _bytes(code: segno.QRCode, kind: str, scale: int) -> bytes:
    out = BytesIO()
    code.save(out, kind=kind, scale=scale, border=2)
    return out.getvalue()
