"""The rules of a followers sync: WeChat's list against ours, page by page, resumable, and never a massacre.

The caller loops: `start`, then fetch a page with no transaction open, then `plan_page` in one transaction, until
the page says that nothing follows; then `finish` names the people to erase, the caller erases them (every room's
rows), and `close` ends the sync. A crash at any point is taken up again by the next `start`.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.registry.erase import month_end
from bot.registry.models import Cursor, Departed, Follower, SyncSeen
from bot.registry.people import follower_id_of, new_person_no
from core.clock import county_date
from core.errors import Conflict
from core.secrets import Vault

NAME = "followers"
STALE = timedelta(hours=20)
CHUNK = 500
MAY_GO = 0.02
"""The largest part of the followers that may go without a person's agreement."""
AHEAD = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Sync:
    """A sync under way: where the next page begins ("" = the first), since when, whether the list was read."""

    next_openid: str
    started_at: datetime
    complete: bool
    added: int = 0
    seen: int = 0


def start(session: Session, now: datetime) -> Sync:
    """Take up the sync that was cut off, or begin a new one when there is none or it is older than 20 hours."""
    held = session.get(Cursor, NAME, with_for_update=True, populate_existing=True)
    if held is not None:
        under_way = _read(held)
        if now - STALE < under_way.started_at <= now:
            return under_way
    session.execute(delete(SyncSeen))
    return _store(session, Sync("", now, complete=False), now)


def plan_page(
    session: Session,
    under_way: Sync,
    openids: Sequence[str],
    next_openid: str,
    vault: Vault,
    now: datetime,
    *,
    part: bool = False,
) -> Sync:
    """Take one page of WeChat's list: note whom we know, bring in whom we do not, skip who wished to be erased.

    `next_openid` begins the next page, "" after the last (WeChat answers with count 0); with `part` there is
    more of this same page to come. The same page may be taken twice. Returns where the sync stands.
    Raises Conflict when this sync was replaced by another one meanwhile.
    """
    _still(session, under_way)
    wanted = list(dict.fromkeys(openids))
    known = _known(session, wanted)
    strangers = [openid for openid in wanted if openid not in known]
    kept_out = _departed_by_wish(session, strangers, vault, now)
    newcomers = [openid for openid in strangers if openid not in kept_out]
    _bring_in(session, newcomers, now)
    _note_seen(session, [*known.values(), *_known(session, newcomers).values()])
    step = Sync(
        under_way.next_openid if part else next_openid, under_way.started_at, complete=not (part or next_openid),
        added=under_way.added + len(newcomers), seen=under_way.seen + len(wanted),
    )  # fmt: skip
    return _store(session, step, now)


def _still(session: Session, under_way: Sync) -> None:
    """Two syncs at once would each take the other's half-read list for the whole."""
    held = session.get(Cursor, NAME, with_for_update=True, populate_existing=True)
    if held is None or _read(held).started_at != under_way.started_at:
        raise Conflict("这次同步已被另一次同步代替，停下了；没有删除任何人。")


def finish(session: Session, *, agreed: bool = False) -> list[int]:
    """The ids of followers WeChat no longer lists, for the caller to erase.

    People who came after the sync began are not judged. Raises Conflict before the whole list was read, and,
    unless `agreed`, when more than 2 % of the followers would go.
    """
    held = session.get(Cursor, NAME, populate_existing=True)
    under_way = _read(held) if held else None
    if under_way is None or not under_way.complete:
        raise Conflict("同步还没有读完微信的名单，不能判断谁已经取消关注。")
    judged = Follower.followed_at < under_way.started_at
    total = session.scalar(select(func.count()).select_from(Follower).where(judged)) or 0
    unseen = select(Follower.id).outerjoin(SyncSeen).where(judged, SyncSeen.follower_id.is_(None))
    gone = list(session.scalars(unseen.order_by(Follower.id)))
    if len(gone) > MAY_GO * total and not agreed:
        raise Conflict(
            f"微信名单里少了 {len(gone)} 人（共 {total} 人，超过 2%），已停下，没有删除任何人。"
            "请核对公众号是否正确；确认无误再同意删除。"
        )
    return gone


def close(session: Session) -> None:
    """End the sync: the next one begins anew."""
    session.execute(delete(SyncSeen))
    session.execute(delete(Cursor).where(Cursor.name == NAME))


def _read(held: Cursor) -> Sync:
    state: dict[str, Any] = json.loads(held.state)
    return Sync(
        state["next"],
        datetime.fromisoformat(state["started_at"]),
        state["complete"],
        state["added"],
        state["seen"],
    )


def _store(session: Session, sync: Sync, now: datetime) -> Sync:
    state = {
        "next": sync.next_openid, "started_at": sync.started_at.isoformat(), "complete": sync.complete,
        "added": sync.added, "seen": sync.seen,
    }  # fmt: skip
    session.merge(Cursor(name=NAME, state=json.dumps(state), at=now))
    session.flush()
    return sync


def _chunks(items: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (items[start : start + CHUNK] for start in range(0, len(items), CHUNK))


def _known(session: Session, openids: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for chunk in _chunks(openids):
        rows = select(Follower.openid, Follower.id).where(Follower.openid.in_(chunk))
        found |= dict(session.execute(rows).all())
    return found


def _departed_by_wish(session: Session, openids: Sequence[str], vault: Vault, now: datetime) -> set[str]:
    """Who erased themselves but still follows. Their hash is kept as long as that is so, seen by each sync."""
    by_hash = {vault.digest("openid", openid): openid for openid in openids}
    found: set[str] = set()
    for chunk in _chunks(list(by_hash)):
        wished = select(Departed.openid_hash).where(Departed.openid_hash.in_(chunk), Departed.by_wish)
        found |= set(session.scalars(wished))
    until = month_end(county_date(now + AHEAD))
    for chunk in _chunks(list(found)):
        session.execute(update(Departed).where(Departed.openid_hash.in_(chunk)).values(until=until))
    return {by_hash[each] for each in found}


def _bring_in(session: Session, openids: Sequence[str], now: datetime) -> None:
    for chunk in _chunks(openids):
        rows = [{"openid": each, "person_no": new_person_no(), "followed_at": now} for each in chunk]
        try:
            with session.begin_nested():
                session.execute(insert(Follower), rows)
        except IntegrityError:  # one of them wrote to us in this very moment
            for openid in chunk:
                follower_id_of(session, openid, now)


def _note_seen(session: Session, follower_ids: Sequence[int]) -> None:
    for chunk in _chunks(follower_ids):
        known = set(session.scalars(select(SyncSeen.follower_id).where(SyncSeen.follower_id.in_(chunk))))
        if rows := [{"follower_id": each} for each in chunk if each not in known]:
            session.execute(insert(SyncSeen), rows)
