"""Erasing a person: what is left cannot lead back to them."""

import json
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.registry import events
from bot.registry.models import BroughtIn, Cursor, Departed, EventKind, FamilyMember, Follower, SyncSeen
from core.clock import county_date
from core.secrets import Vault


def erase(session: Session, follower_id: int, vault: Vault, now: datetime, *, by_wish: bool) -> None:
    """Delete everything this room holds about the person; the caller deletes the other rooms' rows first.

    A registered person leaves their unit today (event `left`). A keyed hash of the openid stays until the
    month ends; with `by_wish` (注销 while still following) it keeps a followers sync from bringing them back.
    Erasing twice does nothing the second time.
    """
    follower = session.get(Follower, follower_id, with_for_update=True, populate_existing=True)
    if follower is None:
        return
    if follower.unit_id is not None:
        events.write(session, follower.person_no, now, (EventKind.LEFT, follower.unit_id))
    session.execute(delete(FamilyMember).where(FamilyMember.follower_id == follower_id))
    session.execute(delete(BroughtIn).where(BroughtIn.follower_id == follower_id))
    session.execute(delete(SyncSeen).where(SyncSeen.follower_id == follower_id))
    _take_out_bookmark(session, follower.openid)
    hashed, until = vault.digest("openid", follower.openid), month_end(county_date(now))
    session.merge(Departed(openid_hash=hashed, until=until, by_wish=by_wish))
    session.delete(follower)
    session.flush()


def _take_out_bookmark(session: Session, openid: str) -> None:
    """A followers sync that was cut off just after this person resumes with the first page; whom it saw stays seen."""
    for cursor in session.scalars(select(Cursor).where(Cursor.state.contains(openid, autoescape=True))):
        cursor.state = json.dumps(json.loads(cursor.state) | {"next": ""})


def month_end(day: date) -> date:
    """The last day of the month."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def forget_departed(session: Session, today: date) -> int:
    """Delete the keyed hashes whose time is over; how many.

    A followers sync moves the time of those kept by wish on, as long as it sees the person following.
    """
    over = session.execute(delete(Departed).where(Departed.until < today))
    return int(over.rowcount)  # type: ignore[attr-defined]
