"""From a resident's words to a type of fraud, in memory, in under a millisecond."""

import threading
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.content.asks import without_question
from bot.content.cards import Card, Story, read_cards
from bot.content.caution import CALIBRATED, caution, shifted
from bot.content.fold import fold
from bot.content.grams import Row, pair_counts
from bot.content.hits import NAME, Hit, Hits, Words
from bot.content.kinds import kinds_in
from bot.content.library import ORDINARY, Spelt, key_of, library_version, spellings
from bot.content.mentions import as_written, mentions
from bot.content.models import Phrase
from bot.content.ordinary import live_ordinary
from bot.content.segmenter import Segmenter
from bot.content.serving import NONE, UNMET, Centroids, Cuts, Scorer, load_model, newest_model

Decision = Literal["one", "choice", "none"]
PLAIN = frozenset(map(key_of, (
    "你好", "您好", "在吗", "在不在", "在", "嗨", "哈喽", "hi", "hello", "早", "早上好", "中午好", "下午好", "晚上好",
    "晚安", "谢谢", "谢谢你", "多谢", "谢了", "感谢", "好", "好的", "嗯", "嗯嗯", "哦", "噢", "行", "可以", "收到",
    "知道了", "明白", "明白了", "再见", "拜拜", "ok", "okay", "测试", "test", "哈哈", "哈哈哈", "呵呵", "是", "是的",
    "不是", "对", "对的", "没有", "有",
)))  # fmt: skip
"""Greetings and nods: never a question about a fraud."""
_REMEMBERED = 1_000  # matches
_ENOUGH = 2.0  # however many telling words
CERTAIN = 9.0  # what a known question adds to its type
_CLEAR = 4  # fewer characters without a telling word (“骗子”, “真的吗”) say nothing of a type
_ROOTS = np.sqrt(np.arange(256, dtype=np.float32))
_SHORT = 20  # a message up to this long is also compared by sound


@dataclass(frozen=True, slots=True)
class Match:
    """What a message is about. `types` holds three codes, best first, also when nothing is alike."""

    types: tuple[str, str, str]
    decision: Decision
    sure: bool
    because: tuple[str, ...]
    """The telling words, as the resident wrote them."""
    case_id: int | None
    """The live case of the best type that is most alike; None when nothing is."""
    scores: tuple[float, ...]
    """How strongly each of `types` is meant; comparable within one model only."""
    topic: str | None = None
    """The everyday topic asked about, when it is not a fraud."""
    ordinary: bool = False
    """An editor called this message ordinary talk: there is nothing to learn from it."""
    leans: tuple[str, ...] = ()
    """Where there is nothing to answer with: one or two types it is a little like, to be mentioned and no more."""

    @property
    def says_something(self) -> bool:
        """Whether there is a type or a topic to answer with."""
        return self.topic is not None or self.decision != "none"


class Stories(NamedTuple):
    """The cases of one type, to find the one most like a message."""

    counts: NDArray[np.uint8]
    """For each place of `grams.pair_counts` a row with what each case counts there."""
    lengths: Row
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    """All a process needs of one version of the library, built aside and swapped in whole."""

    version: int
    cards: Mapping[str, Card]
    hits: Hits
    stories: Mapping[str, Stories]
    scorer: Scorer
    frauds: tuple[str, ...]
    """The codes that can win: scams and techniques."""
    names: Mapping[str, str]
    """Folded names and other names → code."""
    seats: NDArray[np.intp]
    """Where the scorer keeps each of `frauds`; its empty place for a type it has not met."""
    topics: tuple[str, ...]
    """The everyday topics in use that the scorer tells apart."""
    topic_seats: NDArray[np.intp]
    slider: float
    cuts: Cuts
    """The scorer's own cut-offs, moved by the editors' slider."""
    lately: dict[bytes, Match]
    """Hash of a text → what was found in it."""


def _shelf(
    version: int,
    cards: Mapping[str, Card],
    hits: Hits,
    stories: Mapping[str, Stories],
    scorer: Scorer,
    slider: float,
) -> Shelf:
    frauds = tuple(code for code, card in cards.items() if not card.topic)
    at = {code: place for place, code in enumerate(scorer.codes)}
    seats = np.array([at.get(code, len(at)) for code in frauds], np.intp)
    topics = tuple(code for code in scorer.topics if code in cards and cards[code].topic)
    topic_seats = np.array([len(at) + 1 + scorer.topics.index(code) for code in topics], np.intp)
    cuts = shifted(scorer.cuts, slider)
    return Shelf(
        version, cards, hits, stories, scorer, frauds, _names(cards), seats, topics, topic_seats, slider, cuts, {}
    )  # fmt: skip


def _names(cards: Mapping[str, Card]) -> dict[str, str]:
    also = {key_of(name): card.code for card in cards.values() for name in card.also}
    return also | {key_of(card.name): card.code for card in cards.values()}


def _name_words(cards: Mapping[str, Card]) -> list[Words]:
    spelt = [(card, name) for card in cards.values() for name in (card.name, *card.also)]
    return [Words(NAME, card.code, name, key_of(name)) for card, name in spelt]


def read_words(session: Session, codes: Container[str]) -> list[Words]:
    """The live aliases and questions of these types, and the messages called ordinary talk."""
    rows = session.execute(
        select(Phrase.kind, Phrase.type_code, Phrase.text, Phrase.folded).where(Phrase.live)
    )
    words = [Words(*row) for row in rows if row.type_code in codes]
    return words + [Words(ORDINARY, NONE, text, folded) for text, folded in live_ordinary(session)]


class Matcher:
    """What one process holds of the library: the cards, and the way from words to them.

    Readers see one version or the next, never half of each. A fitted model is loaded by one thread while the
    others answer with the one before.
    """

    def __init__(self) -> None:
        self._held = _shelf(-1, {}, Hits(()), {}, Centroids({}), CALIBRATED)
        self._building, self._loading = threading.Lock(), threading.Lock()
        self._model_id = self._newest_model = 0
        self._segmenter: Segmenter | None = None

    @property
    def version(self) -> int:
        """The library version held; -1 before the first refresh."""
        return self._held.version

    @property
    def model_id(self) -> int:
        """The fitted model being served; 0 while likeness alone answers."""
        return self._model_id

    @property
    def cards(self) -> Mapping[str, Card]:
        """Code → card of every type in use, in listing order."""
        return self._held.cards

    def refresh(self, session: Session) -> None:
        """Follow the database: one small query when nothing changed."""
        self.refresh_to(session, library_version(session))

    def prepare(self) -> Segmenter:
        """Load the dictionaries that the first model will need: some seconds on a busy machine, so never in a request."""
        if self._segmenter is None:
            self._segmenter = Segmenter()
            kinds_in("")
        return self._segmenter

    def behind(self, version: int) -> bool:
        """Whether `refresh_to` would find something to do."""
        return version != self._held.version or self._newest_model not in (0, self._model_id)

    def refresh_to(self, session: Session, version: int) -> None:
        """Follow the database when its `version`, just read by the caller, is not the one held."""
        if version != self._held.version:
            with self._building:
                if (now := library_version(session)) != self._held.version:
                    self._held = self._built(session, now)
                    self._newest_model = newest_model(session)
        if self._newest_model not in (0, self._model_id) and self._loading.acquire(blocking=False):
            try:
                self._take_model(session, self._newest_model)
            finally:
                self._loading.release()

    def _built(self, session: Session, version: int) -> Shelf:
        cards = read_cards(session)
        words = read_words(session, cards) + _name_words(cards)
        stories = {code: _stories(card) for code, card in cards.items() if card.cases}
        scorer = self._held.scorer if self._model_id else _centroids(cards, words)
        return _shelf(version, cards, Hits(words), stories, scorer, caution(session))

    def _take_model(self, session: Session, model_id: int) -> None:
        model = load_model(session, model_id)
        if model is None:  # newer ones took its place; the next version names the one to take
            self._newest_model = self._model_id
            return
        self.prepare().learn(model.seen)
        with self._building:
            held = self._held
            self._held = _shelf(held.version, held.cards, held.hits, held.stories, model, held.slider)
            self._model_id = model_id

    def aside(self, cards: Mapping[str, Card], words: Iterable[Words] | None = None) -> "Matcher":
        """Another matcher that holds these cards, and these words where given, with the model served here.

        It shows what an edit would do before it is saved; this one goes on as it is, and nobody else sees the other.
        """
        held, made = self._held, Matcher()
        stories = {
            code: held.stories[code] if card.cases == _cases(held, code) else _stories(card)
            for code, card in cards.items()
            if card.cases
        }
        hits = held.hits if words is None else Hits([*words, *_name_words(cards)])
        made._held = _shelf(held.version, cards, hits, stories, held.scorer, held.slider)
        made._model_id, made._segmenter = self._model_id, self._segmenter
        return made

    def named(self, key: str) -> Card | None:
        """The card whose name, or other name, folds to `key`; “诈骗” and “骗局” at the end may be left out."""
        held = self._held
        code = held.names.get(key) or held.names.get(key.removesuffix("诈骗").removesuffix("骗局"))
        return held.cards.get(code) if code else None

    def find(self, text: str, spelt: Spelt | None = None) -> Match:
        """What `text` is about; `spelt` is its spellings where the caller has them. Pure, in memory; never raises.

        The same scam reaches many people in the same words, and WeChat delivers a message up to three times: what
        was found lately is remembered under a hash, so that no resident's words stay in memory.
        """
        held = self._held
        name = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        if (match := held.lately.get(name)) is None:
            if len(held.lately) >= _REMEMBERED:
                held.lately.clear()
            match = held.lately[name] = self._judged(held, text, spelt)[1]
        return match

    def _judged(self, held: Shelf, text: str, spelt: Spelt | None) -> tuple["_Heard", Match]:
        """What was heard and found; where that is nothing, in the message without the question at its end."""
        heard = self._hear(held, text, spelt)
        match = _decide(held, heard)
        if match.says_something or match.ordinary or not (bare := without_question(text)):
            return heard, match
        rest = self._hear(held, bare, None)
        asked = _decide(held, rest)
        return (rest, asked) if asked.decision != "none" else (heard, match)

    def reasons(self, text: str) -> "Reasons":
        """Why `find` says what it says; for editors, so nothing of it is remembered."""
        held = self._held
        heard, match = self._judged(held, text, None)
        best = match.types[0]
        telling = [] if not best else held.scorer.telling(heard.folded, heard.words, best)
        return Reasons(heard.hits, heard.asked, heard.plain, telling, held.cuts)

    def mentioned(self, text: str, code: str) -> tuple[str, ...]:
        """The words of `text` that speak most for `code`, as the resident wrote them; for an answer without a telling word."""
        held = self._held
        heard = self._hear(held, text, None)
        said = mentions(held.scorer.telling(heard.folded, heard.words, code), heard.words, heard.folded)
        at = [heard.key.find(word) for word in said]
        return tuple(
            as_written(heard.text, heard.key, Hit((code,), word, word, start, start + len(word)))
            for word, start in zip(said, at, strict=True)
            if start >= 0
        )

    def _hear(self, held: Shelf, text: str, spelt: Spelt | None) -> "_Heard":
        key, folded, _ = spelt or spellings(text)
        words = self._segmenter.cut(folded) if self._segmenter and self._model_id else ()
        scores = held.scorer.score(folded, words)
        spread, topics = scores[held.seats], scores[held.topic_seats]
        asked = held.hits.question(key)
        plain = not asked and held.hits.ordinary(key)
        hits = held.hits.in_message(key)
        if not hits and not asked and len(key) <= _SHORT:
            asked, hits = held.hits.called(key, words), held.hits.by_sound(key)
        return _Heard(text, key, folded, words, spread, topics, hits, asked, plain)


class Reasons(NamedTuple):
    """What was found in a message: telling words, the types of a known question, what speaks for the best type."""

    hits: list[Hit]
    asked: tuple[str, ...]
    plain: bool
    telling: list[tuple[str, float]]
    cuts: Cuts


class _Heard(NamedTuple):
    """A message with all that was found in it."""

    text: str
    key: str
    folded: str
    words: Sequence[str]
    spread: Row
    """A score for each of the shelf's frauds."""
    topics: Row
    """A score for each of the shelf's topics."""
    hits: list[Hit]
    asked: tuple[str, ...]
    plain: bool
    """An editor called it ordinary talk."""


def _decide(held: Shelf, heard: _Heard) -> Match:
    if not held.frauds:
        topic = None if heard.plain else _topic(held, heard, "none", UNMET)
        return Match(("", "", ""), "none", False, (), None, (0.0, 0.0, 0.0), topic, heard.plain)
    totals = heard.spread + _boost(held, heard) if heard.hits or heard.asked else heard.spread
    order = (-totals).argsort()[:3].tolist()
    types = [held.frauds[at] for at in order]
    scores = totals[order].tolist()
    decision, sure = _three_ways(held, heard, types, scores)
    topic = None if heard.plain else _topic(held, heard, decision, scores[0])
    if topic or heard.plain:
        decision, sure = "none", False
    best, second, third = (*types, *types[-1:] * 2)[:3]
    because = _because(held, heard, types[: 1 if decision == "one" else 3]) if decision != "none" else ()
    case_id = _nearest(held, types[0], heard.folded) if decision != "none" else None
    leans = () if topic or heard.plain or decision != "none" else _leans(held, heard, types, scores)
    return Match(
        (best, second, third), decision, sure, because, case_id, tuple(scores), topic, heard.plain, leans
    )


def _boost(held: Shelf, heard: _Heard) -> Row:
    """What the telling words add; a known question counts as certain."""
    cuts, seen = held.scorer.cuts, held.scorer.seen
    added = alias_boost(heard.hits, held.frauds, lambda key: cuts.alias if key in seen else cuts.fresh)
    for code in heard.asked:
        if code in held.frauds:
            added[held.frauds.index(code)] += CERTAIN / len(heard.asked)
    return added


def alias_boost(hits: Iterable[Hit], codes: Sequence[str], worth: Callable[[str], float]) -> Row:
    """What telling words add to each of `codes`, by the `worth` of their keys; several types share a word."""
    added = np.zeros(len(codes), np.float32)
    for hit in hits:
        claimed = [codes.index(code) for code in hit.codes if code in codes]
        for at in claimed:
            added[at] += worth(hit.folded) / len(claimed)
    return np.minimum(added, _ENOUGH)


def _three_ways(held: Shelf, heard: _Heard, types: list[str], scores: list[float]) -> tuple[Decision, bool]:
    cuts = held.cuts
    if _unclear(heard):
        return "none", False
    gap = scores[0] - scores[1] if len(scores) > 1 else CERTAIN
    if scores[0] >= cuts.match:
        return ("one" if gap >= cuts.gap else "choice"), scores[0] >= cuts.sure and gap >= cuts.gap
    if _floor(held, heard, types[0]):
        return "one", False
    return "none", False


def _leans(held: Shelf, heard: _Heard, types: list[str], scores: list[float]) -> tuple[str, ...]:
    least = max(held.cuts.lean, scores[0] - held.cuts.gap)
    near = [code for code, score in zip(types, scores, strict=True) if score >= least]
    return () if _unclear(heard) else tuple(near[:2])


def _floor(held: Shelf, heard: _Heard, code: str) -> bool:
    """A telling word of one type only, that ordinary talk does not use, never ends as “no match”."""
    weak = held.scorer.weak
    return any(hit.codes == (code,) and hit.folded not in weak for hit in heard.hits)


def _topic(held: Shelf, heard: _Heard, decision: Decision, fraud: float) -> str | None:
    """The everyday topic meant: its own question; where nothing speaks of a fraud its words, or what is most like it."""
    asked = [code for code in heard.asked if code in held.cards and held.cards[code].topic]
    if asked:
        return asked[0]
    if decision != "none":
        return None
    named = [
        code for hit in heard.hits for code in hit.codes if code in held.cards and held.cards[code].topic
    ]
    return named[0] if named else _like_topic(held, heard, fraud)


def _like_topic(held: Shelf, heard: _Heard, fraud: float) -> str | None:
    """The likeliest topic of a message that is nearer to ordinary talk than to any `fraud`."""
    if not held.topics or fraud >= 0 or _unclear(heard):
        return None
    best = int(heard.topics.argmax())
    return held.topics[best] if heard.topics[best] >= held.cuts.topic else None


def _unclear(heard: _Heard) -> bool:
    """Too short to speak of anything, a nod, or nothing but signs."""
    short = len(heard.key) < _CLEAR and not heard.hits and not heard.asked
    return short or heard.key in PLAIN or not any(map(str.isalpha, heard.key))


def _because(held: Shelf, heard: _Heard, types: list[str]) -> tuple[str, ...]:
    telling = [hit for hit in heard.hits if not set(hit.codes).isdisjoint(types)]
    return tuple(dict.fromkeys(as_written(heard.text, heard.key, hit) for hit in telling))[:3]


def _cases(held: Shelf, code: str) -> tuple[Story, ...]:
    return held.cards[code].cases if code in held.cards else ()


def _stories(card: Card) -> Stories:
    counts = np.array([pair_counts(_folded(f"{case.title}，{case.text}")) for case in card.cases])
    return Stories(
        np.ascontiguousarray(counts.T), np.sqrt(counts.sum(axis=1)), tuple(case.id for case in card.cases)
    )


@lru_cache(maxsize=20_000)
def _folded(text: str) -> str:
    return fold(text, mask_digits=True)


def _nearest(held: Shelf, code: str, folded: str) -> int | None:
    if code not in held.stories:
        return None
    stories, counts = held.stories[code], pair_counts(folded)
    places = counts.nonzero()[0]
    near = _ROOTS.take(counts.take(places)) @ _ROOTS.take(stories.counts.take(places, axis=0))
    return stories.ids[int((near / stories.lengths).argmax())]


def _centroids(cards: Mapping[str, Card], words: Iterable[Words]) -> Centroids:
    texts = {code: [case.text for case in card.cases] for code, card in cards.items() if not card.topic}
    for word in words:
        if word.code in texts:
            texts[word.code].append(word.text)
    return Centroids({code: [_folded(text) for text in held] for code, held in texts.items()})
