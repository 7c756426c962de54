"""Callbacks gone wrong on purpose: forged, stale, downgraded, cut off or malformed."""

import base64
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

from lab import crypto
from lab.accounts import App
from lab.callbacks import Letter
from lab.clock import real_now
from lab.errors import BadOrder


def _query(letter: Letter, **changes: str | None) -> Letter:
    fields = dict(parse_qsl(letter.query)) | changes
    return replace(
        letter, query=urlencode({name: value for name, value in fields.items() if value is not None})
    )


def _signed(app: App, letter: Letter, timestamp: str, nonce: str, body: bytes) -> Letter:
    """Signed by somebody who knows the token, so that only the named thing is wrong."""
    fields = {
        "signature": crypto.signature(app.token, timestamp, nonce),
        "timestamp": timestamp,
        "nonce": nonce,
    }
    changed = _query(letter, **fields)
    return replace(changed, body=body)


def bad_signature(app: App, letter: Letter) -> Letter:
    return _query(letter, signature="0" * 40, msg_signature="0" * 40 if app.mode != "plain" else None)


def no_signature(app: App, letter: Letter) -> Letter:
    return _query(letter, signature=None, msg_signature=None)


def old_timestamp(app: App, letter: Letter) -> Letter:
    """Rightly signed, an hour ago."""
    before = str(int(real_now()) - 3600)
    fields = dict(parse_qsl(letter.query))
    found = _signed(app, letter, before, fields["nonce"], letter.body)
    sealed = _sealed_part(letter)
    if not sealed:
        return found
    return _query(found, msg_signature=crypto.signature(app.token, before, fields["nonce"], sealed))


def _sealed_part(letter: Letter) -> str:
    _, found, rest = letter.body.decode("utf-8", "replace").partition("<Encrypt><![CDATA[")
    return rest.partition("]]>")[0] if found else ""


def other_body(app: App, letter: Letter) -> Letter:
    """The same query over another body: what a leaked query would allow in plain mode."""
    return replace(letter, body=letter.body.replace(b"</xml>", b"<Extra>1</Extra></xml>"))


def downgraded(app: App, letter: Letter) -> Letter:
    """The encryption stripped: the plain body under the plain signature."""
    return replace(_query(letter, encrypt_type=None, msg_signature=None), body=letter.plain.encode())


def other_app(app: App, letter: Letter) -> Letter:
    """Encrypted with the right key for another app id."""
    return _resealed(app, letter, crypto.seal(app.key, "wxlabsomeoneelse", letter.plain.encode()))


def _resealed(app: App, letter: Letter, sealed: str) -> Letter:
    if app.mode == "plain":
        raise BadOrder("plain mode has nothing encrypted")
    fields = dict(parse_qsl(letter.query))
    signature = crypto.signature(app.token, fields["timestamp"], fields["nonce"], sealed)
    body = f"<xml><ToUserName>{app.account_id}</ToUserName><Encrypt>{sealed}</Encrypt></xml>"
    return replace(_query(letter, msg_signature=signature), body=body.encode())


def bit_flip(app: App, letter: Letter) -> Letter:
    """One bit of the ciphertext, signed again: decryption must fail."""
    sealed = bytearray(base64.b64decode(_sealed_part(letter) or "AAAA"))
    sealed[-1] ^= 1
    return _resealed(app, letter, base64.b64encode(bytes(sealed)).decode())


def truncated(app: App, letter: Letter) -> Letter:
    return replace(letter, body=letter.body[: len(letter.body) // 2])


def oversized(app: App, letter: Letter) -> Letter:
    return replace(letter, body=letter.body + b" " * 200_000)


def doctype(app: App, letter: Letter) -> Letter:
    return replace(letter, body=b'<!DOCTYPE xml [<!ENTITY a "b">]>' + letter.body)


def gbk(app: App, letter: Letter) -> Letter:
    return replace(letter, body=letter.plain.encode("gbk", "replace"))


def empty(app: App, letter: Letter) -> Letter:
    return replace(letter, body=b"")


def json_body(app: App, letter: Letter) -> Letter:
    return replace(letter, body=b'{"ToUserName": "x"}')


WAYS: dict[str, Callable[[App, Letter], Letter]] = {
    "bad_signature": bad_signature,
    "no_signature": no_signature,
    "old_timestamp": old_timestamp,
    "other_body": other_body,
    "downgraded": downgraded,
    "other_app": other_app,
    "bit_flip": bit_flip,
    "truncated": truncated,
    "oversized": oversized,
    "doctype": doctype,
    "gbk": gbk,
    "empty": empty,
    "json": json_body,
}


def tampered(app: App, letter: Letter, way: object) -> Letter:
    """Raises BadOrder for an unknown way."""
    change = WAYS.get(way) if isinstance(way, str) else None
    if change is None:
        raise BadOrder(f"tamper is one of {', '.join(WAYS)}")
    return change(app, letter)
