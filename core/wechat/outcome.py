"""What a WeChat error code means for us: one table, and the one exception the gateway raises."""

import re
from enum import StrEnum
from urllib.parse import urlsplit


class Outcome(StrEnum):
    """What to do after a call, one word each."""

    OK = "ok"
    """Done, or done before under the same idempotency key."""
    TRANSIENT = "transient"
    """Not done: try again with growing pauses, three times at most."""
    TOKEN = "token"
    """Our token was refused even after a renewal: try again in a minute, alarm if it stays."""
    MINUTE = "minute"
    """Too fast: go on in the next minute."""
    QUOTA = "quota"
    """The day's or month's allowance is spent: stop until it renews, alarm."""
    WINDOW = "window"
    """The person's message window is closed: use another channel or wait for their next contact."""
    GONE = "gone"
    """This openid does not follow this account: mark as unreachable."""
    REFUSED = "refused"
    """The person said no (blocked, turned off, grant used up): do not ask this way again."""
    CONFIG = "config"
    """A setting or permission at WeChat is wrong: alarm, do not retry."""
    BAD_REQUEST = "bad_request"
    """Our request is wrong: a bug, keep it for a developer."""
    CONTENT = "content"
    """WeChat objects to the content: a person must look at it."""
    BANNED = "banned"
    """An ability was taken from the account: stop the channel, call someone."""
    WAIT = "wait"
    """Under review at WeChat: try again in some hours."""
    LOGIN = "login"
    """A code or session of a person's sign-in is spent: let them start again."""
    IGNORE = "ignore"
    """Harmless; nothing to do."""
    UNSURE = "unsure"
    """Asked, and heard nothing certain: may have happened. Never repeat by guess."""
    UNKNOWN = "unknown"
    """A code or answer not in this table: do not retry, log the rid, alarm."""


_O = Outcome

# Source: WeChat docs, global return codes and the error tables of each interface.
TABLE: dict[Outcome, tuple[int | range, ...]] = {
    _O.OK: (0, 45065),
    _O.TRANSIENT: (-1, 20001, 200001, 61450, 85431, 43108),
    _O.TOKEN: (40001, 40014, 42001),
    _O.MINUTE: (44990, 44991, 45011, 9500002, 45066, 42010),
    _O.QUOTA: (45009, 44993, 45029, 85406, 9410009, 45028, 48006),
    _O.WINDOW: (45015, 10706, 45047, 61010),
    _O.GONE: (40003, 43004, 50005, 46004, 10700, 40226, 50002),
    _O.REFUSED: (43101, 43019, 62751, 48002, 10703),
    _O.CONFIG: (
        *(40002, 40013, 40125, 41002, 41004, 40243, 40164, 61004, 45035, 48001, 48003, 48008, 50001, 61007),
        *(40200, 200100, 85407, 85079, 89501, range(89503, 89508)),
    ),
    _O.BAD_REQUEST: (
        *(40007, 40008, range(40015, 40029), 40031, 40032, 40033, range(40035, 40039), 40054, 40055, 40097),
        *(40129, 40130, 40159, 40165, 40169, 40212, 41001, 41005, 41006, 41007, 41009, 41030, 43104),
        *(range(43001, 43004), range(44001, 44005), range(45001, 45009), range(45056, 45060), 45067, 45072),
        *(45083, 45084, range(45157, 45160), range(46001, 46004), 47001, 47003, 48005, range(61451, 61458)),
        *(range(65301, 65319), 85401, 85402, 200011, 200012, range(200014, 200023)),
    ),
    _O.CONTENT: (87014, 45168, 40249, 40250, 44008, 44009, 88002, 70000),
    _O.BANNED: (40251, 43107, 43116, 48004, 53500, 200013, 85408),
    _O.WAIT: (40252,),
    _O.LOGIN: (40029, 40163, 42003, 41008, 40030, 42002, 42007, 87007, 87008, 87009),
    _O.IGNORE: (45080, 45081),
}

_BY_CODE = {
    code: outcome
    for outcome, given in TABLE.items()
    for entry in given
    for code in (entry if isinstance(entry, range) else (entry,))
}
TOKEN_PATHS = frozenset({"/cgi-bin/token", "/cgi-bin/stable_token"})
# Calls that a repeat would do a second time, so that "busy" leaves us unsure.
SENDS = re.compile(r"/cgi-bin/message/(custom/send|template/send|subscribe/(biz)?send|mass/send(all)?)")
_BUSY = frozenset({-1, 20001, 200001, 61450, 85431, None})


def plain_path(address: str) -> str:
    """The path of an address or endpoint name, without host and query: "/cgi-bin/menu/get"."""
    if address.startswith(("http://", "https://")):
        return urlsplit(address).path
    path = address.split("?", 1)[0]
    return path if path.startswith("/") else f"/cgi-bin/{path}"


def outcome_of(code: int | None, path: str, *, keyed: bool = False) -> Outcome:
    """What `code` means on `path`; None stands for an HTTP 5xx.

    `keyed`: the request carried an idempotency key (client_msg_id, clientmsgid), so a repeat is safe.
    """
    path = plain_path(path)
    if code in _BUSY:
        return _O.UNSURE if SENDS.fullmatch(path) and not keyed else _O.TRANSIENT
    if path in TOKEN_PATHS and code == 40001:
        return _O.CONFIG  # no token is involved there: the secret is wrong
    if path.endswith("generate_urllink") and code == 40013:
        return _O.BANNED
    return _BY_CODE.get(code or 0, _O.UNKNOWN)


class CallFailed(Exception):
    """A call to WeChat did not succeed, or we cannot know. The only exception of the gateway.

    `code` is WeChat's errcode or None, `path` the path without query, `rid` WeChat's request id for
    rid/get. Its text never holds a token, secret, openid or body.
    """

    def __init__(self, outcome: Outcome, code: int | None, path: str, rid: str = "") -> None:
        super().__init__(outcome, code, path, rid)
        self.outcome, self.code, self.path, self.rid = outcome, code, plain_path(path), rid

    def __str__(self) -> str:
        rid = f", rid {self.rid}" if self.rid else ""
        return f"{self.outcome}: errcode {self.code} at {self.path}{rid}"

    def __repr__(self) -> str:
        return f"<CallFailed {self}>"
