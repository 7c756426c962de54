"""Codes and tokens of web sign-in. WeChat docs, web authorisation: a code is used once, within five minutes."""

from dataclasses import dataclass

from lab import ids
from lab.errors import Refused

REFRESH_S = 30 * 86400.0


@dataclass(slots=True)
class Grant:
    """What a person agreed to; `snapshot` means the openid is a virtual one."""

    openid: str
    scope: str
    made: float
    snapshot: bool = False
    used: bool = False


@dataclass(slots=True)
class WebToken:
    """An access token of sns/*, and its refresh token."""

    openid: str
    scope: str
    snapshot: bool
    expires: float
    refresh: str
    refresh_expires: float


class OauthDesk:
    """Codes and web tokens of one account."""

    def __init__(self) -> None:
        self._codes: dict[str, Grant] = {}
        self._tokens: dict[str, WebToken] = {}
        self._refresh: dict[str, WebToken] = {}

    def code(self, openid: str, scope: str, now: float, snapshot: bool = False) -> str:
        """A code for a person; a snapshot user gets a made-up openid."""
        name = "0" + ids.new_key(31)
        shown = "oSNAP" + ids.new_key(23) if snapshot else openid
        self._codes[name] = Grant(shown, scope, now, snapshot)
        return name

    def holds(self, code: str) -> bool:
        return code in self._codes

    def redeem(self, code: str, now: float, life: float) -> Grant:
        """Raises Refused 40029, 40163, 42003."""
        grant = self._codes.get(code)
        if grant is None:
            raise Refused(40029)
        if grant.used:
            raise Refused(40163)
        if now - grant.made >= life:
            raise Refused(42003)
        grant.used = True
        return grant

    def issue(self, openid: str, scope: str, snapshot: bool, now: float) -> tuple[str, WebToken]:
        text, refresh = "9W_" + ids.new_key(90), "9R_" + ids.new_key(90)
        token = WebToken(openid, scope, snapshot, now + 7200, refresh, now + REFRESH_S)
        self._tokens[text] = self._refresh[refresh] = token
        return text, token

    def renew(self, refresh: str, now: float) -> tuple[str, WebToken]:
        """Raises Refused 40030, 42002."""
        before = self._refresh.get(refresh)
        if before is None:
            raise Refused(40030)
        if now >= before.refresh_expires:
            raise Refused(42002)
        text, token = self.issue(before.openid, before.scope, before.snapshot, now)
        token.refresh, token.refresh_expires = before.refresh, before.refresh_expires
        self._refresh[before.refresh] = token
        return text, token

    def check(self, text: str, openid: str, now: float) -> WebToken:
        """Raises Refused 40001, 42001, 40003."""
        token = self._tokens.get(text)
        if token is None:
            raise Refused(40001, "invalid credential, access_token is invalid or not latest")
        if now >= token.expires:
            raise Refused(42001)
        if token.openid != openid:
            raise Refused(40003)
        return token
