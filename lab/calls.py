"""The list of platform calls: path, outcome, rid, and for recent ones the whole exchange."""

from typing import Any

DETAIL_BYTES = 4000
DETAILED = 3000
Exchange = tuple[str, str, str, str, str, str]


class CallRow:
    """One call; `detail` is dropped when the call is no longer recent."""

    __slots__ = ("id", "at", "path", "openid", "errcode", "rid", "ms", "app_id", "fault", "detail")

    def __init__(self, at: float, path: str, app_id: str, rid: str) -> None:
        self.id = 0
        self.at = at
        self.path = path
        self.app_id = app_id
        self.rid = rid
        self.openid = ""
        self.errcode: int | None = 0
        self.ms = 0.0
        self.fault = ""
        self.detail: Exchange | None = None

    def row(self, iso: str) -> dict[str, Any]:
        """`{"id","at","path","openid"?,"errcode","rid","ms"}`."""
        found: dict[str, Any] = {"id": self.id, "at": iso, "path": self.path, "errcode": self.errcode}
        found |= {"rid": self.rid, "ms": self.ms, "app_id": self.app_id}
        if self.openid:
            found["openid"] = self.openid
        if self.fault:
            found["fault"] = self.fault
        return found

    def story(self) -> dict[str, str]:
        """Method, query, both bodies, the caller and the type of the request, while they are kept."""
        names = ("method", "query", "request", "response", "client_ip", "content_type")
        return dict(zip(names, self.detail or ("",) * len(names), strict=True))
