"""The ledger of incoming messages: who is calling, one row and one reply for each message however often it comes."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from bot.registry.models import Follower, Unit, Version
from bot.talk.dialogue import SILENCE
from bot.talk.models import Dialogue, Inbound
from core.db import Database, Look
from core.hot import Hot

_COLUMNS = ("twin", "at", "kind", "outcome", "text", "type_code", "nonce", "body")
_KEEP = insert(Inbound.__table__)  # type: ignore[arg-type]
_KEEP_ALONE = Hot(
    _KEEP.inline().values({name: bindparam(name) for name in (*_COLUMNS, "follower_id", "reply")})
)
TWINS_KEPT = timedelta(days=1)  # after an erasure: WeChat's own repeats end within a minute


class NonceReused(Exception):
    """A signature that does not cover the body came a second time with another body."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The person who wrote, as one look at the database shows them. `follower_id` is None for an unknown one."""

    openid: str
    follower_id: int | None = None
    followed_at: datetime | None = None
    scene: str = ""
    unit_id: int | None = None
    unit_name: str = ""
    registered_at: datetime | None = None
    step: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    since: datetime | None = None
    """When the dialogue came to this step."""
    dialogue_version: int = 0
    library_version: int = 0
    units_version: int = 0

    @property
    def registered(self) -> bool:
        return self.registered_at is not None


@dataclass(frozen=True, slots=True)
class Entry:
    """What the ledger keeps of one message. `twin` is a keyed hash; `text` is masked or None."""

    twin: str
    at: datetime
    kind: str
    outcome: str
    reply: list[str]
    text: str | None = None
    type_code: str | None = None
    nonce: str | None = None
    body: str | None = None


_UNITS = select(Version.number).where(Version.name == "units").scalar_subquery()
_CALLER = Hot(
    select(
        Version.number.label("library"), _UNITS.label("units"), Follower.id, Follower.followed_at, Follower.scene,
        Follower.unit_id, Unit.name, Follower.registered_at, Dialogue.step, Dialogue.data, Dialogue.until,
        Dialogue.version,
    )
    .select_from(Version)
    .outerjoin(Follower, Follower.openid == bindparam("openid"))
    .outerjoin(Unit, Unit.id == Follower.unit_id)
    .outerjoin(Dialogue, Dialogue.follower_id == Follower.id)
    .where(Version.name == "library")
)  # fmt: skip


def caller_of(look: Look, openid: str, now: datetime) -> Caller:
    """Everything an answer needs to know of the person, and the versions of what is held in memory: one query."""
    ((library, units, *person, step, data, until, version),) = look.ask(_CALLER, {"openid": openid})
    follower_id, followed_at, scene, unit_id, unit_name, registered_at = person
    live = step is not None and until > now
    return Caller(
        openid,
        follower_id=follower_id,
        followed_at=followed_at,
        scene=scene or "",
        unit_id=unit_id,
        unit_name=unit_name or "",
        registered_at=registered_at,
        step=step if live else "",
        data=json.loads(data) if live else {},
        since=until - SILENCE if live else None,
        dialogue_version=version or 0,
        library_version=library,
        units_version=units or 0,
    )


def keep(session: Session, entry: Entry, follower_id: int | None) -> int:
    """Write the message down, before any of its effects, and return its row's id.

    Raises IntegrityError when the message, or its nonce, was here before: ask `reply_given` then.
    """
    return int(session.execute(_KEEP, _row(entry, follower_id)).inserted_primary_key[0])  # type: ignore[attr-defined]


def keep_alone(db: Database, entry: Entry, follower_id: int | None) -> None:
    """As `keep`, for a message without effects: one statement, which is its own transaction."""
    db.tell(_KEEP_ALONE, _row(entry, follower_id))


def _row(entry: Entry, follower_id: int | None) -> dict[str, Any]:
    row = {name: getattr(entry, name) for name in _COLUMNS}
    return row | {"follower_id": follower_id, "reply": json.dumps(entry.reply, ensure_ascii=False)}


def reply_given(session: Session, twin: str, nonce: str | None, body: str | None) -> list[str] | None:
    """The reply a message got before, or None when it is new.

    Raises NonceReused when the same signature was used for another body.
    """
    found = session.execute(
        select(Inbound.twin, Inbound.reply, Inbound.nonce, Inbound.body).where(
            (Inbound.twin == twin) | (Inbound.nonce == nonce) if nonce else Inbound.twin == twin
        )
    ).all()
    if any(row.nonce == nonce and row.body != body for row in found if nonce):
        raise NonceReused
    return next((json.loads(row.reply) for row in found if row.twin == twin), None)


def forget(session: Session, follower_id: int) -> None:
    """Erase what a person said and was told, and their dialogue; only the keyed twin hashes stay, for a day."""
    session.execute(delete(Dialogue).where(Dialogue.follower_id == follower_id))
    blank = {"follower_id": None, "text": None, "type_code": None, "reply": "[]", "nonce": None, "body": None}
    session.execute(update(Inbound).where(Inbound.follower_id == follower_id).values(blank))


def purge(session: Session, now: datetime, keep_days: int) -> int:
    """Delete messages older than `keep_days`, and after a day those of people who were erased."""
    erased = (Inbound.follower_id.is_(None)) & (Inbound.at < now - TWINS_KEPT)
    gone = session.execute(delete(Inbound).where((Inbound.at < now - timedelta(days=keep_days)) | erased))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def texts_held(session: Session, follower_id: int) -> int:
    """How many masked questions of a person are kept."""
    mine = (Inbound.follower_id == follower_id) & Inbound.text.is_not(None)
    return session.scalar(select(func.count()).select_from(Inbound).where(mine)) or 0
