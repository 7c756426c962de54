"""How fast the lab is, beside a bare handler of the same server in the same run."""

import asyncio
import json
import resource
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from aiohttp import web

from lab.clock import stopwatch
from lab.fans import Fan, new_openid
from lab.handles import Control
from lab.load import Plan, run_load
from lab.options import Options, new_aes_key
from lab.server import HOST, Lab, world_from
from lab.wire import Connection

SEND = "/cgi-bin/message/custom/send"
TEXT = "对方让你把钱转到安全账户，这是冒充公检法诈骗。不要转账，先打 110 或 96110 核实，再告诉家里人。"
FOR_EVER = 10**9
CONNECTIONS = 16


def main(argv: Sequence[str]) -> int:
    """`echo` serves the bare handler, `memory` fills a world; without a word everything is measured."""
    if argv[:1] == ["echo"]:
        web.run_app(_echo(), host=HOST, port=int(argv[1]), print=_said, access_log=None)
        return 0
    found = filled() if argv[:1] == ["memory"] else measured()
    sys.stdout.write(json.dumps(found) + "\n")
    return 0


def _echo() -> web.Application:
    async def answer(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(text="success")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    return app


def _said(*words: object) -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()


def measured(sends: int = 6000, seconds: float = 4.0) -> dict[str, Any]:
    """Sends a second with kept connections, callbacks a second at a bare echo, megabytes of a full world."""
    port, lab_port = _free(), _free()
    echo = _started("lab.measure", "echo", str(port))
    lab = _started("lab", "--port", str(lab_port))
    try:
        send = asyncio.run(_rate(lab_port, *_sending(f"http://{HOST}:{lab_port}"), sends))
        bare = asyncio.run(_rate(port, "/", b"x" * 300, sends))
        load = asyncio.run(_load(f"http://{HOST}:{port}/", seconds))
    finally:
        for process in (echo, lab):
            process.terminate()
            process.communicate()
    memory = subprocess.run([sys.executable, "-m", "lab.measure", "memory"], capture_output=True, check=True)
    figures = {"sends_per_s": round(send, 1), "bare_per_s": round(bare, 1), "ratio": round(send / bare, 3)}
    full: dict[str, Any] = json.loads(memory.stdout)
    return figures | {"callbacks_per_s": load} | full


def _free() -> int:
    with asyncio.Runner() as runner:
        return runner.run(_free_port())


async def _free_port() -> int:
    server = await asyncio.start_server(lambda reader, writer: None, HOST, 0)
    port = int(server.sockets[0].getsockname()[1])
    server.close()
    return port


def _started(module: str, *words: str) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-m", module, *words], stdout=subprocess.PIPE, text=True)
    if process.stdout is not None:
        process.stdout.readline()
    return process


def _sending(url: str) -> tuple[str, bytes]:
    """A fan whose window never ends, and the request that writes to them."""
    control = Control(url)
    app_id = control.state()["apps"][0]["app_id"]
    control.settings(kf_message_count=FOR_EVER)
    control.call("PUT", f"/apps/{app_id}/quotas", {SEND: FOR_EVER})
    person = control.fan(follow=True, quiet=True)
    person.say("在吗")
    secret = control.call("GET", f"/apps/{app_id}")["app_secret"]
    token = control.token(app_id, secret)
    order = {"touser": person.openid, "msgtype": "text", "text": {"content": TEXT}}
    control.close()
    return f"{SEND}?access_token={token}", json.dumps(order, ensure_ascii=False).encode()


async def _rate(port: int, path: str, body: bytes, total: int) -> float:
    """Requests a second over kept connections, each answered with 200."""
    head = f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {len(body)}\r\n\r\n"
    request = head.encode() + body

    async def worker(count: int) -> None:
        _, connection = await asyncio.get_running_loop().create_connection(Connection, HOST, port)
        for _ in range(count):
            if await connection.ask(request, 30) != 200:
                raise ValueError("the server did not answer 200")
        connection.close()

    begin = stopwatch()
    await asyncio.gather(*(worker(total // CONNECTIONS) for _ in range(CONNECTIONS)))
    return total / (stopwatch() - begin)


async def _load(url: str, seconds: float) -> float:
    options = replace(Options(), mode="safe", aes_key=new_aes_key(), callback_url=url)
    told = await run_load(Lab(options).world, Plan(rate=0, seconds=seconds))
    return float(told["per_second"])


def filled(people: int = 200_000, messages: int = 1_000_000) -> dict[str, Any]:
    """A world of that size: megabytes, and milliseconds for a page in its middle."""
    world = world_from(Options())
    app = world.default_app
    fans = [world.fans.add(Fan(new_openid(), app.app_id)) for _ in range(people)]
    for fan in fans:
        world.fans.follow(fan, world.clock.now())
    for number in range(messages):
        world.post(fans[number % people], "kf", "text", f"{number}：{TEXT}")
    world.fans.followers(app.app_id)
    begin = stopwatch()
    world.fans.followers_after(app.app_id, fans[people // 2].openid, 10_000)
    world.messages.page(messages // 2, 1000)
    page_ms = round((stopwatch() - begin) * 1000, 2)
    return {"memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, "page_ms": page_ms}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
