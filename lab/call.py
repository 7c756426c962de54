"""One call of the platform's API, and what an endpoint is."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Any

from lab.accounts import App
from lab.errors import Refused
from lab.fans import Fan
from lab.uploads import Upload, parts

if TYPE_CHECKING:
    from lab.world import World


class Call:
    """What arrived: query, raw body, and the account its token belongs to."""

    __slots__ = ("world", "app", "method", "path", "query", "raw", "content_type", "cookies", "ip", "host", "rid", "now",
                 "openid", "errcode", "fault", "_json")  # fmt: skip

    def __init__(self, world: "World", method: str, path: str, query: Mapping[str, str], raw: bytes) -> None:
        self.world = world
        self.app: App = world.default_app
        self.method = method
        self.path = path
        self.query = query
        self.raw = raw
        self.content_type = ""
        self.cookies = ""
        self.ip = "127.0.0.1"
        self.host = ""
        self.rid = ""
        self.now = world.clock.now()
        self.openid = ""
        self.errcode = 0
        self.fault = ""
        self._json: dict[str, Any] | None = None

    def json(self) -> dict[str, Any]:
        """The body, whatever its content type says. Raises Refused 44002, 47001."""
        if self._json is None:
            if not self.raw:
                raise Refused(44002)
            try:
                found = json.loads(self.raw)
            except (ValueError, RecursionError) as broken:
                raise Refused(47001) from broken
            if not isinstance(found, dict):
                raise Refused(47001)
            self._json = found
        return self._json

    def cookie(self, name: str) -> str:
        found = SimpleCookie(self.cookies).get(name)
        return found.value if found else ""

    def uploads(self) -> dict[str, Upload]:
        """The parts of a multipart body."""
        return parts(self.content_type, self.raw)

    def fan(self, key: str = "touser") -> Fan:
        """The fan named in the body. Raises Refused 40003."""
        openid = self.json().get(key)
        found = self.world.fans.of(self.app.app_id, openid) if isinstance(openid, str) else None
        if found is None:
            raise Refused(40003)
        return found


@dataclass(frozen=True, slots=True)
class Binary:
    """An answer that is a file."""

    data: bytes
    mime: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """An answer that is HTML, or a redirect."""

    html: str = ""
    location: str = ""


Answer = dict[str, Any] | Binary | Page
Work = Callable[[Call], Answer | Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One path of the platform.

    `kinds` are the account kinds that have the right; `verified` asks for a certified account (48001);
    `quota` is the row of the quota table it counts in; `per_minute` its own ceiling (0: none).
    """

    path: str
    work: Work
    methods: tuple[str, ...] = ("POST",)
    token: bool = True
    kinds: tuple[str, ...] = ("service", "subscription", "sandbox")
    verified: bool = False
    quota: str = ""
    per_minute: int = 0
