"""Where types meet: words that several of them have, and types named as easily mistaken for one another."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.content.cards import strings
from bot.content.models import Phrase, ScamType


class Claimed(NamedTuple):
    """An alias or question that several types in use have."""

    text: str
    names: tuple[str, ...]


def claimed(session: Session, kind: str, texts: Sequence[str] | None = None) -> dict[str, Claimed]:
    """Keys of aliases or questions that several types in use have; with `texts`, only among these keys."""
    rows = (
        select(Phrase.folded, Phrase.text, ScamType.name)
        .join(ScamType, ScamType.code == Phrase.type_code)
        .where(Phrase.live, ScamType.live, Phrase.kind == kind)
        .order_by(Phrase.folded, ScamType.position)
    )
    if texts is None:
        twice = select(Phrase.folded).where(Phrase.live, Phrase.kind == kind).group_by(Phrase.folded)
        rows = rows.where(Phrase.folded.in_(twice.having(func.count() > 1)))
    else:
        rows = rows.where(Phrase.folded.in_(texts))
    held: dict[str, Claimed] = {}
    for folded, text, name in session.execute(rows):
        held[folded] = Claimed(text, (*(held[folded].names if folded in held else ()), name))
    return {folded: claim for folded, claim in held.items() if len(claim.names) > 1}


def named_second_by(session: Session, code: str) -> list[tuple[str, str]]:
    """(code, name) of the types that name this one as easily mistaken for them."""
    rows = session.execute(select(ScamType.code, ScamType.name, ScamType.second).order_by(ScamType.position))
    return [(row.code, row.name) for row in rows if code in strings(row.second)]
