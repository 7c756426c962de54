"""The control interface as methods, for tests, scenarios and scripts."""

import base64
from typing import Any

import requests


class LabRefused(Exception):
    """The control interface answered 4xx."""


class Control:
    """The calls of /__lab; every method returns the JSON of the interface."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = requests.Session()

    def close(self) -> None:
        self._http.close()

    def call(self, method: str, path: str, body: Any = None, /, **query: Any) -> Any:
        """One call of the interface. Raises LabRefused."""
        answer = self._http.request(method, f"{self.url}/__lab{path}", json=body, params=query, timeout=120)
        found = answer.json()
        if answer.status_code >= 400:
            raise LabRefused(found["error"])
        return found

    def token(self, app_id: str, secret: str) -> str:
        """A stable access token. Raises LabRefused."""
        order = {"grant_type": "client_credential", "appid": app_id, "secret": secret}
        found = self._http.post(self.url + "/cgi-bin/stable_token", json=order, timeout=10).json()
        if "access_token" not in found:
            raise LabRefused(found["errmsg"])
        return str(found["access_token"])

    def state(self) -> dict[str, Any]:
        return dict(self.call("GET", "/state"))

    def fan(self, follow: bool = False, quiet: bool = False, app: str = "") -> "FanHandle":
        """A new person."""
        return FanHandle(self, self.fans(1, follow, quiet, app)[0])

    def fans(self, count: int, follow: bool = True, quiet: bool = True, app: str = "") -> list[str]:
        order = {"count": count, "follow": follow, "quiet": quiet, "app": app}
        return list(self.call("POST", "/fans", order)["openids"])

    def add_fans(self, openids: list[str], follow: bool = True, quiet: bool = True) -> list[str]:
        order = {"openids": openids, "follow": follow, "quiet": quiet}
        return list(self.call("POST", "/fans", order)["openids"])

    def act(self, openid: str, **order: Any) -> dict[str, Any]:
        return dict(self.call("POST", f"/fans/{openid}/act", order))

    def inbox(self, openid: str, after: int = 0) -> list[dict[str, Any]]:
        return list(self.call("GET", f"/fans/{openid}/inbox", after=after))

    def deliveries(self, via: str = "", after: int = 0, limit: int = 1000) -> list[dict[str, Any]]:
        return list(self.call("GET", "/deliveries", via=via, after=after, limit=limit))

    def calls(self, path: str = "", after: int = 0, limit: int = 1000) -> list[dict[str, Any]]:
        return list(self.call("GET", "/calls", path=path, after=after, limit=limit))

    def advance(self, seconds: float) -> dict[str, Any]:
        return dict(self.call("POST", "/clock", {"advance": seconds}))

    def set_clock(self, moment: str) -> dict[str, Any]:
        return dict(self.call("POST", "/clock", {"set": moment}))

    def freeze(self) -> dict[str, Any]:
        return dict(self.call("POST", "/clock", {"mode": "frozen"}))

    def run(self) -> dict[str, Any]:
        return dict(self.call("POST", "/clock", {"mode": "running"}))

    def faults(self, *rules: dict[str, Any]) -> list[dict[str, Any]]:
        return list(self.call("PUT", "/faults", list(rules)))

    def replay(self, act: int, times: int = 1, **more: Any) -> list[dict[str, Any]]:
        return list(self.call("POST", "/replay", {"act": act, "times": times, **more}))

    def reset(self) -> dict[str, Any]:
        return dict(self.call("POST", "/reset", {}))

    def start_afresh(self) -> dict[str, Any]:
        """Reset everything, as if the lab had just been started."""
        return dict(self.call("POST", "/reset", {"all": True}))

    def settings(self, **changes: Any) -> list[dict[str, Any]]:
        return list(self.call("PUT", "/settings", changes))

    def app(self, app_id: str, **changes: Any) -> dict[str, Any]:
        """Change an account, or add one."""
        return dict(self.call("PUT", f"/apps/{app_id}", changes))

    def connect(self, callback_url: str, mode: str = "", app_id: str = "") -> dict[str, Any]:
        """Point an account (the first one for "") at a callback."""
        app_id = app_id or self.state()["apps"][0]["app_id"]
        return self.app(app_id, callback_url=callback_url, **({"mode": mode} if mode else {}))


class FanHandle:
    """One person, in the words of the control interface."""

    def __init__(self, control: Control, openid: str) -> None:
        self._control = control
        self.openid = openid

    def act(self, **order: Any) -> dict[str, Any]:
        return self._control.act(self.openid, **order)

    def follow(self, scene: str = "") -> dict[str, Any]:
        return self.act(do="follow", **({"scene": scene} if scene else {}))

    def unfollow(self) -> dict[str, Any]:
        return self.act(do="unfollow")

    def say(self, text: str) -> dict[str, Any]:
        return self.act(do="say", text=text)

    def scan(self, scene: str) -> dict[str, Any]:
        return self.act(do="scan", scene=scene)

    def click(self, key: str) -> dict[str, Any]:
        return self.act(do="click", key=key)

    def tap(self, menu_id: str, text: str) -> dict[str, Any]:
        return self.act(do="tap", menu_id=menu_id, text=text)

    def image(self, data: bytes) -> dict[str, Any]:
        return self.act(do="image", data=base64.b64encode(data).decode())

    def send(self, type: str, **fields: Any) -> dict[str, Any]:
        return self.act(do="send", type=type, **fields)

    def raw(self, xml: dict[str, Any] | str) -> dict[str, Any]:
        return self.act(do="raw", xml=xml)

    def inbox(self, after: int = 0) -> list[dict[str, Any]]:
        return self._control.inbox(self.openid, after)
