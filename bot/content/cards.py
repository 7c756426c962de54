"""The library for people: each type's card as a value, and the list residents open types from."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.content.models import Case, Phrase, ScamType
from core.errors import NotFound

TOPIC = "topic"
OFF, EMPTY = "off", "empty"


class Story(NamedTuple):
    """A case as residents read it; `folded` text is not kept here."""

    id: int
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Card:
    """One type and what residents read about it. `kind` is scam, technique or topic."""

    code: str
    name: str
    kind: str
    also: tuple[str, ...]
    summary: str
    steps: tuple[str, ...]
    signs: tuple[str, ...]
    actions: tuple[str, ...]
    note: str
    groups: tuple[str, ...]
    tags: tuple[str, ...]
    second: tuple[str, ...]
    cases: tuple[Story, ...]

    @property
    def topic(self) -> bool:
        return self.kind == TOPIC

    def story(self, case_id: int | None) -> Story | None:
        """The case with that id, or None."""
        return next((case for case in self.cases if case.id == case_id), None)


def read_cards(session: Session) -> dict[str, Card]:
    """Every type in use (not retired, with a live case or phrase), code → card, in listing order."""
    stories = defaultdict(list)
    for row in session.execute(_LIVE_CASES):
        stories[row.type_code].append(Story(row.id, row.title, row.text))
    spoken = set(session.scalars(select(Phrase.type_code).where(Phrase.live).distinct()))
    types = session.scalars(select(ScamType).where(ScamType.live).order_by(ScamType.position, ScamType.code))
    return {row.code: _card(row, stories[row.code]) for row in types if row.code in spoken | stories.keys()}


def why_unseen(session: Session, code: str) -> str:
    """Why residents do not see a type: OFF, EMPTY (no case and no phrase in use), or "" when they do."""
    row = session.get(ScamType, code)
    if row is None or not row.live:
        return OFF
    held = (select(each.type_code).where(each.live, each.type_code == code) for each in (Case, Phrase))
    return "" if any(session.scalar(one.limit(1)) for one in held) else EMPTY


def card_of(session: Session, code: str) -> Card:
    """One type's card, in use or not. Raises NotFound."""
    row = session.get(ScamType, code)
    if row is None:
        raise NotFound("没有这个诈骗类型。")
    found = session.execute(_LIVE_CASES.where(Case.type_code == code))
    return _card(row, [Story(case.id, case.title, case.text) for case in found])


_LIVE_CASES = select(Case.id, Case.type_code, Case.title, Case.text).where(Case.live).order_by(Case.id)


def _card(row: ScamType, stories: Iterable[Story]) -> Card:
    return Card(
        row.code, row.name, row.kind, strings(row.also), row.summary, strings(row.steps), strings(row.signs),
        strings(row.actions), row.note, strings(row.groups), strings(row.tags), strings(row.second),
        tuple(stories),
    )  # fmt: skip


def strings(text: str) -> tuple[str, ...]:
    """A list field of a row as its strings."""
    return tuple(json.loads(text or "[]"))


def listed(cards: Mapping[str, Card]) -> list[Card]:
    """The types a resident can open by number: scams and techniques in order, then everyday topics."""
    return sorted(cards.values(), key=lambda card: card.topic)


def type_list(cards: Mapping[str, Card], *, numbers: bool = True) -> str:
    """The list of “骗局大全”; topics stand under their own heading. Without `numbers` where a number means something else."""
    held = list(enumerate(listed(cards), 1))
    scams, topics = (
        [f"{number}. {card.name}" if numbers else card.name for number, card in held if card.topic is topic]
        for topic in (False, True)
    )
    lines = ["回复序号或名称，看怎么识破：" if numbers else "回复名称，看怎么识破：", *scams]
    return "\n".join([*lines, "", "【常用办事】", *topics] if topics else lines)
