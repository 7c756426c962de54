"""Passwords of the staff: how they are kept, compared and refused. The only file that knows argon2."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.errors import Refusal

SHORTEST = 10
LONGEST = 200
FEWEST_DIFFERENT = 5
_HASHER = PasswordHasher()
_NOBODYS = _HASHER.hash("nobody's password")


def hashed(password: str, login: str = "") -> str:
    """What is kept of a new password. Takes about 50 ms: call it with no transaction open. Raises Refusal."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Refusal(f"密码至少 {SHORTEST} 个字符，最多 {LONGEST} 个。")
    if password.isdigit() or len(set(password)) < FEWEST_DIFFERENT:
        raise Refusal("这个密码太容易猜：不要全是数字，也不要只用几个字符重复。")
    if login and login.casefold() in password.casefold():
        raise Refusal("密码里不要带自己的账号。")
    return _HASHER.hash(password)


def fits(password_hash: str, password: str) -> bool:
    """Whether the password is the one kept; "" is nobody's, and takes as long. With no transaction open, as above."""
    try:
        return _HASHER.verify(password_hash or _NOBODYS, password) and bool(password_hash)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _HASHER.check_needs_rehash(password_hash)


def hashed_again(password: str) -> str:
    """A password that is in use already, under today's parameters: no rule of today's refuses it."""
    return _HASHER.hash(password)
