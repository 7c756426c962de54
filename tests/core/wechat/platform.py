"""A tiny stand-in for the platform on a free port of this machine: scripted answers, a list of the calls."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Answer = tuple[int, str, bytes]  # status, content type, body
RID = "6aac005a-01bfdbee-79769285"


@dataclass
class Call:
    method: str
    path: str
    query: dict[str, str]
    body: bytes
    content_type: str

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def as_json(**answer: Any) -> Answer:
    return 200, "application/json", json.dumps(answer, ensure_ascii=False).encode()


def error(code: int) -> Answer:
    return as_json(errcode=code, errmsg=f"said the platform rid: {RID}")


@dataclass
class Platform:
    """`routes` answers by path; `token` is the only token that is good; `next_tokens` are given out."""

    token: str = "TOKEN-1"
    token_answers: list[Answer] = field(default_factory=list)
    routes: dict[str, Callable[[Call], Answer | None]] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    slow_s: float = 0.0
    address: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def paths(self) -> list[str]:
        return [call.path for call in self.calls]

    def count(self, path: str) -> int:
        return self.paths().count(path)

    def answer(self, call: Call) -> Answer | None:
        with self.lock:
            self.calls.append(call)
        if call.path == "/cgi-bin/stable_token":
            time.sleep(self.slow_s)
            return self._give_token()
        if "access_token" in call.query and call.query["access_token"] != self.token:
            return error(40001)
        route = self.routes.get(call.path)
        return route(call) if route else as_json(errcode=0, errmsg="ok")

    def _give_token(self) -> Answer:
        with self.lock:
            if self.token_answers:
                return self.token_answers.pop(0)
        return as_json(access_token=self.token, expires_in=7200)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    platform: Platform

    def handle_error(self, *_: object) -> None:
        """A caller that hangs up is part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        call = Call(self.command, parts.path, query, body, self.headers.get("Content-Type", ""))
        answer = self.server.platform.answer(call)
        if answer is None:  # hang up in the middle
            self.close_connection = True
            return
        status, kind, content = answer
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if status == 302:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = _serve  # noqa: N815  # names given by the library

    def log_message(self, *_: object) -> None:
        """Quiet."""


def start() -> tuple[Platform, Callable[[], None]]:
    """A running platform and what stops it."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.platform = Platform(address=f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()

    def stop() -> None:
        server.shutdown()
        server.server_close()
        thread.join()

    return server.platform, stop
