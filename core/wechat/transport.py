"""HTTP under the client: one session per thread, addresses rewritten to the base, timeouts, scrubbed logs."""

import json
import logging
import os
import re
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter

from core.wechat.outcome import CallFailed, Outcome, outcome_of, plain_path

OFFICIAL = "https://api.weixin.qq.com"
TIMEOUT_S = (3.0, 5.0)  # to connect, between two bytes of the answer

_SECRETS = re.compile(r"((?:access_token|secret|openid|code|ticket|media_id)=)[^&\s\"']+")
_RID = re.compile(r"\brid: ?([0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8})")
# What urllib3 names as the reason of a ConnectionError when no connection came about.
_NO_CONNECTION = frozenset({"NewConnectionError", "NameResolutionError", "ConnectTimeoutError"})


class RewritingAdapter(HTTPAdapter):
    """Sends to `base` what is addressed to WeChat.

    Another host of WeChat (api2.weixin.qq.com) replaces the API host only; a base outside weixin.qq.com
    (the lab) receives everything, QR pictures of mp.weixin.qq.com too.
    """

    def __init__(self, base: str, pool: int) -> None:
        self._base = urlsplit(base)
        super().__init__(pool_connections=2, pool_maxsize=pool)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        at = urlsplit(str(request.url))
        if is_elsewhere(self._base.geturl()) or at.hostname == urlsplit(OFFICIAL).hostname:
            path = self._base.path.rstrip("/") + at.path
            request.url = urlunsplit((self._base.scheme, self._base.netloc, path, at.query, ""))
        return super().send(request, *args, **kwargs)


def is_elsewhere(base: str) -> bool:
    """Whether the base address is not WeChat's."""
    return not f".{urlsplit(base).hostname}".endswith(".weixin.qq.com")


class Sessions:
    """One requests.Session for each thread of each process: a session is not safe to share."""

    def __init__(self, base: str, pool: int) -> None:
        self._base, self._pool, self._local = base, pool, threading.local()

    def mine(self) -> requests.Session:
        """This thread's session; a forked process does not inherit its parent's sockets."""
        if getattr(self._local, "process", None) != os.getpid():
            self._local.process, self._local.session = os.getpid(), self._new()
        session: requests.Session = self._local.session
        return session

    def close(self) -> None:
        """Close this thread's connections."""
        self.mine().close()

    def _new(self) -> requests.Session:
        session = requests.Session()
        session.trust_env = not is_elsewhere(self._base)  # a proxy leads to WeChat, not to the lab
        for scheme in ("https://", "http://"):
            session.mount(scheme, RewritingAdapter(self._base, self._pool))
        return session


class Scrubber(logging.Filter):
    """Takes tokens, secrets and openids out of what the HTTP library logs about addresses."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = _SECRETS.sub(r"\1***", record.getMessage()), ()
        return True


_scrubber = Scrubber()


def scrub_logs() -> None:
    """Put the scrubber on the HTTP library's loggers; a second call changes nothing."""
    for name in ("urllib3.connectionpool", "urllib3.util.retry"):
        logging.getLogger(name).addFilter(_scrubber)


def ask(send: Callable[[], requests.Response], path: str, *, repeatable: bool) -> requests.Response:
    """The HTTP answer with status 200; raises CallFailed.

    A failure before the request can have left is transient. Silence afterwards is unsure, unless the call
    may be repeated freely. The library's exception is dropped, as its text quotes the address with token.
    """
    outcome = Outcome.UNKNOWN
    try:
        response = send()
    except requests.RequestException as error:
        silent = Outcome.TRANSIENT if repeatable or never_sent(error) else Outcome.UNSURE
        outcome = Outcome.BAD_REQUEST if isinstance(error, ValueError) else silent
    else:
        if response.status_code == requests.codes.ok:
            return response
        outcome = _outcome_of_status(response.status_code, path, repeatable)
        response.close()
    raise CallFailed(outcome, None, path)


def never_sent(error: requests.RequestException) -> bool:
    """Whether no byte of the request can have reached the other side."""
    if isinstance(error, requests.ConnectTimeout | requests.exceptions.ProxyError):
        return True
    if isinstance(error, requests.exceptions.SSLError):
        return "CERTIFICATE_VERIFY_FAILED" in str(error)  # any other may have come in the middle
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return type(reason).__name__ in _NO_CONNECTION


def _outcome_of_status(status: int, path: str, repeatable: bool) -> Outcome:
    if status == requests.codes.too_many_requests:
        return Outcome.MINUTE
    if status >= requests.codes.internal_server_error:
        return Outcome.TRANSIENT if repeatable else outcome_of(None, path)
    return Outcome.BAD_REQUEST


def decoded(content: bytes) -> Any:
    """JSON as WeChat sends it (raw control characters and broken UTF-8 occur); None when it is none."""
    try:
        return json.loads(content.decode("utf-8", "ignore"), strict=False)
    except (ValueError, RecursionError):
        return None


def checked(result: dict[str, Any], path: str, *, keyed: bool = False) -> dict[str, Any]:
    """The answer itself when its errcode means success; raises CallFailed."""
    code = result.get("errcode", 0)
    if not isinstance(code, int):
        raise CallFailed(Outcome.UNKNOWN, None, path)
    outcome = outcome_of(code, path, keyed=keyed)
    if outcome is Outcome.OK:
        return result
    rid = _RID.search(str(result.get("errmsg", "")))
    raise CallFailed(outcome, code, plain_path(path), rid[1] if rid else "")
