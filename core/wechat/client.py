"""StableClient: wechatpy's client behind timeouts, one replay, stable tokens and typed failures."""

import json
import os
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

import requests
from wechatpy import WeChatClient

from core.clock import Clock
from core.wechat.outcome import CallFailed, Outcome, plain_path
from core.wechat.tokens import TOKEN_PATH, Grant, MemoryTokenStore, TokenKeeper, TokenStore
from core.wechat.transport import OFFICIAL, TIMEOUT_S, Sessions, ask, checked, decoded, scrub_logs

JSON_TYPE = "application/json; charset=utf-8"
CHUNK = 64 * 1024
T = TypeVar("T")

__all__ = ["MemoryTokenStore", "StableClient", "TokenStore"]


class StableClient(WeChatClient):  # type: ignore[misc]  # wechatpy has no types
    """wechatpy's API families (`client.menu`, `client.message`, …) over our own way of calling.

    `api_base` is where everything addressed to WeChat goes. Every call raises CallFailed and nothing else;
    a token refused with 40001, 40014 or 42001 is renewed and the call replayed once.
    Shareable between threads.
    """

    def __init__(
        self,
        app_id: str,
        secret: str,
        *,
        clock: Clock,
        api_base: str = OFFICIAL,
        store: TokenStore | None = None,
        timeout: tuple[float, float] = TIMEOUT_S,
    ) -> None:
        self._sessions = Sessions(api_base, pool=2)
        self._tokens = TokenKeeper(self._fetch_token, clock, store or MemoryTokenStore())
        super().__init__(app_id, secret, timeout=timeout, auto_retry=False)
        scrub_logs()

    def __repr__(self) -> str:
        return "<StableClient>"

    @property
    def _http(self) -> requests.Session:
        return self._sessions.mine()

    @_http.setter
    def _http(self, shared: requests.Session) -> None:
        """Wechatpy offers one session for all threads; it is not wanted."""
        shared.close()

    def close(self) -> None:
        """Close this thread's connections."""
        self._sessions.close()

    @property
    def access_token(self) -> str:
        """The current token; wechatpy's families read it. Raises CallFailed."""
        return self._tokens.current()

    def fetch_access_token(self) -> dict[str, Any]:
        """Ask stable_token now, as wechatpy's method of this name does; raises CallFailed."""
        grant = self._tokens.grant()
        return {"access_token": grant.token, "expires_in": grant.lives_s}

    def fetch(self, address: str, params: Mapping[str, str], limit_bytes: int) -> tuple[str, bytes]:
        """Content type and bytes of a file; raises CallFailed, BAD_REQUEST when it exceeds the limit.

        The token goes along to the API host only.
        """
        path = plain_path(address)
        if address.startswith("http"):
            return self._download(address, params, limit_bytes)

        def call(token: str) -> tuple[str, bytes]:
            given = {**params, "access_token": token}
            kind, data = self._download(f"{OFFICIAL}{path}", given, limit_bytes)
            problem = decoded(data) if data[:1] == b"{" else None
            if isinstance(problem, dict):
                checked(problem, path)
            return kind, data

        return self._with_replay(call)

    def _request(self, method: str, url_or_endpoint: str, **kwargs: Any) -> Any:
        """What every wechatpy family calls."""
        base = kwargs.pop("api_base_url", self.API_BASE_URL)
        is_address = url_or_endpoint.startswith(("http://", "https://"))
        url = url_or_endpoint if is_address else f"{base}{url_or_endpoint}"
        processor = kwargs.pop("result_processor", None)
        prepared = _prepared(kwargs)
        result = self._with_replay(lambda token: self._called(method, url, token, prepared))
        return _processed(processor, result, plain_path(url)) if processor else result

    def _with_replay(self, call: Callable[[str], T]) -> T:
        """Run with the current token, and once more when WeChat says that token is stale."""
        token = self._tokens.current()
        try:
            return call(token)
        except CallFailed as failure:
            if failure.outcome is not Outcome.TOKEN or not (token := self._tokens.replaced(token)):
                raise
        return call(token)

    def _called(self, method: str, url: str, token: str, prepared: Mapping[str, Any]) -> Any:
        path = plain_path(url)
        params = {**prepared["params"], "access_token": token}
        repeatable = method.lower() == "get"
        response = self._sent(method, url, repeatable=repeatable, **{**prepared, "params": params})
        result = decoded(response.content)
        if not isinstance(result, dict):
            raise CallFailed(Outcome.TRANSIENT if repeatable else Outcome.UNSURE, None, path)
        return checked(result, path, keyed=_is_keyed(prepared.get("data")))

    def _sent(self, method: str, url: str, *, repeatable: bool, **kwargs: Any) -> requests.Response:
        kwargs |= {"timeout": self.timeout, "allow_redirects": False}
        return ask(partial(self._http.request, method, url, **kwargs), plain_path(url), repeatable=repeatable)

    def _fetch_token(self, force: bool) -> Grant:
        asked = {"grant_type": "client_credential", "appid": self.appid, "secret": self.secret}
        body = _json(asked | {"force_refresh": force})
        response = self._sent("post", OFFICIAL + TOKEN_PATH, repeatable=True, **body)
        result = decoded(response.content)
        if not isinstance(result, dict):
            raise CallFailed(Outcome.TRANSIENT, None, TOKEN_PATH)
        token, lives_s = (checked(result, TOKEN_PATH).get(name) for name in ("access_token", "expires_in"))
        if not isinstance(token, str) or not token or not isinstance(lives_s, int):
            raise CallFailed(Outcome.UNKNOWN, None, TOKEN_PATH)
        return Grant(token, float(lives_s))

    def _download(self, url: str, params: Mapping[str, str], limit_bytes: int) -> tuple[str, bytes]:
        path = plain_path(url)
        response = self._sent("get", url, repeatable=True, params=dict(params), stream=True)
        data, broken = bytearray(), False
        with response:
            try:
                for chunk in response.iter_content(CHUNK):
                    data += chunk
                    if len(data) > limit_bytes:
                        break
            except requests.RequestException:
                broken = True
        if broken:
            raise CallFailed(Outcome.TRANSIENT, None, path)
        if len(data) > limit_bytes:
            raise CallFailed(Outcome.BAD_REQUEST, None, path)
        return response.headers.get("Content-Type", ""), bytes(data)


def _prepared(kwargs: dict[str, Any]) -> dict[str, Any]:
    """The call's arguments in a form that can be sent twice: JSON as bytes, files read into memory."""
    kwargs = {**kwargs, "params": dict(kwargs.get("params") or {})}
    if kwargs.get("files"):
        return kwargs | {"files": _in_memory(kwargs["files"])}
    body = kwargs.pop("json") if "json" in kwargs else kwargs.get("data")
    return kwargs | _json(body) if isinstance(body, dict | list) else kwargs


def _json(body: Any) -> dict[str, Any]:
    """WeChat stores \\u escapes as they stand, so the text goes out as UTF-8."""
    data = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    return {"data": data, "headers": {"Content-Type": JSON_TYPE}}


def _in_memory(files: Any) -> list[tuple[str, tuple[Any, ...]]]:
    """A file object is at its end after the first try; its bytes are not."""
    items = files.items() if isinstance(files, Mapping) else files
    return [(name, _read_file(name, value)) for name, value in items]


def _read_file(name: str, value: Any) -> tuple[Any, ...]:
    if not isinstance(value, tuple | list):
        # Without a file name WeChat sees no file (41005).
        value = (os.path.basename(str(getattr(value, "name", name))), value)
    file_name, content, *rest = value
    return (file_name, content.read() if hasattr(content, "read") else content, *rest)


def _is_keyed(data: Any) -> bool:
    """Whether the request carries an idempotency key, so that WeChat itself drops a repeat."""
    return isinstance(data, bytes) and (b'"client_msg_id":' in data or b'"clientmsgid":' in data)


def _processed(processor: Callable[[Any], Any], result: Any, path: str) -> Any:
    try:
        return processor(result)
    except (KeyError, IndexError, TypeError, AttributeError):
        raise CallFailed(Outcome.UNKNOWN, None, path) from None
