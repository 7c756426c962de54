"""The control interface under /__lab, for tests, scripts and the console."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from lab import doings, windows
from lab.accounts import App
from lab.clock import iso, next_month, parse_iso
from lab.errors import BadOrder
from lab.fans import Fan, new_openid
from lab.messages import Message
from lab.replay import replay
from lab.world import World

WORLD: web.AppKey[World] = web.AppKey("world", World)
MOST_FANS = 1_000_000
AT_ONCE = 50
LOCAL = {"127.0.0.1", "localhost", "::1", "[::1]"}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def guarded(handler: Handler) -> Handler:
    """Only this machine, and no page of another site; orders that make no sense become 4xx."""

    async def served(request: web.Request) -> web.StreamResponse:
        origin = request.headers.get("Origin")
        host = urlsplit(f"//{request.host}").hostname
        if host not in LOCAL or (origin and urlsplit(origin).netloc != request.host):
            return answer({"error": "loopback only"}, 403)
        try:
            return await handler(request)
        except BadOrder as wrong:
            return answer({"error": wrong.message}, wrong.status)
        except (ValueError, TypeError, KeyError, OverflowError) as wrong:
            return answer({"error": f"this order makes no sense: {wrong}"}, 400)

    return served


async def nothing(request: web.Request) -> web.StreamResponse:
    raise BadOrder("there is no such call", 404)


def answer(body: Any, status: int = 200) -> web.Response:
    text = json.dumps(body, ensure_ascii=False)
    return web.Response(text=text, status=status, content_type="application/json")


async def body_of(request: web.Request) -> Any:
    """The JSON body. Raises BadOrder."""
    try:
        return json.loads(await request.read() or b"{}")
    except ValueError as wrong:
        raise BadOrder("the body must be JSON") from wrong


async def order_of(request: web.Request) -> dict[str, Any]:
    body = await body_of(request)
    if not isinstance(body, dict):
        raise BadOrder("the body must be an object")
    return body


def number(request: web.Request, name: str, default: int) -> int:
    text = request.query.get(name) or str(default)
    if not text.isascii() or not text.isdigit():
        raise BadOrder(f"{name} must be a number")
    return int(text)


def world_of(request: web.Request) -> World:
    return request.app[WORLD]


def fan_of(request: web.Request) -> Fan:
    return world_of(request).fan(request.match_info["openid"])


def app_of(request: web.Request) -> App:
    return world_of(request).app(request.match_info["app_id"])


def state_row(world: World) -> dict[str, Any]:
    now = world.clock.now()
    apps = [
        app.row()
        | {"followers": len(world.fans.followers(app.app_id)), "silent_s": max(0, app.silent_until - now)}
        for app in world.apps.values()
    ]
    return {
        "now": iso(now),
        "clock": world.clock.mode,
        "fans": len(world.fans),
        "apps": apps,
        "url": world.url,
    }


async def state(request: web.Request) -> web.Response:
    return answer(state_row(world_of(request)))


async def make_fans(request: web.Request) -> web.Response:
    world, order = world_of(request), await order_of(request)
    app = world.app(str(order.get("app") or ""))
    openids = _openids(order)
    fans = [_fan(world, app, openid) for openid in openids]
    if order.get("follow"):
        await _follow(world, fans, bool(order.get("quiet")))
    for fan in fans:
        world.store.fan(fan)
    world.hub.tell("fans", {"fans": len(world.fans)})
    return answer({"openids": openids})


def _openids(order: dict[str, Any]) -> list[str]:
    given = order.get("openids")
    if given is not None:
        if not isinstance(given, list) or not all(isinstance(o, str) and 0 < len(o) <= 64 for o in given):
            raise BadOrder("openids must be a list of texts")
        return list(dict.fromkeys(given))
    count = order.get("count", 1)
    if not isinstance(count, int) or not 1 <= count <= MOST_FANS:
        raise BadOrder(f"count is 1 to {MOST_FANS}")
    return [new_openid() for _ in range(count)]


def _fan(world: World, app: App, openid: str) -> Fan:
    """The fan of that openid, made if there is none."""
    found = world.fans.find(openid)
    if found is not None and found.app_id != app.app_id:
        raise BadOrder(f"{openid} belongs to another account", 409)
    return found or world.fans.add(Fan(openid, app.app_id))


async def _follow(world: World, fans: list[Fan], quiet: bool) -> None:
    """Quietly means making followers; who has left by themselves is not brought back by that."""
    new = [fan for fan in fans if not fan.follows]
    if quiet:
        for fan in new:
            if not fan.seq:
                world.fans.follow(fan, world.clock.now())
        return
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(fan: Fan) -> None:
        async with gate:
            await doings.act(world, fan, {"do": "follow"})

    await asyncio.gather(*(one(fan) for fan in new))


def fan_row(world: World, fan: Fan) -> dict[str, Any]:
    now = world.clock.now()
    return {
        "openid": fan.openid,
        "app_id": fan.app_id,
        "follows": fan.follows,
        "since": iso(fan.since) if fan.since else None,
        "scene": fan.scene,
        "tags": list(fan.tags),
        "remark": fan.remark,
        "kf_left": windows.left(fan, now) if fan.follows else 0,
        "message_window_s": max(0.0, fan.message_until - now),
        "brief_window_s": max(0.0, fan.brief_until - now),
    }


async def list_fans(request: web.Request) -> web.Response:
    world = world_of(request)
    app_id, text = request.query.get("app") or None, request.query.get("q", "").strip()
    found = world.fans.search(app_id, text)
    offset, limit = number(request, "offset", 0), min(number(request, "limit", 50), 10_000)
    rows = [fan_row(world, fan) for fan in found[offset : offset + limit]]
    return answer({"total": len(found), "fans": rows})


async def one_fan(request: web.Request) -> web.Response:
    return answer(fan_row(world_of(request), fan_of(request)))


async def act(request: web.Request) -> web.Response:
    done = await doings.act(world_of(request), fan_of(request), await order_of(request))
    return answer(done.row())


async def inbox(request: web.Request) -> web.Response:
    rows = world_of(request).inbox(fan_of(request), number(request, "after", 0))
    return answer([row.row(iso(row.at)) for row in rows[: number(request, "limit", 10_000)]])


async def chat(request: web.Request) -> web.Response:
    """Both sides of a chat: the latest `limit` rows, or those before an id."""
    world, fan = world_of(request), fan_of(request)
    rows = fan.chat_after(number(request, "after", 0), world.messages.first_id)
    before = number(request, "before", 0)
    if before:
        rows = [row for row in rows if row.id < before]
    return answer([row.row(iso(row.at)) for row in rows[-number(request, "limit", 60) :]])


async def fan_menu(request: web.Request) -> web.Response:
    """The menu this fan sees, conditional ones considered."""
    world, fan = world_of(request), fan_of(request)
    buttons, menu_id = world.apps[fan.app_id].menu.shown_to(fan.tags, request.query.get("client", "1"))
    return answer({"button": buttons, "menu_id": menu_id})


async def deliveries(request: web.Request) -> web.Response:
    via = request.query.get("via")
    keep = _delivered(via)
    rows = world_of(request).messages.page(number(request, "after", 0), number(request, "limit", 1000), keep)
    return answer([row.row(iso(row.at)) | {"openid": row.openid} for row in rows])


def _delivered(via: str | None) -> Callable[[Message], bool]:
    if via:
        return lambda row: row.via == via
    return lambda row: row.via not in ("fan", "system")


async def calls(request: web.Request) -> web.Response:
    """Platform calls; `path` may hold `*`."""
    path, log = request.query.get("path") or "*", world_of(request).calls
    if request.query.get("latest"):
        return answer([row.row(iso(row.at)) for row in log.latest(number(request, "limit", 100))])
    after, limit = number(request, "after", 0), number(request, "limit", 1000)
    rows = log.page(after, limit, lambda row: path == row.path or fnmatchcase(row.path, path))
    return answer([row.row(iso(row.at)) for row in rows])


async def one_call(request: web.Request) -> web.Response:
    row = world_of(request).calls.find(int(request.match_info["id"]))
    if row is None:
        raise BadOrder("there is no such call", 404)
    return answer(row.row(iso(row.at)) | row.story())


async def list_acts(request: web.Request) -> web.Response:
    openid = request.query.get("openid")
    log = world_of(request).acts
    if request.query.get("latest"):
        return answer([row.row() for row in log.latest(number(request, "limit", 60))])
    rows = log.page(
        number(request, "after", 0),
        number(request, "limit", 100),
        lambda row: openid in (None, "", row.openid),
    )
    return answer([row.row() for row in rows])


async def get_clock(request: web.Request) -> web.Response:
    clock = world_of(request).clock
    return answer({"now": iso(clock.now()), "clock": clock.mode})


async def set_clock(request: web.Request) -> web.Response:
    world, order = world_of(request), await order_of(request)
    for name, value in order.items():
        if name not in CLOCK_ORDERS:
            raise BadOrder(f"the clock knows {', '.join(CLOCK_ORDERS)}")
        try:
            CLOCK_ORDERS[name](world, value)
        except (TypeError, ValueError, OverflowError, OSError) as wrong:
            raise BadOrder(f"{name} cannot be {value!r}") from wrong
    world.keep_clock()
    world.hub.tell("state", state_row(world))
    await asyncio.sleep(0)
    return answer(state_row(world))


def _mode(world: World, value: Any) -> None:
    if value not in ("frozen", "running"):
        raise ValueError
    if value != world.clock.mode:
        (world.clock.freeze if value == "frozen" else world.clock.run)()


def _to(world: World, value: Any) -> None:
    if value not in ("next_month", "real"):
        raise ValueError
    if value == "real":
        world.clock.to_real()
    else:
        world.clock.set(next_month(world.clock.now()))


CLOCK_ORDERS: dict[str, Callable[[World, Any], None]] = {
    "advance": lambda world, value: world.clock.advance(float(value)),
    "set": lambda world, value: world.clock.set(parse_iso(value)),
    "mode": _mode,
    "to": _to,
}


async def get_faults(request: web.Request) -> web.Response:
    return answer([rule.row() for rule in world_of(request).faults.rules])


async def set_faults(request: web.Request) -> web.Response:
    world = world_of(request)
    world.faults.replace(await body_of(request))
    rows = [rule.row() for rule in world.faults.rules]
    world.hub.tell("faults", rows)
    return answer(rows)


async def post_replay(request: web.Request) -> web.Response:
    return answer(await replay(world_of(request), await order_of(request)))


async def reset(request: web.Request) -> web.Response:
    """`{"all": true}` also forgets menus, codes, settings and added accounts."""
    world = world_of(request)
    (world.start_afresh if (await order_of(request)).get("all") else world.reset)()
    return answer(state_row(world))


async def list_qr(request: web.Request) -> web.Response:
    """Tickets made through qrcode/create, newest first."""
    world = world_of(request)
    app, text = world.app(request.query.get("app", "")), request.query.get("q", "")
    found = [ticket for ticket in app.qr.all() if text in ticket.scene or text in ticket.ticket]
    offset, limit = number(request, "offset", 0), number(request, "limit", 20)
    now = world.clock.now()
    rows = [ticket.row() | {"live": ticket.live(now)} for ticket in found[offset : offset + limit]]
    return answer({"total": len(found), "tickets": rows})


async def media(request: web.Request) -> web.Response:
    """A file as a phone would fetch it: never as a page of this site."""
    world = world_of(request)
    for app in world.apps.values():
        found = app.media.find(request.match_info["media_id"], world.clock.now())
        if found is not None:
            headers = {"Content-Type": found.mime, "X-Content-Type-Options": "nosniff"}
            return web.Response(body=found.data, headers=headers | {"Content-Security-Policy": "sandbox"})
    raise BadOrder("there is no such file", 404)


async def stream(request: web.Request) -> web.StreamResponse:
    """Server-sent events: whatever happens, as `{"kind","row"}`."""
    world = world_of(request)
    headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
    response = web.StreamResponse(headers=headers)
    queue = world.hub.join()
    try:
        await response.prepare(request)
        await response.write(b"retry: 1000\n\n")
        while True:
            try:
                text = await asyncio.wait_for(queue.get(), 15)
                await response.write(f"data: {text}\n\n".encode())
            except TimeoutError:
                await response.write(b": still here\n\n")
    except ConnectionError:
        return response
    finally:
        world.hub.leave(queue)


ROUTES = (
    web.get("/__lab/state", state),
    web.post("/__lab/fans", make_fans),
    web.get("/__lab/fans", list_fans),
    web.get("/__lab/fans/{openid}", one_fan),
    web.post("/__lab/fans/{openid}/act", act),
    web.get("/__lab/fans/{openid}/inbox", inbox),
    web.get("/__lab/fans/{openid}/chat", chat),
    web.get("/__lab/fans/{openid}/menu", fan_menu),
    web.get("/__lab/deliveries", deliveries),
    web.get("/__lab/calls", calls),
    web.get(r"/__lab/calls/{id:\d+}", one_call),
    web.get("/__lab/acts", list_acts),
    web.get("/__lab/clock", get_clock),
    web.post("/__lab/clock", set_clock),
    web.get("/__lab/faults", get_faults),
    web.put("/__lab/faults", set_faults),
    web.post("/__lab/replay", post_replay),
    web.post("/__lab/reset", reset),
    web.get("/__lab/qr", list_qr),
    web.get("/__lab/media/{media_id}", media),
    web.get("/__lab/stream", stream),
)
