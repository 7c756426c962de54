"""The platform's side of the API: who may call what, and the answer with its rid."""

import asyncio
import inspect
import json
import logging
from typing import Any
from urllib.parse import quote

from aiohttp import web

from lab import ids
from lab.accounts import App
from lab.api import ENDPOINTS
from lab.api.replies import OK
from lab.call import Answer, Call, Endpoint, Page
from lab.calls import DETAIL_BYTES, DETAILED, CallRow, Exchange
from lab.clock import iso, stopwatch
from lab.errors import Refused
from lab.faults import Rule
from lab.world import World

log = logging.getLogger(__name__)

JSON_TYPE = "application/json; encoding=utf-8"
HTML_TYPE = "text/html; charset=utf-8"
PLAIN_YES = json.dumps(OK).encode()
UNANSWERED = ("cut before", "silent")
SILENCE_S = 60.0


class Platform:
    """Serves every path that is not the lab's own."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def serve(self, request: web.Request) -> web.StreamResponse:
        begin = stopwatch()
        call = Call(self.world, request.method, request.path, request.query, await request.read())
        call.content_type = request.headers.get("Content-Type", "")
        call.host = request.host
        call.cookies = request.headers.get("Cookie", "")
        call.rid = ids.new_rid(call.now)
        call.openid = _openid(call)
        rule = self.world.faults.hit(call.path, call.openid)
        response = await (self._faulty(call, rule) if rule else self._work(call))
        self._record(call, response, request.query_string, begin)
        if call.fault == "silent":
            await _wait_till_left(request)
        if call.fault == "silent" or call.fault.startswith("cut"):
            _hang_up(request)
        return response

    async def _faulty(self, call: Call, rule: Rule) -> web.Response:
        if rule.latency_ms:
            await asyncio.sleep(rule.latency_ms / 1000)
        response = _instead(call, rule)
        if response is None:
            response = await self._work(call)
            _spoil(call, rule, response)
        response.headers.update(rule.headers or {})
        return response

    async def _work(self, call: Call) -> web.Response:
        try:
            endpoint = ENDPOINTS.get(call.path)
            if endpoint is None:
                return web.Response(status=404, text="404 not found")
            self._admit(call, endpoint)
            answer = endpoint.work(call)
            return _response(await answer if inspect.isawaitable(answer) else answer)
        except Refused as no:
            return _refusal(call, no)
        except Exception:
            log.exception("%s could not read what it was sent", call.path)
            return _refusal(call, Refused(47001))

    def _admit(self, call: Call, endpoint: Endpoint) -> None:
        """Method, token, right and quota, in this order. Raises Refused."""
        if call.method not in endpoint.methods:
            raise Refused(43001 if endpoint.methods == ("GET",) else 43002)
        if endpoint.token:
            call.app = self._by_token(call.query.get("access_token", ""), call.now)
            allowed(call.app, endpoint)
            spend(call, endpoint)

    def _by_token(self, token: str, now: float) -> App:
        owner = next(
            (app for app in self.world.apps.values() if app.tokens.knows(token)), self.world.default_app
        )
        owner.tokens.check(token, now)
        return owner

    def _record(self, call: Call, response: web.Response, query: str, begin: float) -> None:
        row = CallRow(call.now, call.path, call.app.app_id, call.rid)
        row.openid, row.fault = call.openid, call.fault
        row.ms = round((stopwatch() - begin) * 1000, 3)
        row.errcode = call.errcode if response.status == 200 and call.fault not in UNANSWERED else None
        calls = self.world.calls
        row.detail = _detail(call, response, query)
        calls.append(row)
        old = calls.find(row.id - DETAILED)
        if old is not None:
            old.detail = None
        if self.world.hub.watched:
            self.world.hub.tell("call", row.row(iso(row.at)))


def allowed(app: App, endpoint: Endpoint) -> None:
    """The permission matrix: the account's kind, and whether it is verified. Raises Refused 48001."""
    if app.kind not in endpoint.kinds or (endpoint.verified and not app.verified and app.kind != "sandbox"):
        raise Refused(48001)


def spend(call: Call, endpoint: Endpoint) -> None:
    """Count the call in its row of the quota table."""
    app, now = call.app, call.now
    app.quotas.spend(endpoint.quota or endpoint.path, app.kind, endpoint.per_minute, now)


def _instead(call: Call, rule: Rule) -> web.Response | None:
    """What a rule answers in the platform's place; None when the work is to be done."""
    if rule.silent or rule.cut == "before":
        call.fault = "silent" if rule.silent else "cut before"
        return web.Response()
    if rule.body is not None:
        call.fault = "body"
        return _as_told(call, rule.body, rule.http or 200)
    if rule.http is not None:
        call.fault = f"http {rule.http}"
        return _as_told(call, f"<html><h1>{rule.http}</h1></html>", rule.http)
    if rule.errcode is not None:
        call.fault = "errcode"
        return _refusal(call, Refused(rule.errcode, rule.errmsg or ""))
    return None


def _as_told(call: Call, body: str | dict[str, Any] | list[Any], status: int) -> web.Response:
    if isinstance(body, str):
        return web.Response(
            status=status, body=body.encode("utf-8", "replace"), headers={"Content-Type": HTML_TYPE}
        )
    code = body.get("errcode") if isinstance(body, dict) else 0
    call.errcode = code if isinstance(code, int) else 0
    response = _json(body)
    response.set_status(status)
    return response


def _spoil(call: Call, rule: Rule, response: web.Response) -> None:
    """The work is done; mark what the caller is not to hear."""
    if rule.cut == "after":
        call.fault = "cut after"
    elif rule.truncate and isinstance(response.body, bytes):
        call.fault = "truncated"
        response.body = response.body[: len(response.body) // 2]


def _detail(call: Call, response: web.Response, query: str) -> Exchange:
    body = response.body if isinstance(response.body, bytes) else b""
    binary = not response.headers.get("Content-Type", "").startswith(("application/json", "text/"))
    answer = f"[{len(body)} bytes]" if binary else body[:DETAIL_BYTES].decode("utf-8", "replace")
    given = call.raw[:DETAIL_BYTES].decode("utf-8", "replace")
    return (call.method, query, given, answer, call.ip, call.content_type)


def _openid(call: Call) -> str:
    """The person a call is about, for the list of calls and for faults."""
    if b'"touser"' in call.raw or b'"openid"' in call.raw:
        try:
            body = call.json()
        except Refused:
            return ""
        found = body.get("touser") or body.get("openid")
        return found if isinstance(found, str) else ""
    return call.query.get("openid", "")


def _json(body: dict[str, Any] | list[Any]) -> web.Response:
    if body is OK:
        return web.Response(body=PLAIN_YES, headers={"Content-Type": JSON_TYPE})
    text = json.dumps(body, ensure_ascii=False)
    return web.Response(body=text.encode("utf-8", "replace"), headers={"Content-Type": JSON_TYPE})


def _refusal(call: Call, no: Refused) -> web.Response:
    call.errcode = no.errcode
    return _json(no.answer(call.rid, ", rid: " if call.path.startswith("/sns/") else " rid: "))


def _response(answer: Answer) -> web.Response:
    if isinstance(answer, dict):
        return _json(answer)
    if isinstance(answer, Page):
        if answer.location:
            return web.Response(status=302, headers={"Location": answer.location})
        return web.Response(text=answer.html, content_type="text/html")
    headers = {"Content-Type": answer.mime}
    if answer.name:
        headers["Content-disposition"] = f'attachment; filename="{quote(answer.name)}"'
    return web.Response(body=answer.data, headers=headers)


async def _wait_till_left(request: web.Request) -> None:
    """Until the caller has given up, a minute at most."""
    ends = stopwatch() + SILENCE_S
    while request.transport is not None and not request.transport.is_closing() and stopwatch() < ends:
        await asyncio.sleep(0.02)


def _hang_up(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()
