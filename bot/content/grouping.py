"""Questions that say nearly the same belong to one group, which is called by the first of them and stays as it is."""

from datetime import datetime, timedelta
from typing import NamedTuple

from rapidfuzz import fuzz, process
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.content.asked import DONE, OPEN, tell_also
from bot.content.bodies import CASE
from bot.content.models import Asked, Ruling

NEAR = 82.0
"""How alike two spellings must be, of 100 (rapidfuzz ratio): a word more or less, not another matter."""
SHORTEST = 6  # characters; shorter ones must be the same
AT_ONCE = 300
COMPARED = 3_000  # groups, the latest
LATELY = timedelta(days=90)
QUIET = ("ordinary", "ignore")


class _New(NamedTuple):
    id: int
    folded: str


def group_new(session: Session, now: datetime, limit: int = AT_ONCE) -> int:
    """Give the questions that came in lately a group; how many there were.

    A question that joins a group called ordinary or passed over goes the same way, and who wished an answer hears.
    Two processes that do this at once come to the same end.
    """
    new = _ungrouped(session, limit)
    if not new:
        return 0
    leaders = _leaders(session, now)
    exact = {folded: group_no for group_no, folded in leaders.items()}
    exact |= _same(session, {row.folded for row in new})
    for row in new:
        group_no = exact.get(row.folded)
        if group_no is None:
            group_no = _nearest(row.folded, leaders) or row.id
            exact[row.folded] = group_no
            leaders.setdefault(group_no, row.folded)
        _join(session, row.id, group_no)
    return len(new)


def anything_new(session: Session) -> bool:
    """Whether there is a question without a group."""
    return bool(_ungrouped(session, 1))


def _ungrouped(session: Session, limit: int) -> list[_New]:
    """Those of people who are still there; of an erased person nothing is compared."""
    new = Asked.group_no.is_(None) & Asked.follower_id.is_not(None)
    rows = session.execute(select(Asked.id, Asked.folded).where(new).order_by(Asked.id).limit(limit))
    return [_New(row.id, row.folded) for row in rows]


def _leaders(session: Session, now: datetime) -> dict[int, str]:
    """Group → the spelling of its first question that is left, the latest groups first."""
    firsts = (
        select(func.min(Asked.id).label("id"))
        .where(Asked.group_no.is_not(None), Asked.at > now - LATELY)
        .group_by(Asked.group_no)
        .order_by(func.max(Asked.id).desc())
        .limit(COMPARED)
        .subquery()
    )
    rows = session.execute(select(Asked.group_no, Asked.folded).join(firsts, firsts.c.id == Asked.id))
    return {row.group_no: row.folded for row in rows if row.group_no is not None}


def _same(session: Session, spellings: set[str]) -> dict[str, int]:
    """Spelling → the group that holds exactly it."""
    held = Asked.folded.in_(spellings) & Asked.group_no.is_not(None)
    rows = session.execute(select(Asked.folded, func.min(Asked.group_no)).where(held).group_by(Asked.folded))
    return {folded: group_no for folded, group_no in rows if group_no is not None}


def _nearest(folded: str, leaders: dict[int, str]) -> int | None:
    if len(folded) < SHORTEST:
        return None
    found = process.extractOne(folded, leaders, scorer=fuzz.ratio, score_cutoff=NEAR)
    return None if found is None or len(found[0]) < SHORTEST else found[2]


def _join(session: Session, asked_id: int, group_no: int) -> None:
    values: dict[str, object] = {"group_no": group_no}
    standing = standing_ruling(session, group_no)
    if standing is not None and standing.act in QUIET:
        values |= {"state": DONE, "ruling_id": standing.id}
    here = (Asked.id == asked_id) & Asked.group_no.is_(None) & (Asked.state == OPEN)
    session.execute(update(Asked).where(here).values(values))
    tell_also(session, asked_id)


def standing_ruling(session: Session, group_no: int) -> Ruling | None:
    """The last act on a group that was not undone, or None."""
    here = (Ruling.group_no == group_no) & Ruling.undone_at.is_(None)
    return session.scalars(select(Ruling).where(here).order_by(Ruling.id.desc()).limit(1)).first()


def ruling_of_draft(session: Session, draft_id: int, *, lock: bool = False) -> Ruling | None:
    """The act of the inbox that a case's draft came of, while it stands; None for other drafts."""
    here = select(Ruling).where(Ruling.act == CASE, Ruling.made_id == draft_id, Ruling.undone_at.is_(None))
    return session.scalar(here.with_for_update() if lock else here)
