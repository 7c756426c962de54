"""Keeping the data safe: migrate, back up, restore, rotate keys. A door: it opens the database its own way."""

import json
from pathlib import Path

from sqlalchemy import Connection, Engine, func, select

from bot import tables  # noqa: F401  a backup holds every room's tables
from bot.kit import Kit
from bot.registry import people
from bot.registry.models import Follower, Unit
from core import backup as archive
from core import migrating
from core.db import Base, snapshot
from core.errors import Refusal
from core.secrets import Vault

SETTINGS_FILE = ".env"
KEYS = ("SECRET_KEY", "DATA_KEY", "WECHAT_TOKEN", "WECHAT_AES_KEY", "WECHAT_APP_SECRET")


def _engine(kit: Kit) -> Engine:
    bind = kit.db.bind
    return bind if isinstance(bind, Engine) else bind.engine


def migrate(kit: Kit) -> None:
    with _engine(kit).connect() as connection, connection.begin():
        migrating.upgrade(connection)


def backup(kit: Kit, file: Path) -> dict[str, int]:
    """One snapshot of all tables, with the settings and keys now in force; returns rows by table."""
    with snapshot(_engine(kit)) as connection:
        revision = migrating.revision_of(connection)
        if revision is None:
            raise Refusal("数据库还是空的，没有可以备份的东西。")
        keys = {"keys.json": _keys(kit), "settings.env": _settings_file(kit)}
        return archive.dump(connection, Base.metadata, revision, keys, file)


def _keys(kit: Kit) -> bytes:
    held = kit.settings
    values = {name: getattr(held, name.lower()) for name in KEYS}
    return json.dumps(values).encode()


def _settings_file(kit: Kit) -> bytes:
    path = kit.settings.data_dir / SETTINGS_FILE
    return path.read_bytes() if path.exists() else b""


def restore(kit: Kit, file: Path, *, force: bool) -> dict[str, int]:
    """Check the file, migrate the database to its revision, fill it, migrate on, put the keys back."""
    manifest = archive.check(file)
    with _engine(kit).connect() as connection, connection.begin():
        _refuse_unless_empty(connection, force)
        migrating.upgrade(connection)
        _same_shape(connection, manifest["revision"])
        counts = archive.load(connection, Base.metadata, file)
        if counts != manifest["rows"]:
            raise Refusal("恢复的行数与备份不符，什么都没有恢复。")
    _put_keys_back(kit, json.loads(archive.extra(file, "keys.json")))
    return counts


def _refuse_unless_empty(connection: Connection, force: bool) -> None:
    if force or migrating.revision_of(connection) is None:
        return
    if connection.scalar(select(func.count()).select_from(Unit)) or connection.scalar(
        select(func.count()).select_from(Follower)
    ):
        raise Refusal("数据库里已有数据。确定要用备份替换它，请加 --force。")


def _same_shape(connection: Connection, revision: str) -> None:
    if migrating.revision_of(connection) != revision:
        raise Refusal(f"备份来自数据库版本 {revision}，与当前程序不同。请用同一版本的程序恢复，再升级。")


def _put_keys_back(kit: Kit, keys: dict[str, str]) -> None:
    """The keys of the backup replace those in DATA_DIR/.env: without them phones cannot be opened."""
    path = kit.settings.data_dir / SETTINGS_FILE
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    kept = [line for line in lines if line.partition("=")[0].strip() not in keys]
    path.touch(mode=0o600, exist_ok=True)
    path.write_text("\n".join([*kept, *(f"{name}={value}" for name, value in keys.items())]) + "\n", "utf-8")


def rotate(kit: Kit) -> int:
    """Seal and hash every phone with the newest key; returns how many."""
    vault: Vault = kit.vault
    with kit.db.transaction() as session:
        return people.reseal_phones(session, vault)
