"""The timer door: what runs when, by the product's clock. It only puts tasks into the queue."""

import logging
import os
import socket
from datetime import datetime
from typing import NamedTuple

from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot import answering, tasks
from bot.handlers.media import READ_PICTURES
from bot.kit import Kit
from bot.registry import lease, timetable
from core.clock import COUNTY_TIME
from core.errors import DatabaseAway, TryAgain

log = logging.getLogger(__name__)

TICK_S = 2
LEASE_S = 15


class Job(NamedTuple):
    task: str
    when: BaseTrigger


JOBS = (
    Job("replay_spool", IntervalTrigger(seconds=5)),
    Job(answering.SEND_NOTES, IntervalTrigger(seconds=10)),
    Job(READ_PICTURES, IntervalTrigger(seconds=10)),
    Job(answering.SCRUB, IntervalTrigger(seconds=20)),
    Job(tasks.FIT_MODEL, IntervalTrigger(minutes=1)),
    Job(tasks.MAKE_CODES, IntervalTrigger(minutes=1)),
    Job(tasks.GROUP_QUESTIONS, IntervalTrigger(seconds=10)),
    Job("flag_unsure", IntervalTrigger(minutes=5)),
    Job("settle_units", CronTrigger(minute=1, timezone=COUNTY_TIME)),
    Job("freeze_counts", CronTrigger(hour=0, minute=10, timezone=COUNTY_TIME)),
    Job("purge", CronTrigger(hour=3, minute=20, timezone=COUNTY_TIME)),
    Job("sync_followers", CronTrigger(hour=3, minute=40, timezone=COUNTY_TIME)),
)


def work(kit: Kit) -> None:
    """Tick until stopped. A second scheduler finds the lease taken and idles."""
    holder = f"{socket.gethostname()}:{os.getpid()}"
    scheduler = BlockingScheduler(timezone=COUNTY_TIME, job_defaults={"coalesce": True, "max_instances": 1})
    scheduler.add_job(tick, "interval", args=[kit, holder], seconds=TICK_S)
    scheduler.start()


def tick(kit: Kit, holder: str) -> list[str]:
    """Put every job that is due into the queue, once for however many times it was missed; returns their names."""
    now = kit.clock()
    try:
        with kit.db.transaction() as session:
            if not lease.take(session, "scheduler", holder, kit.real_clock(), LEASE_S):
                return []
            last = timetable.last_runs(session)
            due = [job.task for job in JOBS if is_due(job.when, last.get(job.task), now)]
            unseen = [job.task for job in JOBS if job.task not in last or last[job.task] > now]
            timetable.ran(session, [*due, *unseen], now)
    except (DatabaseAway, TryAgain):
        log.warning("the scheduler skips a tick: the database is away")
        return []
    for task in due:
        kit.queue.put(task)
    return due


def is_due(when: BaseTrigger, last: datetime | None, now: datetime) -> bool:
    """A job that was never begun waits for its next time, counted from the first tick that saw it."""
    return last is not None and last <= now and bool(when.get_next_fire_time(last, last) <= now)
