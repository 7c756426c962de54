"""A fit's work on two cores: one half in a copy of this process, which shares its memory until either changes it."""

import os
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

_fork = get_context("fork")
Job = Callable[[], Any]


def side_by_side(jobs: Sequence[Job], cores: int | None = None) -> list[Any]:
    """What each of the jobs returns, in their order; every second one is done by the copy.

    Raises EOFError when the copy died, and whatever a job of this process raises. A copy whose process was killed
    ends with its half.
    """
    if min(cores or len(os.sched_getaffinity(0)), len(jobs)) < 2:
        return [job() for job in jobs]
    here, there = _fork.Pipe(duplex=False)
    copy = _fork.Process(target=_other_half, args=(here, there, jobs[1::2]), daemon=True)
    copy.start()
    there.close()
    own = [job() for job in jobs[0::2]]
    others = here.recv()
    copy.join()
    done = [None] * len(jobs)
    done[0::2], done[1::2] = own, others
    return done


def _other_half(here: Connection, there: Connection, jobs: Sequence[Job]) -> None:
    here.close()  # or nobody would notice that the other end is gone
    there.send([job() for job in jobs])
