"""What the lab is started with: flags, and the same names in the environment."""

import argparse
import os
import secrets
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

FLAGS = {
    "--app-id": ("WECHAT_APP_ID", "wxlab0000000000001"),
    "--app-secret": ("WECHAT_APP_SECRET", "lab-secret"),
    "--token": ("WECHAT_TOKEN", "lab-token"),
    "--aes-key": ("WECHAT_AES_KEY", ""),
    "--mode": ("WECHAT_MODE", "plain"),
    "--account-id": ("WECHAT_ACCOUNT_ID", "gh_lab000000001"),
    "--callback-url": ("LAB_CALLBACK_URL", ""),
    "--name": ("LAB_ACCOUNT_NAME", "模拟公众号"),
    "--kind": ("LAB_KIND", "service"),
    "--data": ("LAB_DATA", ""),
    "--port": ("LAB_PORT", "8001"),
}


@dataclass(frozen=True, kw_only=True)
class Options:
    """One account and one port; more accounts are added through the control interface."""

    app_id: str = "wxlab0000000000001"
    app_secret: str = "lab-secret"
    token: str = "lab-token"
    aes_key: str = ""
    mode: str = "plain"
    account_id: str = "gh_lab000000001"
    callback_url: str = ""
    name: str = "模拟公众号"
    kind: str = "service"
    port: int = 0
    data: Path | None = None
    allow_real: bool = False


def parsed(argv: Sequence[str], env: Mapping[str, str] = os.environ) -> Options:
    """Flags win over the environment. Exits with a usage line on a bad flag."""
    parser = argparse.ArgumentParser(prog="python -m lab", description=__doc__)
    for flag, (name, default) in FLAGS.items():
        parser.add_argument(flag, default=env.get(name) or default, help=f"or {name}")
    allow = env.get("LAB_ALLOW_REAL_APP_ID", "") not in ("", "0")
    parser.add_argument("--allow-real-app-id", action="store_true", default=allow)
    given = parser.parse_args(argv)
    if not str(given.port).isdigit():
        parser.error("port must be a number")
    return Options(
        **{name: getattr(given, name) for name in ENTERED},
        port=int(given.port),
        data=Path(given.data) if given.data else None,
        allow_real=given.allow_real_app_id,
    )


LETTERS = string.ascii_letters + string.digits
ENTERED = ("app_id", "app_secret", "token", "aes_key", "mode", "account_id", "callback_url", "name", "kind")


def new_aes_key() -> str:
    """43 characters as the platform's console makes them: letters and digits, the last of which leaves no bit over."""
    return "".join(secrets.choice(LETTERS) for _ in range(42)) + secrets.choice("AEIMQUYcgkosw048")
