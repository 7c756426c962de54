"""The ledger of incoming messages: who is calling, one row and one reply for each message however often it comes."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, delete, func, insert, literal_column, select, update
from sqlalchemy.orm import Session, aliased

from bot.registry.models import Follower, Unit, Version
from bot.talk.dialogue import SILENCE
from bot.talk.models import Dialogue, Inbound
from core.db import Database, Look
from core.hot import Hot

_COLUMNS = ("twin", "at", "kind", "outcome", "text", "type_code", "nonce", "body", "turn", "run")
_KEEP = insert(Inbound.__table__)  # type: ignore[arg-type]
_KEEP_ALONE = Hot(
    _KEEP.inline().values({name: bindparam(name) for name in (*_COLUMNS, "follower_id", "reply")})
)
TWINS_KEPT = timedelta(days=1)  # after an erasure: WeChat's own repeats end within a minute
QUESTIONS = ("emergency", "card", "choice", "unknown", "safe")
"""Outcomes of what people ask."""
NO_WORDS = "event"  # the kind that opens no window of two days


class NonceReused(Exception):
    """A signature that does not cover the body came a second time with another body."""


@dataclass(frozen=True, slots=True)
class Line:
    """The last question a person asked, as it was kept and answered. `run` lines were read together in it."""

    inbound_id: int
    turn: int
    run: int
    at: datetime
    text: str
    outcome: str
    type_code: str | None


class Answered(NamedTuple):
    """What a person was told last: the outcome, the question (masked) where it is kept, the type, and the words."""

    outcome: str
    text: str
    type_code: str | None
    reply: str


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
    options_version: int = 0
    waiting: int = 0
    """How many messages wait for the next reply."""
    last: Line | None = None

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
    turn: int | None = None
    run: int = 1


_ONE = select(literal_column("1").label("one")).subquery()
"""There is one row also for a stranger who writes before there is a library."""
_LIBRARY = select(Version.number).where(Version.name == "library").scalar_subquery()
_UNITS = select(Version.number).where(Version.name == "units").scalar_subquery()
_OPTIONS = select(Version.number).where(Version.name == "options").scalar_subquery()
_OTHER = aliased(Inbound)
_LAST_TURN = select(func.max(_OTHER.turn)).where(_OTHER.follower_id == Follower.id).scalar_subquery()
_LINE = (Inbound.turn, Inbound.run, Inbound.at, Inbound.text, Inbound.outcome, Inbound.type_code)
_CALLER = Hot(
    select(
        _LIBRARY.label("library"), _UNITS.label("units"), _OPTIONS.label("options"), Follower.id,
        Follower.followed_at, Follower.scene, Follower.unit_id, Unit.name, Follower.registered_at, Follower.waiting,
        Dialogue.step, Dialogue.data, Dialogue.until, Dialogue.version.label("dialogue_version"),
        Inbound.id.label("inbound_id"), *_LINE,
    )
    .select_from(_ONE)
    .outerjoin(Follower, Follower.openid == bindparam("openid"))
    .outerjoin(Unit, Unit.id == Follower.unit_id)
    .outerjoin(Dialogue, Dialogue.follower_id == Follower.id)
    .outerjoin(Inbound, (Inbound.follower_id == Follower.id) & (Inbound.turn == _LAST_TURN))
)  # fmt: skip


def caller_of(look: Look, openid: str, now: datetime) -> Caller:
    """Everything an answer needs to know of the person, and the versions of what is held in memory: one query."""
    (row,) = look.ask(_CALLER, {"openid": openid})
    library, units, options, *person, waiting = row[:10]
    follower_id, followed_at, scene, unit_id, unit_name, registered_at = person
    step, data, until, version, *line = row[10:]
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
        library_version=library or 0,
        units_version=units or 0,
        options_version=options or 0,
        waiting=waiting or 0,
        last=_line(*line) if line[0] is not None else None,
    )


def _line(inbound_id: int, turn: int, run: int, at: datetime, text: str | None, *became: Any) -> Line:
    outcome, type_code = became
    return Line(inbound_id, turn, run, at, text or "", outcome, type_code)


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
    blank: dict[str, Any] = dict.fromkeys(("follower_id", "turn", "text", "type_code", "nonce", "body"))
    blank["reply"] = "[]"
    session.execute(update(Inbound).where(Inbound.follower_id == follower_id).values(blank))


def purge(session: Session, now: datetime, keep_days: int) -> int:
    """Delete messages older than `keep_days`, and after a day those of people who were erased."""
    erased = (Inbound.follower_id.is_(None)) & (Inbound.at < now - TWINS_KEPT)
    gone = session.execute(delete(Inbound).where((Inbound.at < now - timedelta(days=keep_days)) | erased))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def last_heard(session: Session, follower_ids: Iterable[int]) -> dict[int, datetime]:
    """When each person last wrote to us; WeChat counts the window of customer-service messages from then."""
    wrote = Inbound.follower_id.in_(list(follower_ids)) & (Inbound.kind != NO_WORDS)
    rows = session.execute(
        select(Inbound.follower_id, func.max(Inbound.at)).where(wrote).group_by(Inbound.follower_id)
    )
    return {follower_id: at for follower_id, at in rows if follower_id is not None}


def last_answer(session: Session, follower_id: int, since: datetime) -> Answered | None:
    """The last answer to a question since then; what was said in a dialogue or of an answer does not count."""
    return _last(session, follower_id, since, Inbound.outcome.in_(QUESTIONS))


def last_shown(session: Session, follower_id: int, since: datetime) -> Answered | None:
    """What the person read last since then, whatever it was."""
    return _last(session, follower_id, since, Inbound.kind != NO_WORDS)


def _last(session: Session, follower_id: int, since: datetime, which: ColumnElement[bool]) -> Answered | None:
    mine = (Inbound.follower_id == follower_id) & (Inbound.at >= since) & which
    columns = (Inbound.outcome, Inbound.text, Inbound.type_code, Inbound.reply)
    row = session.execute(select(*columns).where(mine).order_by(Inbound.id.desc()).limit(1)).first()
    return (
        Answered(row.outcome, row.text or "", row.type_code, "".join(json.loads(row.reply))) if row else None
    )


def heard_since(session: Session, follower_id: int, moment: datetime) -> bool:
    """Whether the person wrote anything after that moment."""
    mine = (Inbound.follower_id == follower_id) & (Inbound.at > moment) & (Inbound.kind != NO_WORDS)
    return session.scalar(select(Inbound.id).where(mine).limit(1)) is not None


def texts_held(session: Session, follower_id: int) -> int:
    """How many masked questions of a person are kept."""
    mine = (Inbound.follower_id == follower_id) & Inbound.text.is_not(None)
    return session.scalar(select(func.count()).select_from(Inbound).where(mine)) or 0
