"""The same message again: byte for byte, or under a fresh timestamp and nonce."""

import asyncio
from typing import Any

from lab import callbacks
from lab.acts import Act, judge
from lab.callbacks import Delivery, Letter
from lab.errors import BadOrder
from lab.tamper import tampered
from lab.world import World

MOST = 1000


async def replay(world: World, order: dict[str, Any]) -> list[dict[str, Any]]:
    """`{"act", "times", "concurrent"?, "delay_s"?, "fresh"?, "tamper"?}` → one answer for each time. Raises BadOrder."""
    before = world.acts.find(order["act"]) if isinstance(order.get("act"), int) else None
    if before is None:
        raise BadOrder("there is no such act", 404)
    times = order.get("times", 1)
    if not isinstance(times, int) or not 1 <= times <= MOST:
        raise BadOrder(f"times is 1 to {MOST}")
    delay, way = float(order.get("delay_s") or 0), order.get("tamper")
    letter = before.letter
    if order.get("fresh"):
        letter = callbacks.freshened(world.apps[before.app_id], letter)
    if way:
        letter = tampered(world.apps[before.app_id], letter, way)
    if order.get("concurrent"):
        await asyncio.sleep(delay)
        return list(await asyncio.gather(*(_again(world, before, letter) for _ in range(times))))
    answers = []
    for _ in range(times):
        await asyncio.sleep(delay)
        answers.append(await _again(world, before, letter))
    return answers


async def _again(world: World, before: Act, letter: Letter) -> dict[str, Any]:
    """One more delivery; the fan, who has seen the first answer, sees nothing new."""
    app = world.apps[before.app_id]
    done = Act(world.clock.now(), before.openid, before.app_id, before.what, letter)
    one = await callbacks.send(world, app, letter)
    done.delivery = Delivery([one], one.ms)
    judge(world, app, done, event="<Event>" in before.letter.plain)
    done.id = before.id
    return done.row()
