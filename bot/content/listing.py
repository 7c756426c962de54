"""What the library's pages list: types with their counts, cases and phrases by the page, and where a type is used."""

from collections import Counter
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from bot.content.cards import strings
from bot.content.editing import OPEN
from bot.content.library import ALIAS, QUESTION, key_of
from bot.content.models import Case, Draft, OrdinaryText, Phrase, ScamType
from bot.content.parts import Part, part

LEAST = {ALIAS: 12, QUESTION: 15}
"""Aliases and questions a type should have to be recognised well."""


class TypeRow(NamedTuple):
    """One type with what it holds in use, and what an editor should look at."""

    code: str
    name: str
    kind: str
    live: bool
    review_by: date | None
    cases: int
    aliases: int
    questions: int
    drafts: int

    @property
    def thin(self) -> bool:
        return self.live and (self.aliases < LEAST[ALIAS] or self.questions < LEAST[QUESTION])

    def overdue(self, today: date) -> bool:
        """Whether the day of its next reading has passed."""
        return self.live and self.review_by is not None and self.review_by < today


def type_rows(session: Session, find: str = "") -> list[TypeRow]:
    """Every type in listing order; with `find`, those whose name, code, other name or phrase contains it."""
    cases = _counted(session, select(Case.type_code, func.count()).where(Case.live).group_by(Case.type_code))
    phrases = session.execute(
        select(Phrase.type_code, Phrase.kind, func.count())
        .where(Phrase.live)
        .group_by(Phrase.type_code, Phrase.kind)
    )
    said = {(code, kind): count for code, kind, count in phrases}
    drafts = _counted(
        session, select(Draft.type_code, func.count()).where(Draft.state.in_(OPEN)).group_by(Draft.type_code)
    )
    wanted = select(ScamType).order_by(ScamType.position, ScamType.code)
    return [
        TypeRow(
            row.code, row.name, row.kind, row.live, row.review_by, cases[row.code], said.get((row.code, ALIAS), 0),
            said.get((row.code, QUESTION), 0), drafts[row.code],
        )
        for row in session.scalars(_containing(wanted, find) if find.strip() else wanted)
    ]  # fmt: skip


def _counted(session: Session, statement: Select[str, int]) -> Counter[str]:
    return Counter({row[0]: row[1] for row in session.execute(statement)})


def _containing(wanted: Select[Any], find: str) -> Select[Any]:
    plain, key = find.strip(), key_of(find)
    own = [
        column.contains(plain, autoescape=True) for column in (ScamType.name, ScamType.code, ScamType.also)
    ]
    if len(key) < 2:  # one character is in nearly every phrase
        return wanted.where(or_(*own))
    said = select(Phrase.type_code).where(Phrase.live, Phrase.folded.contains(key, autoescape=True))
    return wanted.where(or_(*own, ScamType.code.in_(said)))


def case_part(session: Session, code: str, find: str, start: int, size: int) -> Part:
    """Cases of a type, those in use first; `find` is looked for in title and text."""
    here = select(Case).where(Case.type_code == code)
    if find.strip():
        words = find.strip()
        here = here.where(
            or_(Case.title.contains(words, autoescape=True), Case.text.contains(words, autoescape=True))
        )
    return part(session, here.order_by(Case.live.desc(), Case.id.desc()), start, size)


def phrase_part(session: Session, code: str, kind: str, find: str, start: int, size: int) -> Part:
    """Aliases or questions of a type in use, the newest first."""
    here = select(Phrase).where(Phrase.type_code == code, Phrase.kind == kind, Phrase.live)
    if key := key_of(find):
        here = here.where(Phrase.folded.contains(key, autoescape=True))
    return part(session, here.order_by(Phrase.id.desc()), start, size)


def ordinary_part(session: Session, find: str, start: int, size: int) -> Part:
    """Messages called ordinary talk, the newest first."""
    here = select(OrdinaryText).where(OrdinaryText.live)
    if key := key_of(find):
        here = here.where(OrdinaryText.folded.contains(key, autoescape=True))
    return part(session, here.order_by(OrdinaryText.at.desc(), OrdinaryText.id.desc()), start, size)


def type_names(session: Session) -> dict[str, str]:
    """Code → name of every type, in listing order."""
    rows = session.execute(select(ScamType.code, ScamType.name).order_by(ScamType.position, ScamType.code))
    return {row.code: row.name for row in rows}


def off(session: Session) -> set[str]:
    """Codes of the types that are out of use."""
    return set(session.scalars(select(ScamType.code).where(~ScamType.live)))


def known_tags(session: Session) -> list[str]:
    """Tags in use on cards, the commonest first, to be suggested."""
    used = Counter(tag for tags in session.scalars(select(ScamType.tags)) for tag in strings(tags))
    return [tag for tag, _ in used.most_common(60)]
