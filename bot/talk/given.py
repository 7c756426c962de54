"""What answers were about, counted from the ledger of messages."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.talk.models import Inbound


def answered_with(session: Session, type_code: str, since: datetime) -> int:
    """How many messages since then were answered with this type's card, or with a choice it led."""
    here = select(func.count(Inbound.id)).where(Inbound.at >= since, Inbound.type_code == type_code)
    return session.scalar(here) or 0
