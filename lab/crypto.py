"""Signatures and AES of the callback, as the platform's own side makes and reads them."""

import base64
import binascii
import hashlib
import os
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32
"""PKCS#7 pads to 32 bytes here, not to the 16 of AES."""


class BadSeal(Exception):
    """A sealed text that cannot be opened."""


def signature(*parts: str) -> str:
    """sha1 over the sorted parts, in hexadecimal."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def decode_key(text: str) -> bytes:
    """The 43 characters of EncodingAESKey to 32 bytes. Raises ValueError."""
    key = base64.b64decode(text + "=")
    if len(key) != 32:
        raise ValueError("EncodingAESKey must have 43 characters")
    return key


def seal(key: bytes, app_id: str, text: bytes) -> str:
    """base64 of AES-256-CBC over random(16) + length(4) + text + app id."""
    raw = os.urandom(16) + struct.pack(">I", len(text)) + text + app_id.encode()
    fill = BLOCK - len(raw) % BLOCK
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(raw + bytes([fill]) * fill) + encryptor.finalize()).decode()


def open_seal(key: bytes, app_id: str, sealed: str) -> bytes:
    """The text inside. Raises BadSeal when anything does not fit."""
    try:
        raw = base64.b64decode(sealed, validate=True)
        decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
        raw = decryptor.update(raw) + decryptor.finalize()
    except (ValueError, binascii.Error) as broken:
        raise BadSeal("not AES") from broken
    return _unpack(raw, app_id)


def _unpack(raw: bytes, app_id: str) -> bytes:
    fill = raw[-1] if raw else 0
    if not 1 <= fill <= BLOCK or raw[-fill:] != bytes([fill]) * fill or len(raw) - fill < 20:
        raise BadSeal("bad padding")
    (length,) = struct.unpack(">I", raw[16:20])
    text, tail = raw[20 : 20 + length], raw[20 + length : -fill]
    if len(text) != length or tail != app_id.encode():
        raise BadSeal("another app id")
    return text
