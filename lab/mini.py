"""What the platform keeps for a mini-program: sessions, one-use codes, links."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass

from lab.errors import Refused


@dataclass(slots=True)
class Session:
    """The key a mini-program shares with its server for one person."""

    key: str
    active: float

    def signature(self) -> str:
        """hmac_sha256(session_key, "")"""
        return hmac.new(self.key.encode(), b"", hashlib.sha256).hexdigest()


class MiniDesk:
    """Sessions of one mini-program by openid, and links it made."""

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}
        self.links: dict[str, dict[str, object]] = {}
        self.phones: dict[str, str] = {}
        self.made = 0

    def sign_in(self, openid: str, now: float) -> Session:
        session = Session(base64.b64encode(secrets.token_bytes(16)).decode(), now)
        self._sessions[openid] = session
        return session

    def active(self, openid: str, now: float) -> None:
        """Somebody uses the mini-program."""
        if session := self._sessions.get(openid):
            session.active = now

    def was_active(self, openid: str, now: float, within: float) -> bool:
        session = self._sessions.get(openid)
        return session is not None and now - session.active < within

    def check(self, openid: str, signature: str, method: str) -> Session:
        """Raises Refused 87007, 87008, 87009."""
        session = self._sessions.get(openid)
        if session is None:
            raise Refused(87007)
        if method != "hmac_sha256":
            raise Refused(87008)
        if not hmac.compare_digest(session.signature(), signature):
            raise Refused(87009)
        return session
