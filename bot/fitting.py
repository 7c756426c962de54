"""Door: fit the matcher's model in a process of its own and put it in the database; workers and commands use it."""

import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.content.corpus import read_corpus
from bot.content.serving import fit_due, keep_model
from core.db import Database

_HOUSE = Path(__file__).resolve().parent.parent
_PATIENCE_S = 300


class FitFailed(Exception):
    """The fitting process ended badly; the model before it goes on serving."""


def refit(db: Database, now: datetime) -> dict[str, Any]:
    """Fit on what the library holds now; every process serves the new model from its next message on.

    No transaction is open while it works, and nothing is stored unless it ended well. Returns the fit's report.
    """
    with db.reading() as session:
        corpus = read_corpus(session)
    told, block = _fit_apart(corpus.dump())
    with db.transaction() as session:
        keep_model(session, block, told, corpus.version, now)
    return dict(json.loads(told))


def refit_if_due(db: Database, now: datetime) -> dict[str, Any] | None:
    """Fit when the library changed since the model being served saw it; None when there was nothing to do."""
    with db.reading() as session:
        due = fit_due(session)
    return refit(db, now) if due else None


def _fit_apart(line: str) -> tuple[str, bytes]:
    """Run bot.content.fit with one thread, so that the chat keeps its speed on a small machine."""
    one_thread = os.environ | {
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONIOENCODING": "utf-8",
    }
    command = [sys.executable, "-m", "bot.content.fit"]
    try:
        done = subprocess.run(
            command, input=line.encode() + b"\n", capture_output=True, cwd=_HOUSE, env=one_thread,
            timeout=_PATIENCE_S, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise FitFailed(f"{_PATIENCE_S} 秒还没有完") from error
    if done.returncode:
        raise FitFailed(done.stderr.decode(errors="replace")[-500:])
    told, _, block = done.stdout.partition(b"\n")
    return told.decode(), block
