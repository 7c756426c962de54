"""How often one address may fail to sign in, counted in memory or, shared by all processes, in Redis.

It spares the processor from guessing machines. Whom the database knows by their browser is not stopped here.
"""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, abort, request
from limits import parse_many
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter
from werkzeug import Response

log = logging.getLogger(__name__)
TRIES = parse_many("20 per minute; 100 per hour")
PATIENCE = {"socket_connect_timeout": 1, "socket_timeout": 1}
View = Callable[..., Any]


class Tries:
    """A counter of failures by address. While it is away (Redis) nobody is stopped, and people still get in."""

    def __init__(self, redis_url: str) -> None:
        storage = (
            storage_from_string(redis_url, **PATIENCE) if redis_url else storage_from_string("memory://")
        )
        self._limiter = FixedWindowRateLimiter(storage)

    def spent(self, address: str) -> bool:
        return not self._asked(lambda limit: self._limiter.test(limit, address))

    def count(self, address: str) -> None:
        self._asked(lambda limit: self._limiter.hit(limit, address))

    def _asked(self, question: Callable[[Any], bool]) -> bool:
        try:
            # a list, so that each is asked: a failure counts towards all of them
            answers = [question(limit) for limit in TRIES]
        except Exception:  # noqa: BLE001  what a storage raises depends on its driver
            log.warning("failed sign-ins are not counted: the counter is away")
            return True
        return all(answers)


def limit(app: Flask, pages: tuple[str, ...], tries: Tries, is_trusted: Callable[[], bool]) -> None:
    """Put the counter before these pages; an answer of 400 and above is a failure, unless `is_trusted()`."""
    for page in pages:
        app.view_functions[page] = _counted(app, app.view_functions[page], tries, is_trusted)


def _counted(app: Flask, view: View, tries: Tries, is_trusted: Callable[[], bool]) -> View:
    @wraps(view)
    def counted(*words: Any, **named: Any) -> Response:
        address = request.remote_addr or ""
        if tries.spent(address) and not is_trusted():
            abort(429)
        answer = app.make_response(view(*words, **named))
        if answer.status_code >= 400 and not is_trusted():
            tries.count(address)
        return answer

    return counted
