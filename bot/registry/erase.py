"""Erasing a person: what is left cannot lead back to them."""

from datetime import date, datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot.registry import events
from bot.registry.models import Departed, EventKind, FamilyMember, Follower, SyncSeen
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
    session.execute(delete(SyncSeen).where(SyncSeen.follower_id == follower_id))
    hashed, until = vault.digest("openid", follower.openid), month_end(county_date(now))
    session.merge(Departed(openid_hash=hashed, until=until, by_wish=by_wish))
    session.delete(follower)
    session.flush()


def month_end(day: date) -> date:
    """The last day of the month."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
