"""Messages that editors called ordinary talk: an exact or near hit is no match, and each fit learns them."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.content.library import ALIAS, QUESTION, key_of, touch_library
from bot.content.models import OrdinaryText, Phrase, ScamType
from bot.content.phrases import LONGEST
from core.db import LARGEST_ID
from core.errors import Conflict, NotFound, Refusal


def live_ordinary(session: Session) -> list[tuple[str, str]]:
    """(text, key) of every message called ordinary talk."""
    rows = session.execute(
        select(OrdinaryText.text, OrdinaryText.folded).where(OrdinaryText.live).order_by(OrdinaryText.id)
    )
    return [(row.text, row.folded) for row in rows]


def add_ordinary(session: Session, text: str, by: str, now: datetime) -> OrdinaryText:
    """Call a message ordinary talk and move the version; it acts at the next message.

    Raises Refusal for words that cannot serve, Conflict when it is there already or a type claims it.
    """
    plain, folded = text.strip(), key_of(text)
    if len(folded) < 2 or len(plain) > LONGEST:
        raise Refusal(f"日常话请写 2 到 {LONGEST} 个字。")
    _unclaimed(session, folded)
    row = session.scalar(select(OrdinaryText).where(OrdinaryText.folded == folded))
    if row is not None and row.live:
        raise Conflict("这句话已经记为日常话了。")
    row = row or OrdinaryText(folded=folded)
    row.text, row.live, row.at, row.by = plain, True, now, by
    session.add(row)
    touch_library(session)
    session.flush()
    return row


def _unclaimed(session: Session, folded: str) -> None:
    """A message cannot be ordinary talk and a type's own words at once."""
    claims = select(Phrase.kind, ScamType.name).join(ScamType, ScamType.code == Phrase.type_code)
    claim = session.execute(claims.where(Phrase.live, Phrase.folded == folded)).first()
    words = {ALIAS: "线索词", QUESTION: "群众问法"}
    if claim is not None:
        raise Conflict(f"这句话现在是“{claim.name}”的{words[claim.kind]}，请先停用那一条。")


def retire_ordinary(session: Session, text_id: int) -> OrdinaryText:
    """Take the label off again and move the version. Raises NotFound."""
    row = session.get(OrdinaryText, text_id) if text_id <= LARGEST_ID else None
    if row is None or not row.live:
        raise NotFound("这一条已经不在用了。")
    row.live = False
    touch_library(session)
    session.flush()
    return row


def called_ordinary(session: Session, folded: str) -> bool:
    """Whether an editor called exactly this message ordinary talk."""
    here = select(OrdinaryText.id).where(OrdinaryText.folded == folded, OrdinaryText.live)
    return session.scalar(here) is not None
