"""Keeping a handful of child processes alive: start, restart what dies, stop all of it together."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

LONGEST_PAUSE_S = 30.0
STEADY_S = 20.0  # a child that lived this long starts again without delay
BIG_LOG = 10_000_000
PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause_s: float = 0.0
    resume_at: float | None = None
    restarts: int = field(default=0)

    def start(self) -> None:
        if self.log.exists() and self.log.stat().st_size > BIG_LOG:
            self.log.replace(self.log.with_suffix(".old"))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, env=dict(self.env), stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                start_new_session=True, preexec_fn=_die_with_parent,
            )  # fmt: skip
        self.started_at, self.resume_at = time.monotonic(), None

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def signal_all(self, number: int) -> None:
        """Signal the child and everything it started: it leads a session, hence a process group, of its own."""
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)


def _die_with_parent() -> None:
    """On Linux a child is told to stop when its parent is killed, so that no orphan keeps the port."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Supervisor:
    """Runs children until `stop` or a signal. Children stop in the reverse order of their start."""

    def __init__(self, children: Sequence[Child]) -> None:
        self.children = list(children)
        self._stopping = threading.Event()

    def listen(self) -> None:
        """Let Ctrl-C and a polite kill end everything."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self._stopping.set())

    @property
    def stopping(self) -> bool:
        return self._stopping.is_set()

    def start(self, *names: str) -> None:
        """Start the named children, in the order of the list."""
        for child in self.children:
            if child.name in names:
                child.start()

    def watch(self) -> None:
        """Restart what dies, until told to stop."""
        while not self._stopping.wait(0.3):
            self.tend()

    def tend(self) -> None:
        """One look at every child that was started. No child's pause holds up another."""
        for child in self.children:
            if child.process and not child.alive and not self.stopping:
                self._revive(child)

    def _revive(self, child: Child) -> None:
        """Start it again, after waiting longer each time it dies young."""
        now = time.monotonic()
        if child.resume_at is None:
            steady = now - child.started_at > STEADY_S
            child.pause_s = 0.0 if steady else min(LONGEST_PAUSE_S, child.pause_s * 2 + 0.5)
            child.resume_at = now + child.pause_s
            child.signal_all(signal.SIGTERM)  # what it leaves behind still holds the port
            print(f"{child.name} 停了，{child.pause_s:.1f} 秒后重启（日志：{child.log}）", flush=True)
        if now >= child.resume_at:
            child.restarts += 1
            child.start()

    def stop(self, patience_s: float = 12.0) -> None:
        """Ask every child to stop, and kill what does not."""
        self._stopping.set()
        running = [(child, child.process) for child in reversed(self.children) if child.process]
        for _, process in running:
            process.terminate()
        end = time.monotonic() + patience_s
        for child, process in running:
            try:
                process.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            child.signal_all(signal.SIGKILL)  # whatever it left running
