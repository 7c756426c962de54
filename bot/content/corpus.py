"""All the texts a fit learns from, as plain values that can be handed to another process."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.content.cards import Card, read_cards
from bot.content.library import ALIAS, LIBRARY, QUESTION, library_version
from bot.content.models import Phrase
from bot.content.ordinary import live_ordinary
from bot.content.serving import NONE

CASE = "case"
CARD = "card"


@dataclass(frozen=True)
class Corpus:
    """`texts` holds (code or "none", kind, text); `aliases` holds (key, codes); `topics` holds a question of an everyday
    topic, which is ordinary talk among `texts` → the topic's code. Read at library `version`.
    """

    version: int
    texts: list[tuple[str, str, str]]
    aliases: list[tuple[str, list[str]]]
    topics: dict[str, str] = field(default_factory=dict)

    def dump(self) -> str:
        """One line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)


def load_corpus(line: str) -> Corpus:
    """The corpus that `dump` wrote."""
    held = json.loads(line)
    texts = [(code, kind, text) for code, kind, text in held["texts"]]
    aliases = [(key, list(codes)) for key, codes in held["aliases"]]
    return Corpus(held["version"], texts, aliases, dict(held["topics"]))


def read_corpus(session: Session, folder: Path = LIBRARY) -> Corpus:
    """What is live in the library, and ordinary messages, shipped or labelled. Everyday topics are ordinary talk."""
    version = library_version(session)
    cards = read_cards(session)
    rows = session.execute(
        select(Phrase.kind, Phrase.type_code, Phrase.text, Phrase.folded).where(Phrase.live)
    )
    phrases = [row for row in rows if row.type_code in cards]
    plain = dict.fromkeys([*ordinary(folder), *(text for text, _ in live_ordinary(session))])
    texts = [(NONE, NONE, text) for text in plain]
    texts += [text for card in cards.values() for text in _card_texts(card)]
    claimed: dict[str, list[str]] = {}
    topics: dict[str, str] = {}
    for kind, code, text, folded in phrases:
        topic = cards[code].topic
        if not (topic and kind == ALIAS):
            texts.append((NONE if topic else code, kind, text))
        if topic and kind == QUESTION:
            topics[text] = code
        if kind == ALIAS:
            claimed.setdefault(folded, []).append(code)
    return Corpus(version, texts, list(claimed.items()), topics)


def ordinary(folder: Path = LIBRARY) -> list[str]:
    """Messages people send that are about no fraud, one a line; lines that begin with # are notes."""
    path = folder / "ordinary.txt"
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def _card_texts(card: Card) -> list[tuple[str, str, str]]:
    code = NONE if card.topic else card.code
    cases = [(code, CASE, f"{case.title}，{case.text}") for case in card.cases]
    lines = () if card.topic else (card.name, card.summary, *card.steps, *card.signs)
    return cases + [(code, CARD, line) for line in lines]


__all__ = ["CARD", "CASE", "QUESTION", "Corpus", "load_corpus", "ordinary", "read_corpus"]
