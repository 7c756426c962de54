"""Deliveries as WeChat makes them: signed and encrypted callbacks, each with its own timestamp and nonce."""

import secrets
import time
from urllib.parse import urlencode

from bench.house import ACCOUNT, AES_KEY, APP_ID, TOKEN
from core.wechat.crypto import Crypto, signature

CRYPTO = Crypto(TOKEN, APP_ID, AES_KEY)


def text_xml(openid: str, text: str, msg_id: int, created: int | None = None) -> bytes:
    body = f"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{text}]]></Content><MsgId>{msg_id}</MsgId>"
    return _xml(openid, body, created)


def event_xml(openid: str, event: str, key: str = "", created: int | None = None) -> bytes:
    event_key = f"<EventKey><![CDATA[{key}]]></EventKey>"
    return _xml(
        openid, f"<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[{event}]]></Event>{event_key}", created
    )


def _xml(openid: str, body: str, created: int | None) -> bytes:
    head = f"<ToUserName><![CDATA[{ACCOUNT}]]></ToUserName><FromUserName><![CDATA[{openid}]]></FromUserName>"
    return f"<xml>{head}<CreateTime>{created or int(time.time())}</CreateTime>{body}</xml>".encode()


def plain(xml: bytes, stamp: int | None = None) -> tuple[str, bytes]:
    """(query string, body) of a callback in plain mode."""
    timestamp, nonce = str(stamp or int(time.time())), secrets.token_hex(6)
    query = {"signature": signature(TOKEN, timestamp, nonce), "timestamp": timestamp, "nonce": nonce}
    return urlencode(query), xml


def sealed(xml: bytes, stamp: int | None = None, crypto: Crypto = CRYPTO) -> tuple[str, bytes]:
    """(query string, body) of a callback in safe mode."""
    timestamp, nonce = str(stamp or int(time.time())), secrets.token_hex(6)
    secret = crypto.encrypt(xml)
    query = {
        "signature": signature(TOKEN, timestamp, nonce), "timestamp": timestamp, "nonce": nonce,
        "encrypt_type": "aes", "msg_signature": crypto.sign(timestamp, nonce, secret),
    }  # fmt: skip
    body = f"<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName><Encrypt><![CDATA[{secret}]]></Encrypt></xml>"
    return urlencode(query), body.encode()


def opened(answer: bytes) -> bytes:
    """The plain XML of a sealed reply; b"" for an acknowledgement without words."""
    if answer in (b"", b"success"):
        return b""
    start, end = answer.index(b"<Encrypt><![CDATA[") + 18, answer.index(b"]]></Encrypt>")
    return CRYPTO.decrypt(answer[start:end].decode())
