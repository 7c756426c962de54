"""gunicorn as the account wants it: a few processes with a few threads, statements that may not take long."""

import gc
import os
import sys
from typing import Any

from core.settings import MissingSettings, Settings

# Our products of numbers are small: threads for them only get in the way.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.umask(0o077)  # database, queue and spool are for their user alone
bind = os.environ.get("BIND", f"127.0.0.1:{os.environ.get('PORT', '8000')}")
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
worker_class = "gthread"
preload_app = True  # loaded and warmed once, shared by all workers: a dead one is replaced in no time
timeout = 60
graceful_timeout = 10
keepalive = 75
max_requests = 0
accesslog = None  # an access log would hold signatures and openids
errorlog = "-"
loglevel = "warning"
raw_env = ["DB_PATIENCE_S=3"]


def on_starting(_server: Any) -> None:
    """Look at the settings once, before any process is started: otherwise each would fail, for ever."""
    try:
        Settings.load().make_folder()
    except MissingSettings as wrong:
        sys.exit(f"设置有问题：{wrong}")


def when_ready(server: Any) -> None:
    """Load what the first message would wait for before any worker is made; other applications have nothing to load."""
    if warm := getattr(server.app.wsgi(), "extensions", {}).get("warm"):
        warm()
    gc.collect()
    gc.freeze()  # what is loaded stays: no worker looks through a dictionary of half a million words for rubbish


def post_fork(server: Any, _worker: Any) -> None:
    """Connections cannot be shared with the process they came from."""
    if kit := getattr(server.app.wsgi(), "extensions", {}).get("kit"):
        kit.db.after_fork()
