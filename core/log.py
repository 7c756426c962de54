"""One line of key=value for each event on standard error; openids and phone numbers never pass."""

import logging
import re
import sys

import redis
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from core.clock import monotonic

OPENID = re.compile(r"\bo[A-Za-z0-9_-]{27}\b")
REPEAT_S = 60.0
DIGITS = re.compile(r"\d{11,}")


def scrubbed(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """The last net: whatever looks like an openid, a phone or a card number is replaced, tracebacks included."""
    return {key: _scrub(value) if isinstance(value, str) else value for key, value in event.items()}


def _scrub(text: str) -> str:
    return DIGITS.sub("#", OPENID.sub("follower", text))


class _Repeated(logging.Filter):
    """While Redis is away Huey says so every second, each time with a traceback: one line a minute is enough."""

    def __init__(self) -> None:
        super().__init__()
        self._next = 0.0

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if not isinstance(error, redis.ConnectionError | redis.TimeoutError):
            return True
        record.exc_info, record.msg, record.args = None, f"the queue is away ({type(error).__name__})", ()
        due, now = self._next, monotonic()
        self._next = now + REPEAT_S if now >= due else due
        return now >= due


def configure(level: str) -> None:
    """Send every log record of this process to standard error in one shape."""
    handler = logging.StreamHandler(sys.stderr)
    shared: list[Processor] = [structlog.stdlib.add_log_level, structlog.processors.TimeStamper(fmt="iso")]
    steps: list[Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        scrubbed,
        structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
    ]
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=steps, foreign_pre_chain=shared))
    handler.addFilter(_Repeated())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in ("apscheduler", "huey"):  # one line for every tick and task would bury the rest
        logging.getLogger(chatty).setLevel(logging.WARNING)
