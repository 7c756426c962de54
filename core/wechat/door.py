"""Who is at the callback: verify every GET and POST, then hand over the message and nothing unverified."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.wechat.crypto import Crypto, Forged, same, signature
from core.wechat.incoming import MAX_BYTES, Incoming, element, read

_TIMESTAMP = re.compile(r"[1-9][0-9]{9}")  # a fixed width, so that no digit moves between timestamp and nonce
_NONCE = re.compile(r"[A-Za-z0-9_-]{1,128}")
_ECHO = re.compile(r"[!-~]{1,64}")
# The body of safe mode is flat. Matching it whole leaves no room for a DOCTYPE, nesting or a second reading.
_ELEMENT = rb"<(\w{1,64})>(?:<!\[CDATA\[[^\]<>]*+\]\]>|[^<>&]*+)</\1>\s*+"
_ENVELOPE = re.compile(rb"\s*+(?:<\?xml[^<>]{0,99}\?>\s*+)?<xml>\s*+(?:" + _ELEMENT + rb")*+</xml>\s*+")

__all__ = ["Doorman", "Forged", "Mode", "Opened", "TooLarge"]


class Mode(StrEnum):
    """How the platform sends messages; it is chosen in the platform's console."""

    PLAIN = "plain"
    COMPATIBLE = "compatible"
    SAFE = "safe"


class TooLarge(Exception):
    """The body has more than 64 KB."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A verified request.

    `nonce_key` is set only where the signature does not cover the body (a message in plain text): whoever
    saw one signature could send another body with it, so the door compares `body_hash` under this key.
    """

    message: Incoming
    encrypted: bool
    nonce_key: str | None
    body_hash: str


class Doorman:
    """Checks requests of one account in one mode; shareable between threads.

    Raises ValueError with a clear sentence when the settings cannot protect the door: an empty token
    would let anyone sign.
    """

    def __init__(self, token: str, app_id: str, aes_key: str, mode: Mode, *, window_s: int = 300) -> None:
        if not token.strip():
            raise ValueError("WECHAT_TOKEN 不能为空：空的令牌任何人都能伪造签名。")
        self._token, self._mode, self._window_s = token, Mode(mode), window_s
        self._crypto = None if self._mode is Mode.PLAIN else Crypto(token, app_id, aes_key)

    @property
    def crypto(self) -> Crypto:
        """What seals replies; only where the mode encrypts."""
        if self._crypto is None:
            raise ValueError("明文模式不加密回复。")
        return self._crypto

    def verify_url(self, query: Mapping[str, str], real_now: float) -> str:
        """The echostr to return as text/plain, at most 64 printable ASCII characters; raises Forged.

        `real_now` is real time in Unix seconds. The check is the same in all modes.
        """
        self._check_query(query, real_now)
        if not _ECHO.fullmatch(query.get("echostr", "")):
            raise Forged
        return query["echostr"]

    def open(self, query: Mapping[str, str], body: bytes, real_now: float) -> Opened:
        """The verified message; raises TooLarge, Forged (without saying why) or Malformed.

        `real_now` is real time in Unix seconds, compared with the query's timestamp.
        """
        if len(body) > MAX_BYTES:
            raise TooLarge
        self._check_query(query, real_now)
        if self._mode is Mode.SAFE:
            return self._opened_sealed(query, body, _envelope_secret(body))
        secret = element(body, "Encrypt") if self._mode is Mode.COMPATIBLE else None
        if secret is not None:
            return self._opened_sealed(query, body, secret)
        if self._mode is Mode.COMPATIBLE and (query.get("encrypt_type") == "aes" or "msg_signature" in query):
            raise Forged
        return Opened(read(body), False, _nonce_key(query), hashlib.sha256(body).hexdigest())

    def _check_query(self, query: Mapping[str, str], real_now: float) -> None:
        timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
        if not _TIMESTAMP.fullmatch(timestamp) or not _NONCE.fullmatch(nonce):
            raise Forged
        genuine = same(signature(self._token, timestamp, nonce), query.get("signature", ""))
        if not genuine or abs(real_now - int(timestamp)) > self._window_s:
            raise Forged

    def _opened_sealed(self, query: Mapping[str, str], body: bytes, secret: str) -> Opened:
        """Decrypt only what msg_signature covers, so that a changed body never reaches the cipher."""
        expected = self.crypto.sign(query["timestamp"], query["nonce"], secret)
        if not same(expected, query.get("msg_signature", "")) or query.get("encrypt_type") != "aes":
            raise Forged
        message = read(self.crypto.decrypt(secret))
        return Opened(message, True, None, hashlib.sha256(body).hexdigest())


def _envelope_secret(body: bytes) -> str:
    """The text of the one <Encrypt> of a flat body; what it may hold is checked with its signature."""
    before, _, rest = body.partition(b"<Encrypt>")
    secret, closed, after = rest.partition(b"</Encrypt>")
    emptied = before + b"<Encrypt></Encrypt>" + after
    if not closed or b"<Encrypt>" in after or not _ENVELOPE.fullmatch(emptied):
        raise Forged
    if secret.startswith(b"<![CDATA["):
        secret = secret[9:].removesuffix(b"]]>")
    if not secret.isascii():
        raise Forged
    return str(secret, "ascii")


def _nonce_key(query: Mapping[str, str]) -> str:
    spent = "\n".join((query["timestamp"], query["nonce"], query["signature"]))
    return hashlib.sha256(spent.encode()).hexdigest()
