"""Puts the lab together on one port of 127.0.0.1, and takes it down cleanly."""

import asyncio
from contextlib import suppress
from pathlib import Path

import aiohttp
from aiohttp import web

from lab import backstage
from lab.accounts import App, looks_real
from lab.api import ENDPOINTS
from lab.control import ROUTES, WORLD, guarded, nothing
from lab.options import ENTERED, Options, new_aes_key
from lab.platform import Platform
from lab.store import Store
from lab.world import World

HOST = "127.0.0.1"
BIGGEST = 64 * 1024 * 1024
CONSOLE = Path(__file__).parent / "console"
POLICY = (
    "default-src 'self'; img-src 'self' data: blob: http: https:; media-src 'self' data: blob:; "
    "style-src 'self' 'unsafe-inline'; frame-ancestors 'self'"
)


class RealAppId(Exception):
    """The app id looks like one of the real platform's."""


def world_from(options: Options) -> World:
    """A world with the one account of the options, and what the store kept. Raises RealAppId."""
    if looks_real(options.app_id) and not options.allow_real:
        raise RealAppId(options.app_id)
    world = World(Store(options.data))
    entered = {name: getattr(options, name) for name in ENTERED}
    entered["aes_key"] = entered["aes_key"] or new_aes_key()
    world.allow_real = options.allow_real
    world.entered = {name: value for name, value in entered.items() if name != "app_id"}
    world.add_app(App(**entered))
    world.load()
    world.keep_all()
    return world


async def page(request: web.Request) -> web.StreamResponse:
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"}
    headers["Content-Type"] = "text/html; charset=utf-8"
    return web.FileResponse(CONSOLE / "index.html", headers=headers)


class Lab:
    """A running lab: `await start()`, use `world` and `url`, `await stop()`."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.world = world_from(options)
        self._tasks: list[asyncio.Task[None]] = []
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return self.world.url

    async def start(self) -> None:
        """Listen. Raises OSError when the port is taken."""
        connector = aiohttp.TCPConnector(limit=0, force_close=True)
        self.world.http = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        self._runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, self.options.port, backlog=1024)
        try:
            await site.start()
        except OSError:
            await self.world.http.close()
            raise
        port = self._runner.addresses[0][1]
        self.world.url = f"http://{HOST}:{port}"
        self._tasks = [asyncio.create_task(self.world.timers.watch())]
        if self.world.store.keeps:
            self._tasks.append(asyncio.create_task(self.world.store.watch()))

    def _application(self) -> web.Application:
        app = web.Application(client_max_size=BIGGEST)
        app[WORLD] = self.world
        for route in (*ROUTES, *backstage.ROUTES):
            app.router.add_route(route.method, route.path, guarded(route.handler))
        app.router.add_get("/", page)
        app.router.add_static("/__lab/console", CONSOLE)
        app.router.add_route("*", "/__lab/{path:.*}", guarded(nothing))
        platform = Platform(self.world)
        for path in ENDPOINTS:  # found by name: a pattern would be tried last, at a cost for every call
            app.router.add_route("*", path, platform.serve)
        app.router.add_route("*", "/{path:.*}", platform.serve)
        return app

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        self.world.stop()
        if self._runner is not None:
            await self._runner.cleanup()
        await self.world.http.close()
        self.world.store.close()
