"""Keeping the data safe: migrate, back up, restore, rotate keys. A door: it opens the database its own way."""

import json
from pathlib import Path

from sqlalchemy import Connection, Engine, func, select

from bot import tables  # noqa: F401  a backup holds every room's tables
from bot.kit import Kit
from bot.registry import consent, people, second_factor
from bot.registry.models import Follower, Unit
from core import backup as archive
from core import migrating
from core.backup import Manifest
from core.db import Base, snapshot
from core.errors import Refusal
from core.secrets import Vault

SETTINGS_FILE = ".env"
EXTRAS = ("keys.json", "settings.env")
KEYS = ("SECRET_KEY", "DATA_KEY", "WECHAT_TOKEN", "WECHAT_AES_KEY", "WECHAT_APP_SECRET")


def _engine(kit: Kit) -> Engine:
    bind = kit.db.bind
    return bind if isinstance(bind, Engine) else bind.engine


def migrate(kit: Kit) -> None:
    """Create the tables or bring them to this version, and keep the words people agree to."""
    with _engine(kit).connect() as connection, connection.begin():
        migrating.upgrade(connection)
    with kit.db.transaction() as session:
        consent.ensure(session, kit.clock())


def backup(kit: Kit, file: Path) -> dict[str, int]:
    """One snapshot of all tables, with the settings and keys now in force; returns rows by table."""
    with snapshot(_engine(kit)) as connection:
        revision = migrating.revision_of(connection)
        if revision is None:
            raise Refusal("数据库还是空的，没有可以备份的东西。")
        extras = dict(zip(EXTRAS, (_keys(kit), _settings_file(kit)), strict=True))
        return archive.dump(connection, Base.metadata, revision, extras, file)


def _keys(kit: Kit) -> bytes:
    held = kit.settings
    values = {name: getattr(held, name.lower()) for name in KEYS}
    return json.dumps(values).encode()


def _settings_file(kit: Kit) -> bytes:
    path = kit.settings.data_dir / SETTINGS_FILE
    return path.read_bytes() if path.exists() else b""


def restore(kit: Kit, file: Path, *, force: bool) -> dict[str, int]:
    """Check all of the file, bring the database to its revision, fill it, put the keys back."""
    manifest = archive.check(file)
    _same_shape(manifest)
    keys = _checked_keys(archive.extra(file, EXTRAS[0]))
    with _engine(kit).connect() as connection, connection.begin():
        _refuse_unless_empty(connection, force)
        migrating.upgrade(connection)
        counts = archive.load(connection, Base.metadata, file)
        if counts != manifest.rows:
            raise Refusal("恢复的行数与备份不符，什么都没有恢复。")
    _put_keys_back(kit, keys)
    return counts


def _refuse_unless_empty(connection: Connection, force: bool) -> None:
    if force or migrating.revision_of(connection) is None:
        return
    if connection.scalar(select(func.count()).select_from(Unit)) or connection.scalar(
        select(func.count()).select_from(Follower)
    ):
        raise Refusal("数据库里已有数据。确定要用备份替换它，请加 --force。")


def _same_shape(manifest: Manifest) -> None:
    if manifest.revision != migrating.newest():
        raise Refusal(
            f"备份来自数据库版本 {manifest.revision}，与当前程序不同。请用同一版本的程序恢复，再升级。"
        )
    known = Base.metadata.tables.keys()
    parts = {*(f"tables/{name}.jsonl" for name in known), *(f"files/{name}" for name in EXTRAS)}
    if manifest.rows.keys() != known or manifest.sha256.keys() != parts:
        raise Refusal("备份里的表或文件与当前程序不同，没有恢复任何东西。")


def _checked_keys(content: bytes) -> dict[str, str]:
    """Only our keys, each on one line: they are written into the settings file, where others stand, too."""
    try:
        keys = json.loads(content)
    except (ValueError, RecursionError):
        keys = None
    if (
        not isinstance(keys, dict)
        or keys.keys() != set(KEYS)
        or not all(isinstance(value, str) and value.isprintable() for value in keys.values())
    ):
        raise Refusal("备份里的密钥不是本程序写的样子，没有恢复任何东西。")
    return keys


def _put_keys_back(kit: Kit, keys: dict[str, str]) -> None:
    """The keys of the backup replace those in DATA_DIR/.env: without them phones cannot be opened."""
    path = kit.settings.data_dir / SETTINGS_FILE
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    kept = [line for line in lines if line.partition("=")[0].strip() not in keys]
    path.touch(mode=0o600, exist_ok=True)
    path.write_text("\n".join([*kept, *(f"{name}={value}" for name, value in keys.items())]) + "\n", "utf-8")


def rotate(kit: Kit) -> int:
    """Seal every phone and every second step's secret with the newest key, and hash the phones; returns how many."""
    vault: Vault = kit.vault
    with kit.db.transaction() as session:
        return people.reseal_phones(session, vault) + second_factor.reseal_secrets(session, vault)
