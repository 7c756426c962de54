"""Preparing a fresh installation for `make run`: tables, library, demo county, and a first person for the office."""

import secrets
from pathlib import Path

from sqlalchemy import func, select

from bot import demo_talk, keeping, tasks
from bot.content.library import load_library
from bot.kit import Kit
from bot.registry import demo as county
from bot.registry import staff
from bot.registry.models import Staff, Unit

FIRST_LOGIN = "admin"


def prepare(kit: Kit) -> str:
    """Bring everything to a usable state, doing only what is missing; returns the first sign-in as a line to print."""
    keeping.migrate(kit)
    now = kit.clock()
    with kit.db.transaction() as session:
        load_library(session, now)
    with kit.db.transaction() as session:
        if not session.scalar(select(func.count()).select_from(Unit)):
            county.load_demo(session, now, kit.vault)
            demo_talk.fill(session, now)
    kit.queue.put(tasks.FIT_MODEL)  # the worker's first task: until it is done, the nearest centroid answers
    return _first_signin(kit)


def _first_signin(kit: Kit) -> str:
    """The password is made once and kept in a private file, so that a later start can show it again."""
    note: Path = kit.settings.data_dir / "first-sign-in.txt"
    with kit.db.transaction() as session:
        if session.scalar(select(func.count()).select_from(Staff)):
            return note.read_text("utf-8").strip() if note.exists() else "（已有账号，请用您自己的）"
        password = secrets.token_urlsafe(9)
        staff.make_staff(session, FIRST_LOGIN, "管理员", password, "admin")
    line = f"账号 {FIRST_LOGIN}　密码 {password}"
    note.touch(mode=0o600)
    note.write_text(line + "\n", "utf-8")
    return line


def openids(kit: Kit) -> list[str]:
    """The openids of the demo's people who follow now."""
    with kit.db.reading() as session:
        return list(county.demo_openids(session))
