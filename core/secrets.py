"""What the data key is used for: sealing personal fields and keyed hashes that cannot be undone without it."""

import hashlib
import hmac

from cryptography.fernet import Fernet, MultiFernet


class Vault:
    """Seals and opens short personal texts, and hashes values so that equal ones can be found.

    `data_key` is one Fernet key, or several with the newest first: sealing and hashing use the first,
    opening tries them all.
    """

    def __init__(self, data_key: str) -> None:
        keys = [key.strip() for key in data_key.split(",") if key.strip()]
        self._fernet = MultiFernet([Fernet(key) for key in keys])
        self._hash_key = hashlib.sha256(b"hash:" + keys[0].encode()).digest()

    def seal(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """Raises cryptography.fernet.InvalidToken when no key fits."""
        return self._fernet.decrypt(sealed.encode()).decode()

    def reseal(self, sealed: str) -> str:
        """The same secret under the newest key."""
        return self._fernet.rotate(sealed.encode()).decode()

    def digest(self, purpose: str, value: str) -> str:
        """32 hexadecimal digits; equal only for the same purpose, value and key."""
        text = f"{purpose}\0{value}".encode()
        return hmac.new(self._hash_key, text, hashlib.sha256).hexdigest()[:32]


def new_data_key() -> str:
    return Fernet.generate_key().decode()
