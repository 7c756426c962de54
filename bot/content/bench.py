"""The test bench: what becomes of a sentence now, and what would become of it after an edit that nobody saved."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from sqlalchemy.orm import Session

from bot.content.answer import judge
from bot.content.bodies import CASE, TYPE, Body
from bot.content.cards import Card, Story
from bot.content.hits import Words
from bot.content.library import LISTS, key_of
from bot.content.matcher import Matcher, read_words

_TELLING = 6  # parts shown
_SAYS_NOTHING = 0.02  # what a part must add to be worth showing
NOT_YET = 0
"""The id of a case that does not exist yet."""


class Candidate(NamedTuple):
    name: str
    score: float


class Told(NamedTuple):
    """A telling word and the types that claim it."""

    word: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Trial:
    """One sentence judged. `decision` is one, choice or none; a topic and ordinary talk are none."""

    emergency: bool
    decision: str
    sure: bool
    topic: str
    ordinary: bool
    candidates: tuple[Candidate, ...]
    told: tuple[Told, ...]
    asked: tuple[str, ...]
    """Names of the types whose known question this is."""
    telling: tuple[tuple[str, float], ...]
    needed: float
    """The score from which on a type is named."""
    case: str
    """The title of the case that would be shown."""
    leans: bool
    """No type is named, but what it is a little like is mentioned."""


class Edit(NamedTuple):
    """What an editor has not saved: a card or a case as the form holds it, and phrases (kind, text) of the type."""

    code: str
    kind: str = ""  # type, case, or "" for phrases alone
    case_id: int | None = None
    body: Body | None = None
    phrases: tuple[tuple[str, str], ...] = ()


def trial(text: str, matcher: Matcher) -> Trial:
    """Judge `text` by the path of the chat, and say why."""
    judged, reasons = judge(text, matcher), matcher.reasons(text)
    match, cards = judged.match, matcher.cards
    seen = [(code, score) for code, score in zip(match.types, match.scores, strict=False) if code in cards]
    story = cards[match.types[0]].story(match.case_id) if match.types[0] in cards else None
    return Trial(
        judged.emergency, match.decision, match.sure, cards[match.topic].name if match.topic else "",
        match.ordinary, tuple(Candidate(cards[code].name, round(score, 2)) for code, score in dict(seen).items()),
        tuple(Told(hit.text, _names(hit.codes, cards)) for hit in reasons.hits), _names(reasons.asked, cards),
        _strongest(reasons.telling), round(reasons.cuts.match, 2), story.title if story else "", bool(match.leans),
    )  # fmt: skip


def _strongest(telling: Iterable[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    """Parts of two characters and more; one that counts as characters and as a word is shown once, with both."""
    adds: dict[str, float] = defaultdict(float)
    for part, added in telling:
        adds[part.strip()] += added
    shown = [
        (part, round(added, 2)) for part, added in adds.items() if len(part) > 1 and added > _SAYS_NOTHING
    ]
    return tuple(sorted(shown, key=lambda each: -each[1])[:_TELLING])


def _names(codes: Iterable[str], cards: Mapping[str, Card]) -> tuple[str, ...]:
    return tuple(cards[code].name for code in codes if code in cards)


def with_edit(session: Session, matcher: Matcher, edit: Edit) -> Matcher:
    """A matcher aside that holds the edit; the one that serves is not touched."""
    cards = dict(matcher.cards)
    if edit.kind == TYPE and edit.body is not None:
        _put_type(cards, edit.code, edit.body)
    elif edit.kind == CASE and edit.body is not None and edit.code in cards:
        cards[edit.code] = _with_case(cards[edit.code], edit.case_id or NOT_YET, edit.body)
    if not edit.phrases and cards.keys() == matcher.cards.keys():
        return matcher.aside(cards)
    added = [Words(kind, edit.code, text, key_of(text)) for kind, text in edit.phrases]
    return matcher.aside(cards, [*read_words(session, cards), *added])


def _put_type(cards: dict[str, Card], code: str, body: Body) -> None:
    if not body["live"]:
        cards.pop(code, None)
        return
    cases = cards[code].cases if code in cards else ()
    fields: Body = {name: tuple(body[name]) for name in LISTS}
    fields |= {name: body[name] for name in ("name", "kind", "summary", "note")}
    cards[code] = Card(code=code, cases=cases, **fields)


def _with_case(card: Card, case_id: int, body: Body) -> Card:
    kept = tuple(story for story in card.cases if story.id != case_id)
    own = (Story(case_id, body["title"], body["text"]),) if body["live"] else ()
    return replace(card, cases=kept + own)
