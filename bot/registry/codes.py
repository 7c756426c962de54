"""Permanent QR codes of WeChat: each is asked for once and remembered. The row is the debt, and the answer."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import NamedTuple

from sqlalchemy import case, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.registry.models import QrCode
from core.errors import Refusal

MOST = 100_000
"""Permanent codes of one account (WeChat docs, QR codes)."""
CLAIMED = timedelta(minutes=2)
"""How long a claim holds. Whoever asks again after a crash gets the same code: WeChat knows the scene."""
LONGEST_PAUSE = timedelta(hours=1)
CHUNK = 500
_OWED = QrCode.url == ""


class Code(NamedTuple):
    """A code as the office shows it: `url` is what it says, "" while it is owed; `fault` why it is still owed."""

    scene: str
    url: str
    ticket: str
    fault: str


class Progress(NamedTuple):
    """How many codes of a list exist, are on their way, or wait because WeChat said no."""

    made: int
    owed: int
    stuck: int


def ask(session: Session, scenes: Iterable[str], now: datetime) -> int:
    """Owe a code for every scene that has none; how many are new. One that is stuck may be tried again at once.

    Raises Refusal when WeChat's 100,000 would be passed.
    """
    wanted = list(dict.fromkeys(scenes))
    held = {code.scene for code in codes(session, wanted)}
    new = [scene for scene in wanted if scene not in held]
    if (session.scalar(select(func.count()).select_from(QrCode)) or 0) + len(new) > MOST:
        raise Refusal("微信最多给一个公众号 100,000 个永久二维码，再生成就超过了。")
    row = {"ticket": "", "url": "", "asked_at": now, "due_at": now, "tries": 0, "fault": ""}
    for some in _chunks(new):
        _insert(session, [row | {"scene": scene} for scene in some])
    for some in _chunks(wanted):
        stuck = update(QrCode).where(QrCode.scene.in_(some), _OWED, QrCode.fault != "")
        session.execute(stuck.values(due_at=now, fault=""))
    return len(new)


def _insert(session: Session, rows: list[dict[str, object]]) -> None:
    try:
        with session.begin_nested():
            session.execute(insert(QrCode), rows)
    except IntegrityError:  # somebody else pressed the same button: theirs count, the rest is ours
        held = {code.scene for code in codes(session, [str(row["scene"]) for row in rows])}
        if left := [row for row in rows if row["scene"] not in held]:
            session.execute(insert(QrCode), left)


def _chunks(scenes: Collection[str]) -> Iterator[list[str]]:
    left = iter(scenes)
    while some := list(islice(left, CHUNK)):
        yield some


def codes(session: Session, scenes: Collection[str]) -> list[Code]:
    """The codes of these scenes that were ever asked for."""
    found: list[Code] = []
    for some in _chunks(scenes):
        rows = session.execute(
            select(QrCode.scene, QrCode.url, QrCode.ticket, QrCode.fault).where(QrCode.scene.in_(some))
        )
        found += [Code(*row) for row in rows]
    return found


def any_made(session: Session) -> bool:
    return session.scalar(select(QrCode.scene).where(QrCode.url != "").limit(1)) is not None


def claim(session: Session, now: datetime) -> str | None:
    """The scene to ask WeChat for next, held for two minutes; None when nothing is due."""
    due = select(QrCode).where(_OWED, QrCode.due_at <= now).order_by(QrCode.due_at, QrCode.scene).limit(1)
    row = session.scalar(due.with_for_update(skip_locked=True))
    if row is None:
        return None
    row.due_at, row.tries = now + CLAIMED, row.tries + 1
    session.flush()
    return row.scene


def made(session: Session, scene: str, ticket: str, url: str, now: datetime) -> None:
    """Remember the code; the first answer stays when two came."""
    mine = update(QrCode).where(QrCode.scene == scene, _OWED)
    session.execute(mine.values(ticket=ticket, url=url, made_at=now, fault=""))


def failed(session: Session, scene: str, fault: str, now: datetime) -> None:
    """Try again later, each time after a longer pause."""
    row = session.get_one(QrCode, scene, with_for_update=True, populate_existing=True)
    pause = min(timedelta(seconds=5 * 2 ** min(row.tries, 12)), LONGEST_PAUSE)
    row.fault, row.due_at = fault[:120], now + pause
    session.flush()


def owed(session: Session) -> Progress:
    """All codes together."""
    counts = session.execute(
        select(
            func.count(case((QrCode.url != "", 1))),
            func.count(case((_OWED & (QrCode.fault == ""), 1))),
            func.count(case((_OWED & (QrCode.fault != ""), 1))),
        )
    ).one()
    return Progress(*counts)
