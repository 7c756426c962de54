"""`make run`: settings, database and demo county when missing, then web, worker, scheduler and lab in one process."""

import fcntl
import json
import os
import secrets
import socket
import string
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import OperationalError

from bot import demo, menus
from core.errors import DatabaseAway, Refusal
from core.secrets import new_data_key
from core.settings import MissingSettings, Settings
from deploy.supervise import Child, Supervisor
from wsgi import kit_for

LETTERS = string.ascii_letters + string.digits
READY_S = 90


def main() -> None:
    os.umask(0o077)  # settings, database and logs are for their user alone
    data_dir = Path(os.environ.get("DATA_DIR") or "var")
    (data_dir / "log").mkdir(parents=True, exist_ok=True)
    with only_one(data_dir):
        settings = prepare_settings(data_dir)
        refuse_taken(settings)
        run(settings, demo.prepare(kit_for(settings)))


def run(settings: Settings, signin: str) -> None:
    """Start all, say where to go, and keep it running until told to stop."""
    supervisor = Supervisor(children(settings))
    supervisor.listen()
    try:
        supervisor.start("lab", "web")  # what people look at first gets the processor to itself
        if ready(settings, supervisor):
            supervisor.start("worker", "scheduler")
            print(introduction(settings, signin), flush=True)
        supervisor.watch()
    finally:
        print("正在停止……", flush=True)
        supervisor.stop()


@contextmanager
def only_one(data_dir: Path) -> Iterator[None]:
    """Two at once on one folder would mix up queue and lab; the lock goes with the process, however it ends."""
    with (data_dir / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refusal(
                f"数据目录 {data_dir} 已经有一个在运行。先停掉它，或用 DATA_DIR 换一个目录。"
            ) from None
        yield


def refuse_taken(settings: Settings) -> None:
    """Say at once which port another program holds, instead of restarting a child for ever."""
    if settings.port == settings.lab_port:
        raise Refusal(f"PORT 和 LAB_PORT 都是 {settings.port}，要用两个不同的端口。")
    for name, port in (("PORT", settings.port), ("LAB_PORT", settings.lab_port)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                raise Refusal(
                    f"端口 {port} 用不了，多半是别的程序占着。请停掉那个程序，或换一个：make run {name}={port + 10}"
                ) from None


def prepare_settings(data_dir: Path) -> Settings:
    """Write DATA_DIR/.env when it is missing; keep its local addresses in step with the ports."""
    file = data_dir / ".env"
    wanted = fresh_settings(data_dir) | _given(file)
    port, lab_port = (
        os.environ.get("PORT") or wanted["PORT"],
        os.environ.get("LAB_PORT") or wanted["LAB_PORT"],
    )
    for name, value in (("PORT", port), ("LAB_PORT", lab_port)):
        if not (value.isdecimal() and 0 < int(value) < 65536):
            raise Refusal(f"{name}={value} 不是端口号，填 1 到 65535。")
    for name, value in local_addresses(port, lab_port).items():
        if "://" not in value or wanted[name].startswith("http://127.0.0.1:"):
            wanted[name] = value
    file.touch(mode=0o600, exist_ok=True)
    file.write_text("".join(f"{name}={value}\n" for name, value in wanted.items()), "utf-8")
    return Settings.load()


def _given(file: Path) -> dict[str, str]:
    """What the file says already. Raises Refusal when it cannot be read as text."""
    if not file.exists():
        return {}
    try:
        return dict(line.split("=", 1) for line in file.read_text("utf-8").splitlines() if "=" in line)
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal(f"读不了设置文件 {file}：它应是 UTF-8 的文本。") from error


def fresh_settings(data_dir: Path) -> dict[str, str]:
    """Every setting, with secrets of this installation alone."""
    return {
        "SECRET_KEY": secrets.token_urlsafe(32),
        "DATA_KEY": new_data_key(),
        "DATABASE_URL": f"sqlite:///{(data_dir / 'matrix.db').resolve()}",
        "REDIS_URL": "",
        "WECHAT_APP_ID": "wxlab" + secrets.token_hex(6),
        "WECHAT_APP_SECRET": secrets.token_hex(16),
        "WECHAT_TOKEN": secrets.token_hex(12),
        "WECHAT_AES_KEY": "".join(secrets.choice(LETTERS) for _ in range(42)) + "A",
        "WECHAT_MODE": "safe",
        "WECHAT_ACCOUNT_ID": "gh_" + secrets.token_hex(6),
        "WECHAT_VERIFY_FILE": "",
        "KEEP_TEXTS_DAYS": "90",
        "DB_PATIENCE_S": "60",
        "LOG_LEVEL": "INFO",
    } | local_addresses("8000", "8001")


def local_addresses(port: str, lab_port: str) -> dict[str, str]:
    return {
        "PORT": port,
        "LAB_PORT": lab_port,
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "WECHAT_API_BASE": f"http://127.0.0.1:{lab_port}",
        "CLOCK_URL": f"http://127.0.0.1:{lab_port}/__lab/clock",
    }


def children(settings: Settings) -> list[Child]:
    data_dir = settings.data_dir.resolve()
    env = os.environ | {
        "DATA_DIR": str(data_dir),
        "PORT": str(settings.port),
        "LAB_PORT": str(settings.lab_port),
    }
    lab_env = env | {
        "WECHAT_APP_ID": settings.wechat_app_id,
        "WECHAT_APP_SECRET": settings.wechat_app_secret,
        "WECHAT_TOKEN": settings.wechat_token,
        "WECHAT_AES_KEY": settings.wechat_aes_key,
        "WECHAT_MODE": settings.wechat_mode,
        "WECHAT_ACCOUNT_ID": settings.wechat_account_id,
        "LAB_CALLBACK_URL": f"{settings.public_url}/wechat",
        "LAB_ACCOUNT_NAME": "全民反诈（演示）",
        "LAB_DATA": str(data_dir / "lab"),
    }
    python, flask = sys.executable, [sys.executable, "-m", "flask", "--app", "wsgi"]
    gunicorn = [python, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "wsgi:app"]
    logs = data_dir / "log"
    return [
        Child("lab", [python, "-m", "lab"], lab_env, logs / "lab.log"),
        Child("web", gunicorn, env, logs / "web.log"),
        Child("worker", [*flask, "worker"], env, logs / "worker.log"),
        Child("scheduler", [*flask, "scheduler"], env, logs / "scheduler.log"),
    ]


def ready(settings: Settings, supervisor: Supervisor) -> bool:
    """Wait until lab and web answer and the demo people are fans of the lab; False when told to stop meanwhile."""
    lab, logs = f"http://127.0.0.1:{settings.lab_port}", settings.data_dir / "log"
    if not answers(f"{lab}/__lab/state", supervisor):
        return stopped_or_refused(supervisor, f"模拟平台没有启动，请看日志 {logs}/lab.log")
    kit = kit_for(settings)
    make_fans(lab, demo.openids(kit))
    menus.push_when_other(kit, "system")
    if not answers(f"http://127.0.0.1:{settings.port}/healthz", supervisor):
        return stopped_or_refused(supervisor, f"服务没有启动，请看日志 {logs}/web.log")
    return True


def stopped_or_refused(supervisor: Supervisor, why: str) -> bool:
    if supervisor.stopping:
        return False
    raise Refusal(why)


def introduction(settings: Settings, signin: str) -> str:
    return (
        f"\n全民反诈矩阵已启动（演示数据，按 Ctrl-C 停止）\n\n"
        f"  办公室    {settings.public_url}/admin/\n"
        f"  首次登录  {signin}\n"
        f"  聊天台    http://127.0.0.1:{settings.lab_port}/\n"
        f"  数据目录  {settings.data_dir}\n"
    )


def answers(url: str, supervisor: Supervisor) -> bool:
    """Whether the address answers within READY_S seconds, unless told to stop before."""
    end = time.monotonic() + READY_S
    while time.monotonic() < end and not supervisor.stopping:
        supervisor.tend()
        try:
            with urllib.request.urlopen(url, timeout=5):
                return True
        except (OSError, urllib.error.URLError):
            time.sleep(0.1)
    return False


def make_fans(lab: str, openids: list[str]) -> None:
    """The demo's people follow in the lab too, so that a sync changes nothing. Only those it does not know."""
    with urllib.request.urlopen(f"{lab}/__lab/state", timeout=10) as answer:
        if json.load(answer)["fans"] >= len(openids):
            return
    body = json.dumps({"openids": openids, "follow": True, "quiet": True}).encode()
    request = urllib.request.Request(f"{lab}/__lab/fans", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60):
        pass


if __name__ == "__main__":
    try:
        main()
    except Refusal as refusal:
        sys.exit(refusal.message)
    except MissingSettings as wrong:
        sys.exit(f"设置有问题：{wrong}")
    except (DatabaseAway, OperationalError) as away:
        sys.exit(
            f"数据库连不上，请看设置 DATABASE_URL：{str(away.__cause__ or away).strip().splitlines()[0]}"
        )
    except KeyboardInterrupt:
        sys.exit("已停止。")
