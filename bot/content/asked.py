"""Questions for editors, kept masked: no answer found, or not a helpful one; words and person go when the person goes."""

import re
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from bot.content.fold import fold
from bot.content.models import Asked, Ruling

_RUN = re.compile(r"\d{4,}")
_KEY = 200  # characters of the folded text kept for grouping; the column's width
OPEN, DONE = "open", "done"
UNKNOWN, USELESS, PICTURE = "unknown", "useless", "picture"
MOST_WAITING = 20
"""Questions of one person that wait for the editors; what comes on top would only bury what others asked."""
WISH_KEPT = timedelta(days=30)
"""So long after a question its answer is still wished for."""


def keep_question(
    session: Session,
    inbound_id: int | None,
    follower_id: int | None,
    text_masked: str,
    folded: str,
    now: datetime,
    why: str = UNKNOWN,
) -> None:
    """Put a question before the editors. `text_masked` must already be masked; `folded` groups it; long numbers go.

    Nothing is kept of a person of whom enough waits already.
    """
    if enough_of(session, follower_id):
        return
    row = {"inbound_id": inbound_id, "follower_id": follower_id, "at": now, "state": OPEN, "why": why}
    session.execute(insert(Asked).values(row | {"text": text_masked, "folded": grouping_key(folded)}))


def enough_of(session: Session, follower_id: int | None) -> bool:
    """Whether as many questions of the person wait as the editors take of one."""
    if follower_id is None:
        return False
    mine = (Asked.follower_id == follower_id) & (Asked.state == OPEN)
    return (session.scalar(select(func.count()).select_from(Asked).where(mine)) or 0) >= MOST_WAITING


def grouping_key(folded: str) -> str:
    """The folded text as it is stored: without long numbers, within the column."""
    return _RUN.sub("0", folded)[:_KEY]


def complain(
    session: Session,
    inbound_id: int,
    follower_id: int,
    text_masked: str,
    type_code: str | None,
    now: datetime,
) -> None:
    """The card of `type_code` did not help: the question goes to the editors, once for each message."""
    there = session.scalar(select(Asked.id).where(Asked.inbound_id == inbound_id)) is not None
    if there or enough_of(session, follower_id):
        return
    row = {"inbound_id": inbound_id, "follower_id": follower_id, "at": now, "state": OPEN, "why": USELESS}
    words = {"text": text_masked, "folded": grouping_key(fold(text_masked)), "type_code": type_code}
    session.execute(insert(Asked).values(row | words))


def absorb(session: Session, inbound_id: int) -> None:
    """The line is part of a longer message now, which is asked or answered as a whole."""
    loose = (Asked.inbound_id == inbound_id) & (Asked.state == OPEN) & Asked.wish_at.is_(None)
    session.execute(delete(Asked).where(loose))


def last_question(session: Session, follower_id: int, now: datetime) -> tuple[Asked, Ruling | None] | None:
    """The person's latest question before the editors, and what became of it; None when there is none lately."""
    mine = (Asked.follower_id == follower_id) & (Asked.at > now - WISH_KEPT)
    row = session.execute(
        select(Asked, Ruling)
        .outerjoin(Ruling, Ruling.id == Asked.ruling_id)
        .where(mine)
        .order_by(Asked.id.desc())
        .limit(1)
    ).first()
    return None if row is None else (row[0], row[1])


def wish(session: Session, asked_id: int, now: datetime) -> None:
    """The person agreed to be told when an editor answers this question."""
    here = (Asked.id == asked_id) & Asked.wish_at.is_(None)
    session.execute(update(Asked).where(here).values(wish_at=now))
    tell_also(session, asked_id)


def tell_also(session: Session, asked_id: int) -> None:
    """Where an editor's act stands on the question already, whoever it was not told to yet is told of it."""
    ruled = Ruling.id.in_(select(Asked.ruling_id).where(Asked.id == asked_id, Asked.wish_at.is_not(None)))
    session.execute(update(Ruling).where(ruled).values(told=False))


def reopen(session: Session, ruling: Ruling, by: str, now: datetime) -> None:
    """The act no longer stands, and its questions wait again."""
    ruling.undone_at, ruling.undone_by = now, by
    mine = Asked.ruling_id == ruling.id
    session.execute(update(Asked).where(mine).values(state=OPEN, ruling_id=None))


def unwish(session: Session, follower_id: int) -> None:
    """The person no longer wants to be told of anything."""
    wished = (Asked.follower_id == follower_id) & Asked.wish_at.is_not(None)
    session.execute(update(Asked).where(wished).values(wish_at=None))


def forget(session: Session, follower_id: int) -> None:
    """Blank what a person asked and take the person and the wish off it; that something was asked remains, as a count."""
    blank = dict.fromkeys(("follower_id", "inbound_id", "group_no", "wish_at", "type_code"))
    values = blank | {"text": "", "folded": ""}
    session.execute(update(Asked).where(Asked.follower_id == follower_id).values(values))


def purge(session: Session, now: datetime, keep_days: int) -> int:
    """Delete questions older than `keep_days` days, blank the words of rulings as old; how many questions went."""
    since = now - timedelta(days=keep_days)
    gone = session.execute(delete(Asked).where(Asked.at < since))
    session.execute(update(Ruling).where(Ruling.at < since, Ruling.words != "").values(words=""))
    return int(gone.rowcount)  # type: ignore[attr-defined]
