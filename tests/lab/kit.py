"""What the lab's tests share: a server that answers callbacks, a client of the API, shapes of XML."""

import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import requests

from lab import xmlwire

APP, SECRET, ACCOUNT = "wxlab0000000000001", "lab-secret", "gh_lab000000001"
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 60
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 60
AMR = b"#!AMR\n" + b"\x00" * 30
MP4 = b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 30


class Got:
    """One request as the account's server saw it."""

    def __init__(self, method: str, query: dict[str, str], body: bytes) -> None:
        self.method, self.query, self.body = method, query, body

    @property
    def xml(self) -> dict[str, object]:
        return xmlwire.read(self.body)


def text_reply(got: Got, text: str) -> bytes:
    """A passive text reply to a plain message."""
    xml = got.xml
    head = [
        ("ToUserName", xml["FromUserName"]),
        ("FromUserName", xml["ToUserName"]),
        ("CreateTime", int(time.time())),
    ]
    return xmlwire.render([*head, ("MsgType", "text"), ("Content", text)]).encode()


class Server:
    """An HTTP server of an account on a free port, in a thread; keeps what it got."""

    def __init__(self) -> None:
        self.got: list[Got] = []
        self.answer: Callable[[Got], bytes | tuple[int, bytes]] = lambda got: b"success"
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                owner._serve(self)

            def do_GET(self) -> None:
                owner._serve(self)

            def log_message(self, *parts: object) -> None:
                """Silence."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=lambda: self._http.serve_forever(0.02), daemon=True)
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}/wechat"

    def _serve(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        got = Got(request.command, dict(parse_qsl(urlsplit(request.path).query)), body)
        self.got.append(got)
        answer = self.answer(got)
        status, data = answer if isinstance(answer, tuple) else (200, answer)
        try:
            request.send_response(status)
            request.send_header("Content-Length", str(len(data)))
            request.end_headers()
            request.wfile.write(data)
        except (BrokenPipeError, ConnectionResetError):
            request.close_connection = True

    def events(self, name: str) -> list[dict[str, object]]:
        return [got.xml for got in self.got if got.xml.get("Event") == name]

    def wait_for(self, name: str, seconds: float = 3.0) -> dict[str, object]:
        """The first event of that name; platform jobs tell their end a moment later."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if found := self.events(name):
                return found[0]
            time.sleep(0.01)
        raise AssertionError(f"no {name} among {[got.body for got in self.got]}")

    def __enter__(self) -> "Server":
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


class Api:
    """The platform's API with a token of its own."""

    def __init__(self, url: str, app_id: str = APP, secret: str = SECRET) -> None:
        self.url, self._app_id, self._secret = url, app_id, secret
        self.http = requests.Session()
        self._token = ""

    def close(self) -> None:
        self.http.close()

    @property
    def token(self) -> str:
        if not self._token:
            order = {"grant_type": "client_credential", "appid": self._app_id, "secret": self._secret}
            self._token = self.http.post(self.url + "/cgi-bin/stable_token", json=order).json()[
                "access_token"
            ]
        return self._token

    def post(self, path: str, body: object = None, **query: str) -> dict:
        return self._asked("POST", path, query, json=body)

    def get(self, path: str, **query: str) -> dict:
        return self._asked("GET", path, query)

    def _asked(self, method: str, path: str, query: dict, **more: object) -> dict:
        """One call; after the clock was moved the token may have expired, and is fetched again."""
        for _ in range(2):
            params = {"access_token": self.token, **query}
            found = self.http.request(method, self.url + path, params=params, **more).json()
            if found.get("errcode") != 42001:
                break
            self._token = ""
        return found

    def raw(self, path: str, **query: str) -> requests.Response:
        return self.http.get(self.url + path, params={"access_token": self.token, **query})

    def upload(self, path: str, data: bytes, **query: str) -> dict:
        files = {"media": ("file.bin", data)}
        params = {"access_token": self.token, **query}
        return self.http.post(self.url + path, params=params, files=files).json()

    def text(self, openid: str, content: str = "hi") -> dict:
        order = {"touser": openid, "msgtype": "text", "text": {"content": content}}
        return self.post("/cgi-bin/message/custom/send", order)
