"""Questions that found no answer, kept masked for editors; the words and the person go when the person goes."""

import re
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from bot.content.models import Asked

_RUN = re.compile(r"\d{4,}")
_KEY = 200  # characters of the folded text kept for grouping; the column's width


def keep_question(
    session: Session,
    inbound_id: int | None,
    follower_id: int | None,
    text_masked: str,
    folded: str,
    now: datetime,
) -> None:
    """Put a question before the editors. `text_masked` must already be masked; `folded` groups it; long numbers go."""
    row = {"inbound_id": inbound_id, "follower_id": follower_id, "at": now, "state": "open"}
    session.execute(insert(Asked).values(row | {"text": text_masked, "folded": _RUN.sub("0", folded)[:_KEY]}))


def forget(session: Session, follower_id: int) -> None:
    """Blank what a person asked and take the person off it; that something was asked remains, as a count."""
    blank = {"follower_id": None, "inbound_id": None, "text": "", "folded": ""}
    session.execute(update(Asked).where(Asked.follower_id == follower_id).values(blank))


def purge(session: Session, now: datetime, keep_days: int) -> int:
    """Delete questions older than `keep_days` days and return how many went."""
    gone = session.execute(delete(Asked).where(Asked.at < now - timedelta(days=keep_days)))
    return int(gone.rowcount)  # type: ignore[attr-defined]
