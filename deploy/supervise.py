"""Keeping a handful of child processes alive: start, restart what dies, stop all of it together."""

import ctypes
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
    restarts: int = field(default=0)

    def start(self) -> None:
        if self.log.exists() and self.log.stat().st_size > BIG_LOG:
            self.log.replace(self.log.with_suffix(".old"))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, env=dict(self.env), stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                start_new_session=True, preexec_fn=_die_with_parent,
            )  # fmt: skip
        self.started_at = time.monotonic()

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None


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

    def start(self) -> None:
        for child in self.children:
            child.start()

    def watch(self) -> None:
        """Restart what dies, waiting longer each time it dies young."""
        while not self._stopping.wait(0.3):
            for child in self.children:
                if not child.alive:
                    self._revive(child)

    def _revive(self, child: Child) -> None:
        steady = time.monotonic() - child.started_at > STEADY_S
        child.pause_s = 0.0 if steady else min(LONGEST_PAUSE_S, child.pause_s * 2 + 0.5)
        print(f"{child.name} 停了，{child.pause_s:.0f} 秒后重启（日志：{child.log}）", flush=True)
        if not self._stopping.wait(child.pause_s):
            child.restarts += 1
            child.start()

    def stop(self, patience_s: float = 12.0) -> None:
        """Ask every child to stop, and kill what does not."""
        self._stopping.set()
        running = [child.process for child in reversed(self.children) if child.process and child.alive]
        for process in running:
            process.terminate()
        end = time.monotonic() + patience_s
        for process in running:
            try:
                process.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
