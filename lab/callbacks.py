"""Callbacks to the account's server: sealed once, sent up to three times, five seconds each.

WeChat docs, receiving messages: no answer within five seconds means a resend, three tries in total;
after repeated failures pushing stops for one minute (MarkFail).
"""

import asyncio
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import aiohttp

from lab import crypto
from lab.accounts import App
from lab.clock import real_now, stopwatch

if TYPE_CHECKING:
    from lab.world import World


@dataclass(slots=True)
class Letter:
    """One callback with fixed bytes, so that a retry is the same again."""

    app_id: str
    openid: str
    query: str
    body: bytes
    plain: str


@dataclass(slots=True)
class Try:
    """One delivery: HTTP status and body, or what went wrong."""

    query: str
    http: int | None
    answer: bytes
    ms: float
    error: str = ""


@dataclass(slots=True)
class Delivery:
    """All tries of one letter."""

    tries: list[Try] = field(default_factory=list)
    elapsed_ms: float = 0.0
    marked: bool = False

    @property
    def http(self) -> int | None:
        return self.tries[-1].http if self.tries else None

    @property
    def answered(self) -> bool:
        return self.http == 200


def sealed(app: App, openid: str, plain: str) -> Letter:
    """The letter in the account's mode: plain, both side by side, or encrypted only."""
    if app.mode == "plain":
        return Letter(app.app_id, openid, _query(app, openid, ""), plain.encode(), plain)
    encrypted = crypto.seal(app.key, app.app_id, plain.encode())
    if app.mode == "compatible":
        body = plain.removesuffix("</xml>") + f"<Encrypt><![CDATA[{encrypted}]]></Encrypt>\n</xml>"
    else:
        to = f"<ToUserName><![CDATA[{app.account_id}]]></ToUserName>\n"
        body = f"<xml>{to}<Encrypt><![CDATA[{encrypted}]]></Encrypt>\n</xml>"
    return Letter(app.app_id, openid, _query(app, openid, encrypted), body.encode(), plain)


def _query(app: App, openid: str, encrypted: str) -> str:
    """Timestamp and nonce are real even when the lab's clock is moved: receivers check them."""
    timestamp, nonce = str(int(real_now())), str(secrets.randbelow(9 * 10**9) + 10**9)
    fields = {
        "signature": crypto.signature(app.token, timestamp, nonce),
        "timestamp": timestamp,
        "nonce": nonce,
    }
    fields["openid"] = openid
    if encrypted:
        fields["encrypt_type"] = "aes"
        fields["msg_signature"] = crypto.signature(app.token, timestamp, nonce, encrypted)
    return urlencode(fields)


def freshened(app: App, letter: Letter) -> Letter:
    """The same message under a new timestamp and nonce."""
    return sealed(app, letter.openid, letter.plain)


async def deliver(world: "World", app: App, letter: Letter, counts: bool = True) -> Delivery:
    """Send until it is answered. `counts` is False for messages the platform itself would never send."""
    found = Delivery()
    if not app.callback_url:
        return found
    if counts and world.clock.now() < app.silent_until:
        found.marked = True
        return found
    begin = stopwatch()
    while len(found.tries) < world.settings.callback_tries and not found.answered:
        if found.tries:
            await asyncio.sleep(world.settings.retry_pause_s)
            letter = freshened(app, letter) if world.settings.retry_fresh_query else letter
        found.tries.append(await send(world, app, letter))
        world.hub.tell("try", {"openid": letter.openid, "number": len(found.tries), "ms": found.tries[-1].ms})
    found.elapsed_ms = (stopwatch() - begin) * 1000
    if counts:
        _mark(world, app, found)
    return found


def _mark(world: "World", app: App, found: Delivery) -> None:
    """MarkFail: too many failed messages in a row and the platform stops pushing for a minute."""
    app.failed_in_a_row = 0 if found.answered else app.failed_in_a_row + 1
    if app.failed_in_a_row >= world.settings.markfail_after:
        app.failed_in_a_row = 0
        app.silent_until = world.clock.now() + world.settings.markfail_s
        world.hub.tell("markfail", {"app_id": app.app_id})


async def send(world: "World", app: App, letter: Letter) -> Try:
    """One try."""
    begin = stopwatch()
    joint = "&" if "?" in app.callback_url else "?"
    url = f"{app.callback_url}{joint}{letter.query}"
    limit = _limit(world)
    headers = {"Content-Type": "text/xml", "User-Agent": "Mozilla/4.0", "Accept": "*/*"}
    try:
        async with world.http.post(
            url, data=letter.body, headers=headers, timeout=limit, allow_redirects=False
        ) as answer:
            body = await answer.read()
            return Try(letter.query, answer.status, body, _ms(begin))
    except TimeoutError:
        return Try(letter.query, None, b"", _ms(begin), "no answer in time")
    except (aiohttp.ClientError, OSError, ValueError) as failed:
        return Try(letter.query, None, b"", _ms(begin), type(failed).__name__ + ": " + str(failed))


def _limit(world: "World") -> aiohttp.ClientTimeout:
    # aiohttp rounds long timeouts up to whole seconds of its clock; five seconds must be five.
    return aiohttp.ClientTimeout(total=world.settings.callback_timeout_s, ceil_threshold=3600)


def _ms(begin: float) -> float:
    return round((stopwatch() - begin) * 1000, 3)


async def verify(world: "World", app: App) -> dict[str, Any]:
    """The platform's GET when the address is entered: the echo must come back, and nothing else."""
    timestamp, nonce = str(int(real_now())), str(secrets.randbelow(10**10))
    echo = str(secrets.randbelow(9 * 10**18) + 10**18)
    query = {"signature": crypto.signature(app.token, timestamp, nonce), "echostr": echo}
    query |= {"timestamp": timestamp, "nonce": nonce}
    limit = _limit(world)
    try:
        async with world.http.get(app.callback_url, params=query, timeout=limit) as answer:
            text = await answer.text(errors="replace")
            return {"ok": answer.status == 200 and text == echo, "http": answer.status, "answer": text[:500]}
    except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as failed:
        return {"ok": False, "http": None, "answer": type(failed).__name__}
