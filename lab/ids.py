"""Numbers and names the platform gives out; none ever means two things, also after a restart."""

import itertools
import random
import secrets

from lab.clock import real_now

_message_ids = itertools.count(int(real_now() * 1000) * 10**6)
_job_ids = itertools.count(int(real_now()) * 1000)


def message_id() -> int:
    """A 64-bit MsgId."""
    return next(_message_ids)


def job_id() -> int:
    """The number of a template or mass job."""
    return next(_job_ids)


def new_rid(now: float) -> str:
    """`%08x-%08x-%08x`, as in the platform's errmsg."""
    noise = random.getrandbits(64)
    return f"{int(now) & 0xFFFFFFFF:08x}-{noise >> 32:08x}-{noise & 0xFFFFFFFF:08x}"


def new_key(length: int = 64) -> str:
    """A random name of letters, digits, `-` and `_`."""
    return secrets.token_urlsafe(length)[:length]
