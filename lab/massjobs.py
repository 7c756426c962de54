"""A mass message on its way: the administrator's word, the chats, the finish event."""

import asyncio
from typing import Any

from lab import acts
from lab.accounts import App
from lab.clock import month_of
from lab.errors import BadOrder
from lab.fans import Fan
from lab.mass import Job
from lab.world import World

CHUNK = 1000
HELPER = "mphelper"
"""FromUserName of the finish event."""


def start(world: World, app: App, job: Job) -> None:
    """Send now, or wait for the administrator."""
    job.total = len(job.targets)
    job.state = "confirm" if world.settings.mass_needs_confirmation else job.state
    world.keep(app, "mass")
    if not world.settings.mass_needs_confirmation:
        world.spawn(send(world, app, job))
        return
    world.hub.tell("mass", job.row())

    def late() -> None:
        if job.state == "confirm":
            world.spawn(fail(world, app, job, "err(40002)"))

    world.timers.after(world.settings.mass_confirm_s, late)


def decide(world: World, app: App, job: Job | None, choice: Any) -> None:
    """The administrator's tap. Raises BadOrder."""
    if job is None or job.state != "confirm":
        raise BadOrder("no job waits under this number", 404)
    if choice not in ("approve", "refuse"):
        raise BadOrder('do is "approve" or "refuse"')
    work = send(world, app, job) if choice == "approve" else fail(world, app, job, "err(40001)")
    job.state = "sending"
    world.spawn(work)


async def fail(world: World, app: App, job: Job, status: str) -> None:
    job.status, job.state = status, "done"
    await finish(world, app, job)


async def send(world: World, app: App, job: Job) -> None:
    """Put it into the chats in portions, so that other calls go on meanwhile."""
    job.state = "sending"
    world.hub.tell("mass", job.row())
    await asyncio.sleep(world.settings.mass_delay_s)
    if world.settings.mass_status != "send success":
        return await fail(world, app, job, world.settings.mass_status)
    month = int(month_of(world.clock.now()).replace("-", ""))
    for index in range(0, len(job.targets), CHUNK):
        for fan in job.targets[index : index + CHUNK]:
            _give(world, app, job, fan, month)
        await asyncio.sleep(0)
    job.status, job.state = "send success", "done"
    return await finish(world, app, job)


def _give(world: World, app: App, job: Job, fan: Fan, month: int) -> None:
    if fan.mass_month != month:
        fan.mass_month, fan.mass_count = month, 0
    limit = world.settings.mass_per_fan_month
    if not fan.follows or (app.kind != "subscription" and fan.mass_count >= limit):
        return
    fan.mass_count += 1
    job.filtered += 1
    job.sent += 1
    world.store.fan(fan)
    world.post(fan, "mass", job.kind, job.body, job.msg_id)


async def finish(world: World, app: App, job: Job) -> None:
    """MASSSENDJOBFINISH, with counts and the articles' addresses."""
    job.targets = []
    world.keep(app, "mass")
    world.hub.tell("mass", job.row())
    links = [{"item": {"ArticleIdx": i + 1, "ArticleUrl": url}} for i, url in enumerate(job.links)]
    counts = {"TotalCount": job.total, "FilterCount": job.filtered, "SentCount": job.sent}
    fields: acts.Fields = [("MsgType", "event"), ("Event", "MASSSENDJOBFINISH"), ("MsgID", job.msg_id)]
    fields += [("Status", job.status), *counts.items(), ("ErrorCount", job.filtered - job.sent)]
    fields.append(("CopyrightCheckResult", {"Count": 0, "ResultList": {}, "CheckState": 1}))
    found: dict[str, Any] = {"Count": len(links), "ResultList": {"item": [row["item"] for row in links]}}
    fields.append(("ArticleUrlResult", found if links else {"Count": 0}))
    await acts.announce(world, app, HELPER, "MASSSENDJOBFINISH", fields)
