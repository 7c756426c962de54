"""The whole service as `make run` starts it: its own folder, its own ports, and nothing left behind."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import requests

from bench.house import ROOT, free_port

PATIENCE_S = 150
"""For a start on a busy machine with cold disks; an idle one needs a tenth."""
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
SIGNIN = re.compile(r"账号 (\S+)　密码 (\S+)")


def until(said, seconds=PATIENCE_S, what="it"):
    """Wait until `said()` is true and return what it said."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := said():
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what} did not happen within {seconds} s")


def open_port(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@dataclass
class House:
    """One installation. Several runs, one after another, may share its folder."""

    folder: Path
    port: int = field(default_factory=free_port)
    lab_port: int = field(default_factory=free_port)
    process: subprocess.Popen | None = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def lab(self):
        return f"http://127.0.0.1:{self.lab_port}"

    @property
    def printed(self):
        return self.folder / "printed.txt"

    @property
    def env(self):
        kept = {
            name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")
        }
        return kept | {"DATA_DIR": str(self.folder), "PORT": str(self.port), "LAB_PORT": str(self.lab_port)}

    def start(self):
        """Run the program of `make run` and wait for its introduction."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.printed.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "deploy.local"], cwd=ROOT, env=self.env, stdout=out, stderr=out,
                start_new_session=True,
            )  # fmt: skip
        until(lambda: "首次登录" in self.text() or self.process.poll() is not None, what="the introduction")
        assert self.process.poll() is None, self.text()
        return self

    def text(self):
        return self.printed.read_text("utf-8")

    def signin(self):
        """Login and password as they were printed."""
        return SIGNIN.search(self.text()).groups()

    def command(self, *words):
        """One `flask` command of this installation; returns what it wrote on standard output."""
        line = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
        done = subprocess.run(line, cwd=ROOT, env=self.env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def settings(self):
        """What DATA_DIR/.env says."""
        lines = (self.folder / ".env").read_text("utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines)

    def processes(self):
        """Everything that runs for this installation, from the kernel's own list: pid, and command line and parent in info."""
        of_ours = [
            process
            for process in psutil.process_iter(["environ", "cmdline", "ppid"])
            if (process.info["environ"] or {}).get("DATA_DIR") == str(self.folder)
        ]
        return [process for process in of_ours if process.info["cmdline"]]

    def child(self, word):
        """The process that the supervisor started for `word`: gunicorn, lab, worker or scheduler; 0 when there is none."""
        for each in self.processes():
            if word in each.info["cmdline"] and each.info["ppid"] == self.process.pid:
                return each.pid
        return 0

    def stop(self):
        """Ctrl-C, and wait until all of it has ended."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(60)

    def end(self):
        """Leave nothing behind, whatever a test did."""
        if self.process and self.process.poll() is None:
            self.stop()
        for each in self.processes():
            with suppress(psutil.NoSuchProcess):
                each.kill()


def signed_in(house):
    """A browser without a face that is signed in to the office; also the page after the sign-in."""
    browser = requests.Session()
    login, password = house.signin()
    form = browser.get(f"{house.url}/admin/sign-in", timeout=30).text
    fields = {"csrf_token": TOKEN.search(form)[1], "login": login, "password": password}
    return browser, browser.post(f"{house.url}/admin/sign-in", fields, timeout=30)
