"""What people think of the cards they got: useful or not, once for each card."""

from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from bot.content.models import Verdict
from bot.talk.models import Inbound

CARDS = ("card", "choice")


def last_card(session: Session, follower_id: int, type_code: str = "") -> Inbound | None:
    """The last card the person got, of that type where one is named; None when there is none."""
    mine = (Inbound.follower_id == follower_id) & Inbound.outcome.in_(CARDS)
    if type_code:
        mine &= Inbound.type_code == type_code
    return session.scalars(select(Inbound).where(mine).order_by(Inbound.id.desc()).limit(1)).first()


def judge_card(session: Session, inbound_id: int, type_code: str | None, useful: bool, now: datetime) -> None:
    """Count one verdict for the card; who changes their mind moves it, and it stays one.

    Two at once: the second raises IntegrityError, and its message is answered again.
    """
    here = Verdict.inbound_id == inbound_id
    if session.execute(update(Verdict).where(here).values(useful=useful, at=now)).rowcount:  # type: ignore[attr-defined]
        return
    row = {"inbound_id": inbound_id, "type_code": type_code, "useful": useful, "at": now}
    session.execute(insert(Verdict).values(row))


def verdicts_by_type(session: Session, since: datetime) -> dict[str, tuple[int, int]]:
    """Type → (useful, useless) said of its cards since then."""
    rows = session.execute(
        select(Verdict.type_code, Verdict.useful, func.count())
        .where(Verdict.at >= since, Verdict.type_code.is_not(None))
        .group_by(Verdict.type_code, Verdict.useful)
    )
    counted: dict[str, tuple[int, int]] = {}
    for code, useful, number in rows:
        yes, no = counted.get(code or "", (0, 0))
        counted[code or ""] = (yes + number, no) if useful else (yes, no + number)
    return counted
