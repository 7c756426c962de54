"""Mass messages: what an account may still send, and what it has sent.

WeChat docs, mass messages: a service account's fan receives four in a calendar month, more are skipped in
silence; to all at most once a day and four times a month (45028); the same clientmsgid within 24 hours is
45065 with the old number, again within a minute 45066, longer than 32 characters 45067; with protection on
an administrator confirms within 30 minutes, else err(40001) or err(40002).
"""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from lab import ids
from lab.clock import day_of, iso, month_of
from lab.errors import Refused
from lab.fans import Fan


@dataclass(slots=True)
class Job:
    """One mass message and how it went; `state` is confirm, sending, done or deleted."""

    msg_id: int
    data_id: int
    kind: str
    body: Any
    targets: list[Fan]
    to_all: bool
    at: float
    state: str = "sending"
    status: str = ""
    total: int = 0
    filtered: int = 0
    sent: int = 0
    links: list[str] = field(default_factory=list)

    def row(self) -> dict[str, Any]:
        """The job as the control interface lists it."""
        title = (
            self.body
            if isinstance(self.body, str)
            else (self.body.get("articles") or [{}])[0].get("title", "")
        )
        counts = {"total": self.total, "filtered": self.filtered, "sent": self.sent}
        return {
            "msg_id": self.msg_id,
            "at": iso(self.at),
            "type": self.kind,
            "title": title,
            "to_all": self.to_all,
            "state": self.state,
            "status": self.status,
            **counts,
        }


@dataclass(slots=True)
class Sent:
    """A clientmsgid the platform remembers."""

    at: float
    msg_id: int
    retried: float | None = None


class MassDesk:
    """Jobs of one account, and the ids its callers gave."""

    def __init__(self) -> None:
        self.jobs: dict[int, Job] = {}
        self.speed = 0
        self._clients: dict[str, Sent] = {}

    def once(self, client_id: str, now: float, gap: float) -> None:
        """Raises Refused 45065 with the old number, or 45066 when asked again too soon."""
        before = self._clients.get(client_id)
        if before is None or now - before.at >= 86400:
            return
        if before.retried is not None and now - before.retried < gap:
            raise Refused(45066)
        before.retried = now
        raise Refused(45065, msg_id=before.msg_id)

    def remember(self, client_id: str, job: Job) -> None:
        self._clients[client_id] = Sent(job.at, job.msg_id)
        self.jobs[job.msg_id] = job

    def may_send_to_all(self, now: float, kind: str) -> None:
        """Raises Refused 45028."""
        counted = [j for j in self.jobs.values() if (j.to_all or kind == "subscription") and _counts(j)]
        today = sum(1 for job in counted if day_of(job.at) == day_of(now))
        month = sum(1 for job in counted if month_of(job.at) == month_of(now))
        if today >= 1 or (kind != "subscription" and month >= 4):
            raise Refused(45028)

    def dump(self) -> dict[str, Any]:
        """Ids and counts; whom a job reached stands in the chats."""
        rows = [
            [j.msg_id, j.kind, j.to_all, j.at, j.state, j.status, j.total, j.sent] for j in self.jobs.values()
        ]
        return {
            "jobs": rows,
            "clients": [[name, sent.at, sent.msg_id] for name, sent in self._clients.items()],
        }

    def load(self, kept: dict[str, Any]) -> None:
        for number, kind, to_all, at, state, status, total, sent in kept["jobs"]:
            if state != "done":  # whom it was for is gone with the process that was killed
                state, status = "done", CUT_OFF
            job = Job(number, number + 10**9, kind, "", [], to_all, at, state, status, total, sent, sent)
            self.jobs[number] = job
        self._clients = {name: Sent(at, number) for name, at, number in kept["clients"]}

    def find(self, msg_id: Any) -> Job | None:
        number = int(msg_id) if str(msg_id).isascii() and str(msg_id).isdigit() else 0
        return self.jobs.get(number)


CUT_OFF = "send fail"
"""What became of a job that was under way, or waited for the administrator, when the lab was killed."""


def _counts(job: Job) -> bool:
    return not job.status.startswith(("err", "send fail"))


def digest(scope: Any, content: Any) -> str:
    """What the platform takes for the id when the caller gives none."""
    return hashlib.md5(json.dumps([scope, content], sort_keys=True).encode()).hexdigest()


def new_job(kind: str, body: Any, targets: list[Fan], to_all: bool, now: float) -> Job:
    number = ids.job_id()
    return Job(number, number + 10**9, kind, body, targets, to_all, now)
