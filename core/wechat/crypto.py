"""The cipher and signature of encrypted callbacks: AES-256-CBC with PKCS#7 padding to 32 bytes, and SHA-1."""

import binascii
import hashlib
import hmac
import os

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32
PREFIX = 16 + 4  # random bytes, then the length of the message


class Forged(Exception):
    """The request did not come from WeChat. One exception without detail, so that it teaches nothing."""

    def __init__(self) -> None:
        super().__init__("refused")


def signature(*parts: str) -> str:
    """SHA-1 over the sorted parts, in hexadecimal (WeChat docs, message encryption)."""
    return hashlib.sha1("".join(sorted(parts)).encode("utf-8", "replace")).hexdigest()


def same(expected: str, given: str) -> bool:
    """Compare in constant time; a text that is not ASCII is simply different."""
    return hmac.compare_digest(expected.encode("utf-8", "replace"), given.encode("utf-8", "replace"))


class Crypto:
    """Seals and opens messages of one account. Shareable between threads.

    `aes_key` is the EncodingAESKey of 43 characters. Raises ValueError with a clear sentence.
    """

    def __init__(self, token: str, app_id: str, aes_key: str) -> None:
        if not token.strip() or not app_id.strip():
            raise ValueError("加密模式需要 WECHAT_TOKEN 和 WECHAT_APP_ID，请填写后再启动。")
        key = _decoded_key(aes_key)
        self._token, self._app_id = token, app_id.encode()
        self._cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16]))

    def sign(self, timestamp: str, nonce: str, encrypted: str) -> str:
        """The msg_signature, which covers the body."""
        return signature(self._token, timestamp, nonce, encrypted)

    def encrypt(self, xml: bytes) -> str:
        """random(16) + length(4) + xml + app id, padded, encrypted, as base64."""
        # Printable random bytes: some implementations decode the whole plaintext as text.
        random = binascii.b2a_base64(os.urandom(12), newline=False)
        plain = random + len(xml).to_bytes(4, "big") + xml + self._app_id
        pad = BLOCK - len(plain) % BLOCK
        encryptor = self._cipher.encryptor()
        sealed = encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()
        return binascii.b2a_base64(sealed, newline=False).decode()

    def decrypt(self, encrypted: str) -> bytes:
        """The message inside; raises Forged on any flaw of encoding, padding, length or app id."""
        try:
            sealed = binascii.a2b_base64(encrypted.encode("ascii"), strict_mode=True)
        except (binascii.Error, UnicodeEncodeError):
            raise Forged from None
        if not sealed or len(sealed) % BLOCK:
            raise Forged
        decryptor = self._cipher.decryptor()
        return self._message(_unpadded(decryptor.update(sealed) + decryptor.finalize()))

    def _message(self, plain: bytes) -> bytes:
        end = PREFIX + int.from_bytes(plain[16:PREFIX], "big")
        if len(plain) < PREFIX or end > len(plain) or not hmac.compare_digest(plain[end:], self._app_id):
            raise Forged
        return plain[PREFIX:end]


def _decoded_key(aes_key: str) -> bytes:
    try:
        key = binascii.a2b_base64(aes_key.encode("ascii") + b"=")
    except (binascii.Error, UnicodeEncodeError):
        key = b""
    if len(aes_key) != 43 or len(key) != 32:
        raise ValueError("WECHAT_AES_KEY 应是公众平台给出的 43 位字母和数字，请核对。")
    return key


def _unpadded(plain: bytes) -> bytes:
    pad = plain[-1]
    if not 1 <= pad <= BLOCK or plain[-pad:] != bytes([pad]) * pad:
        raise Forged
    return plain[:-pad]
