"""Doing again what people did: a recording is a list of orders with their moments."""

import asyncio
from typing import Any

from lab import doings
from lab.errors import BadOrder
from lab.fans import Fan
from lab.world import World


async def play(world: World, rows: Any, speed: float) -> list[dict[str, Any]]:
    """One answer for each row. `speed` 0 goes straight through, 1 keeps the pauses, 10 shortens them tenfold."""
    if not isinstance(rows, list) or not all(isinstance(row, dict) and "order" in row for row in rows):
        raise BadOrder("rows is a list of {at, openid, order}")
    answers = []
    before: float | None = None
    for row in rows:
        at = float(row.get("at", 0))
        if speed and before is not None and at > before:
            await asyncio.sleep((at - before) / speed)
        before = at
        answers.append(await _again(world, row))
    return answers


async def _again(world: World, row: dict[str, Any]) -> dict[str, Any]:
    openid = str(row.get("openid", ""))
    fan = world.fans.find(openid) or world.fans.add(Fan(openid, world.app(str(row.get("app") or "")).app_id))
    try:
        return (await doings.act(world, fan, row["order"])).row()
    except BadOrder as no:
        return {"openid": openid, "error": no.message}
