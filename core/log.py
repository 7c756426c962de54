"""One line of key=value for each event on standard error; openids and phone numbers never pass."""

import logging
import re
import sys

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

OPENID = re.compile(r"\bo[A-Za-z0-9_-]{27}\b")
DIGITS = re.compile(r"\d{11,}")


def scrubbed(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """The last net: whatever looks like an openid, a phone or a card number is replaced, tracebacks included."""
    return {key: _scrub(value) if isinstance(value, str) else value for key, value in event.items()}


def _scrub(text: str) -> str:
    return DIGITS.sub("#", OPENID.sub("follower", text))


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
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in ("apscheduler", "huey"):  # one line for every tick and task would bury the rest
        logging.getLogger(chatty).setLevel(logging.WARNING)
