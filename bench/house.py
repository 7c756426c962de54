"""A real house for benchmarks and chaos tests: its own folder, a migrated database, gunicorn with several processes."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from core.secrets import new_data_key
from core.settings import Settings

ROOT = Path(__file__).parent.parent
APP_ID, TOKEN, ACCOUNT = "wxlab0000000000001", "bench-token", "gh_bench0000001"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class House:
    """One installation under test. `env` is what its processes run with."""

    folder: Path
    database_url: str
    redis_url: str = ""
    mode: str = "safe"
    api_base: str = "http://127.0.0.1:9"  # nobody listens there
    more: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def env(self) -> dict[str, str]:
        file = self.folder / ".env"
        if not file.exists():
            file.write_text(f"DATA_KEY={new_data_key()}\nSECRET_KEY=bench-secret-key-000\n", "utf-8")
        own = {
            "DATA_DIR": str(self.folder), "DATABASE_URL": self.database_url, "REDIS_URL": self.redis_url,
            "WECHAT_APP_ID": APP_ID, "WECHAT_APP_SECRET": "bench-secret", "WECHAT_TOKEN": TOKEN,
            "WECHAT_AES_KEY": AES_KEY, "WECHAT_MODE": self.mode, "WECHAT_ACCOUNT_ID": ACCOUNT,
            "WECHAT_API_BASE": self.api_base, "PUBLIC_URL": self.url, "LOG_LEVEL": "WARNING",
        }  # fmt: skip
        return (
            {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
            | own
            | dict(self.more)
        )

    def settings(self) -> Settings:
        """The same settings, for code that works in this process."""
        file = {line.partition("=")[0].lower(): line.partition("=")[2] for line in self.lines()}
        values = {
            name.lower(): value for name, value in self.env.items() if name not in ("PATH", "HOME", "LANG")
        }
        return Settings(**(file | values))  # type: ignore[arg-type]

    def lines(self) -> list[str]:
        self.env  # noqa: B018  writes the file when it is missing
        return (self.folder / ".env").read_text("utf-8").splitlines()

    def command(self, *words: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run one `flask --app wsgi …` command of this installation."""
        line = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
        return subprocess.run(
            line, cwd=ROOT, env=self.env, input=text, capture_output=True, text=True, check=False
        )

    def furnish(self, *, demo: bool = False, fitted: bool = False) -> None:
        """Tables and library, the demo county and a fitted model where asked."""
        library = ("load-library", "--fit" if fitted else "--no-fit")
        for words in (("init-db",), library, *((("load-demo",),) if demo else ())):
            done = self.command(*words)
            if done.returncode:
                raise RuntimeError(f"{words}: {done.stderr[-2000:]}")

    @contextmanager
    def serving(
        self, workers: int = 2, threads: int = 4, port: int | None = None
    ) -> Iterator[subprocess.Popen[bytes]]:
        """gunicorn with `workers` processes, ready when this yields; at the house's own port unless told."""
        port = port or self.port
        env = self.env | {"PORT": str(port), "WEB_WORKERS": str(workers), "WEB_THREADS": str(threads)}
        with gunicorn("wsgi:app", port, env, self.folder / "web.log") as process:
            yield process

    @contextmanager
    def running(self, *words: str) -> Iterator[subprocess.Popen[bytes]]:
        """One long-running command, e.g. `worker`."""
        line = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
        with (self.folder / f"{words[0]}.log").open("ab") as log:
            process = subprocess.Popen(
                line, cwd=ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True
            )
        try:
            yield process
        finally:
            end(process)


@contextmanager
def gunicorn(
    app: str, port: int, env: Mapping[str, str], log: Path, ready: str = "/healthz"
) -> Iterator[subprocess.Popen[bytes]]:
    line = [sys.executable, "-m", "gunicorn", "--config", str(ROOT / "deploy/gunicorn.conf.py"), app]
    with log.open("ab") as out:
        process = subprocess.Popen(
            line, cwd=ROOT, env=dict(env), stdout=out, stderr=out, start_new_session=True
        )
    try:
        wait_for(f"http://127.0.0.1:{port}{ready}", process, log)
        yield process
    finally:
        end(process)


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path, seconds: float = 60) -> None:
    """Until the address answers anything; raises with the end of the log when the process dies."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"{url} does not answer: {log.read_text('utf-8')[-3000:]}")


def end(process: subprocess.Popen[bytes]) -> None:
    """Stop a process and everything it started."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
