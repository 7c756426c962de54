"""Door: fit the matcher's model in a process of its own and put it in the database; workers and commands use it."""

import json
import logging
import os
import secrets
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.content.corpus import read_corpus
from bot.content.gate import clearly_worse
from bot.content.serving import fit_due, keep_model, served_report
from bot.registry import lease
from core.clock import Clock
from core.db import Database

log = logging.getLogger(__name__)
_HOUSE = Path(__file__).resolve().parent.parent
PATIENCE_S = 300
LEASE = "fit"


class FitFailed(Exception):
    """The fitting process ended badly; the model before it goes on serving."""


def refit(db: Database, now: datetime, *, accept: bool = False) -> dict[str, Any]:
    """Fit on what the library holds now; every process serves the new model from its next message on.

    One that is clearly worse than the model being served is kept but not served, unless `accept`: its report then
    says why under "refused". No transaction is open while it works, and nothing is stored unless it ended well.
    """
    with db.reading() as session:
        corpus = read_corpus(session)
    told, block = fit_apart(corpus.dump())
    report = dict(json.loads(told))
    with db.transaction() as session:
        refused = "" if accept else clearly_worse(served_report(session), report)
        report |= {"refused": refused} if refused else {}
        kept = json.dumps(report, ensure_ascii=False)
        keep_model(session, block, kept, corpus.version, now, live=not refused)
    if refused:
        log.warning("a fit is not taken over: %s", refused)
    return report


def refit_if_due(db: Database, now: datetime) -> dict[str, Any] | None:
    """Fit when the library changed since it was last fitted; None when there was nothing to do."""
    with db.reading() as session:
        due = fit_due(session)
    return refit(db, now) if due else None


def refit_alone(db: Database, now: datetime, real_clock: Clock) -> dict[str, Any] | None:
    """As `refit_if_due`, unless another worker is at it: a large library takes longer than the timer's minute."""
    holder = secrets.token_hex(8)
    with db.transaction() as session:
        if not lease.take(session, LEASE, holder, real_clock(), PATIENCE_S):
            return None
    try:
        return refit_if_due(db, now)
    finally:
        with db.transaction() as session:
            lease.drop(session, LEASE, holder, real_clock())


def fit_apart(line: str) -> tuple[str, bytes]:
    """Run bot.content.fit: two processes at most, of one thread each, so that the chat keeps its speed."""
    one_thread = os.environ | {
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONIOENCODING": "utf-8",
        "PYPINYIN_NO_PHRASES": "1",  # a fit needs the sounds of characters only; phrases would take it 0.3 s
    }
    command = [sys.executable, "-m", "bot.content.fit"]
    try:
        done = subprocess.run(
            command, input=line.encode() + b"\n", capture_output=True, cwd=_HOUSE, env=one_thread,
            timeout=PATIENCE_S, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise FitFailed(f"{PATIENCE_S} 秒还没有完") from error
    if done.returncode:
        raise FitFailed(done.stderr.decode(errors="replace")[-500:])
    told, _, block = done.stdout.partition(b"\n")
    return told.decode(), block
