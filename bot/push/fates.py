"""What became of the messages that tell of an editor's act: heard, on their way, waiting for the next contact, or lost."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.push.models import Note, State


class Fate(NamedTuple):
    """How many people heard of it, are being told, will hear with their next contact, or could not be reached."""

    told: int = 0
    going: int = 0
    waits: int = 0
    lost: int = 0


_KINDS = {
    State.SENT: "told", State.QUEUED: "going", State.SENDING: "going", State.WAITING: "waits",
    State.FAILED: "lost", State.UNSURE: "lost",
}  # fmt: skip


def fates(session: Session, ruling_ids: Iterable[int]) -> dict[int, Fate]:
    """Act → its fate; an act nobody was owed a word of is not in it."""
    mine = Note.ruling_id.in_(list(ruling_ids))
    rows = session.execute(
        select(Note.ruling_id, Note.state, func.count()).where(mine).group_by(Note.ruling_id, Note.state)
    )
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for ruling_id, state, people in rows:
        found[ruling_id or 0][_KINDS[State(state)]] += people
    return {ruling_id: Fate(**kinds) for ruling_id, kinds in found.items()}
