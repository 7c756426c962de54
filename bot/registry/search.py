"""Finding the unit somebody means: part of a name, a short name, pinyin, initials, homophones, typos."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from rapidfuzz import fuzz, process
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.registry import names
from bot.registry.models import Unit, UnitKind, UnitName
from bot.registry.units import NOBODY_IN, units_version

EXACT, ALIAS, USUAL, BASE, OTHER_ENDING = 100.0, 99.0, 97.0, 96.0, 93.0
PINYIN, INITIALS, SAME_SOUND = 92.0, 88.0, 90.0
PART, SUBSEQUENCE, MIXED = 72.0, 64.0, 70.0
CLEAR = 87.5
"""From this score on a text is a unit's name and nothing else."""
GOOD = 84.0
"""Below this, slower ways are tried too."""
LEAST = 52.0
MANY = 400
LONGEST = 24
_FILLER = re.compile(
    r"^(?:你好|您好)?(?:我们|我)?(?:是|在|住|家在|属于|来自|要|想)*(?:登记|注册|选|换到|换成|换|找)?(?:到|在|去)?(?:一下)?"
)
_AFTER = re.compile(
    r"(?:上班|工作|的人|的职工|的员工|的居民|的村民|的老师|的|那儿|那里|这边|啊|呀|吧|呢|哦)+$"
)
_LETTERS = re.compile(r"[a-z]+")


class Hit(NamedTuple):
    """A unit that may be meant; `score` from 0 to 100, 100 = its full name."""

    unit_id: int
    score: float


class _Row(NamedTuple):
    """A unit as the database tells it."""

    id: int
    code: str
    name: str
    kind: str
    parent_id: int | None
    aliases: tuple[str, ...]


@dataclass(slots=True)
class _Entry:
    """One unit that is offered: how it is spelled, and the way down to it."""

    unit_id: int
    name: str
    ending: str
    way: str
    tokens: str
    """Each character with its pinyin, for names typed half in characters, half in letters."""


@dataclass(slots=True)
class _Book:
    """Everything `find` looks into, built aside and then swapped in. Sets of entries are the bits of an int."""

    version: int = -1
    entries: list[_Entry] = field(default_factory=list)
    exact: dict[str, list[tuple[int, float]]] = field(default_factory=lambda: defaultdict(list))
    above: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """Names of towns and groups, and the entries below them."""
    below: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    """The same by unit id."""
    county: list[str] = field(default_factory=list)
    sounds: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    first_letters: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    blob: str = ""
    pinyin: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)


class UnitIndex:
    """What one process knows of the units' names. `refresh` before `find`; both are safe in any thread."""

    def __init__(self) -> None:
        self._book = _Book()

    @property
    def version(self) -> int:
        """The version of the units held; -1 before the first refresh."""
        return self._book.version

    def refresh(self, session: Session) -> bool:
        """Rebuild when the units were edited since; True when it did."""
        version = units_version(session)
        if version == self._book.version:
            return False
        self._book = _built(_rows(session), version)
        return True

    def find(self, text: str, limit: int = 5) -> list[Hit]:
        """The units most likely meant, best first; [] when nothing resembles the text."""
        book, best = self._book, _Best()
        for reading in _readings(self._book, names.plain(text)):
            _score(book, reading, best)
        return [Hit(book.entries[n].unit_id, round(score, 1)) for n, score in best.first(limit, book)]

    def strong(self, text: str, least: float = CLEAR) -> bool:
        """True when the text is clearly a unit's name, and not a question that mentions one.

        With `ALIAS` as the least score only its whole name, or another it goes by, will do.
        """
        typed = names.plain(text)
        if not 2 <= len(typed) <= LONGEST or (typed.isascii() and len(typed) < 3):
            return False
        return any(hit.score >= least for hit in self.find(text, 1))


class _Best:
    """The best score of each entry so far."""

    def __init__(self) -> None:
        self.scores: dict[int, float] = {}

    def note(self, entry: int, score: float) -> None:
        if score > self.scores.get(entry, LEAST):
            self.scores[entry] = score

    @property
    def top(self) -> float:
        return max(self.scores.values(), default=0.0)

    def first(self, limit: int, book: _Book) -> list[tuple[int, float]]:
        def rank(found: tuple[int, float]) -> tuple[float, int, int]:
            entry, score = found
            return -round(score, 1), len(book.entries[entry].name), entry

        return sorted(self.scores.items(), key=rank)[:limit]


class _Reading(NamedTuple):
    """One way to read the text: what names the unit, among which entries (bits; -1 = all), less a little."""

    typed: str
    among: int = -1
    less: float = 0.0


def _rows(session: Session) -> list[_Row]:
    aliases: dict[int, list[str]] = defaultdict(list)
    for unit_id, name in session.execute(select(UnitName.unit_id, UnitName.name)):
        aliases[unit_id].append(name)
    columns = Unit.id, Unit.code, Unit.name, Unit.kind, Unit.parent_id
    rows = session.execute(select(*columns).where(Unit.closed_on.is_(None)).order_by(Unit.code)).all()
    return [_Row(*row, tuple(aliases[row.id])) for row in rows]


def _built(rows: list[_Row], version: int) -> _Book:
    book, by_id = _Book(version), {row.id: row for row in rows}
    keys: list[tuple[str, int]] = []
    counties = [names.plain(row.name) for row in rows if row.kind == UnitKind.COUNTY]
    book.county = names.longest_first(
        way for name in counties for way in (name, name.rstrip("旗县区市")) if way[1:]
    )
    for row in rows:
        if row.kind not in NOBODY_IN:
            keys += _enter(book, row, list(_above(row, by_id)))
    for unit_id, entries in book.below.items():
        for key in _spellings(by_id[unit_id], names.plain(by_id[unit_id].name), book.county):
            book.above[key] |= entries
    pieces, at = [], 0
    for key, entry in keys:
        book.starts.append(at)
        book.owners.append(entry)
        pieces.append(key)
        at += len(key) + 1
    book.blob = "\n".join(pieces)
    return book


def _above(row: _Row, by_id: dict[int, _Row]) -> Iterator[_Row]:
    seen = {row.id}
    at = by_id.get(row.parent_id or 0)
    while at is not None and at.id not in seen:
        if at.kind != UnitKind.COUNTY:
            yield at
        seen.add(at.id)
        at = by_id.get(at.parent_id or 0)


def _enter(book: _Book, row: _Row, above: list[_Row]) -> list[tuple[str, int]]:
    """Put one unit into the book; returns what can be searched in parts."""
    n, name = len(book.entries), names.plain(row.name)
    way = "".join(names.plain(each.name) for each in above[:1] if each.kind != UnitKind.GROUP)
    pieces = names.syllables(name)
    tokens = (
        "".join(f"{c}{p} " for c, p in zip(name, pieces, strict=True)) if len(pieces) == len(name) else ""
    )
    book.entries.append(_Entry(row.id, name, names.ending_of(name), way, tokens))
    book.pinyin.append(names.full_pinyin(name))
    spellings = _spellings(row, name, book.county)
    for key, score in spellings.items():
        book.exact[key].append((n, score))
    for town in above:
        book.below[town.id] |= 1 << n
    for sound in {names.folded(piece) for piece in (*names.syllables(way), *pieces)}:
        book.sounds[sound] |= 1 << n
    for letter in {piece[0] for piece in pieces}:
        book.first_letters[letter] |= 1 << n
    return [(key, n) for key in spellings]


def _spellings(row: _Row, name: str, counties: list[str]) -> dict[str, float]:
    """Every way to write the unit's own name, with the score of writing it so."""
    ways = {name: EXACT}
    for county in counties:
        if name.startswith(county) and len(name) - len(county) > 1:
            ways.setdefault(name := name.removeprefix(county), ALIAS)
    base = name.removesuffix(names.ending_of(name))
    for key, score in (
        *((names.plain(alias), ALIAS) for alias in row.aliases),
        *((short, USUAL) for short in names.short_names(name)),
        (base, BASE),
    ):
        ways.setdefault(key, score)
    pieces = names.syllables(name)
    for key, score in [*ways.items()]:
        if names.has_han(key):
            begins = name.startswith(key) and len(pieces) == len(name)
            sounds = pieces[: len(key)] if begins else names.syllables(key)
            ways.setdefault(names.folded("".join(sounds)), PINYIN + (score - BASE) / 4)
            if len(key) > 1:
                ways.setdefault("".join(sound[0] for sound in sounds), INITIALS + (score - BASE) / 4)
    return {key: score for key, score in ways.items() if key}


def _readings(book: _Book, typed: str) -> list[_Reading]:
    """The text as it stands; without “我是…的”; without the county's name; as a town followed by a village."""
    if not typed:
        return []
    whole = {typed: 0.0}
    if len(bare := _AFTER.sub("", _FILLER.sub("", typed))) > 1:
        whole.setdefault(bare, 1.0)
    for text, less in [*whole.items()]:
        for county in book.county:
            if text.startswith(county) and len(text) - len(county) > 1:
                whole.setdefault(text[len(county) :], less + 0.5)
        if len(rest := names.COUNTY_PREFIX.sub("", text)) < len(text):
            whole.setdefault(rest, less + 1.0)
    readings = [_Reading(text[:LONGEST], less=less) for text, less in whole.items()]
    return readings + [part for whole_text in readings for part in _town_first(book, whole_text)]


def _town_first(book: _Book, reading: _Reading) -> Iterator[_Reading]:
    typed = reading.typed
    for cut in range(2, len(typed)):
        among = book.above.get(typed[:cut]) or book.above.get(names.folded(typed[:cut]))
        if among:
            yield _Reading(typed[cut:], among, reading.less)


def _score(book: _Book, reading: _Reading, best: _Best) -> None:
    if len(reading.typed) == 1 and reading.among == -1 and not names.has_han(reading.typed):
        return
    ways = (_exactly, _in_part, _same_sound, _skipping, _half_letters, _mistyped)
    for way in ways:
        for entry, score in way(book, reading):
            if reading.among >> entry & 1:
                best.note(entry, score - reading.less)
        if best.top >= GOOD and way not in (_exactly,):
            return


Found = Iterable[tuple[int, float]]


def _exactly(book: _Book, reading: _Reading) -> Found:
    """The name, a short name, either without its ending or with another one, in characters or pinyin."""
    typed = reading.typed
    yield from book.exact.get(typed, ())
    if typed.isascii():
        yield from book.exact.get(names.folded(typed), ())
        return
    ending = names.ending_of(typed)
    for entry, score in book.exact.get(typed.removesuffix(ending), ()) if ending else ():
        own = book.entries[entry].ending
        alike = own == ending or {own, ending} <= set(names.VILLAGE_ENDINGS) - {"小区"}
        yield entry, min(score, OTHER_ENDING if alike else OTHER_ENDING - 8) if own != ending else score - 1


def _in_part(book: _Book, reading: _Reading) -> Found:
    """The text is a part of a spelling; the more of it, and at its beginning, the better."""
    typed = reading.typed
    wanted = names.folded(typed) if typed.isascii() else typed
    at, count, most = book.blob.find(wanted), 0, MANY if reading.among == -1 else 5 * MANY
    while at >= 0 and count < most:
        key = bisect_right(book.starts, at) - 1
        begins = book.starts[key] == at
        end = book.starts[key + 1] - 1 if key + 1 < len(book.starts) else len(book.blob)
        share = len(wanted) / (end - book.starts[key])
        yield book.owners[key], PART + 12 * share + (2.5 if begins else 0)
        at, count = book.blob.find(wanted, at + 1), count + 1


def _same_sound(book: _Book, reading: _Reading) -> Found:
    """Other characters with the same sound: 冬风 for 东风."""
    if not names.has_han(reading.typed) or len(reading.typed) < 2:
        return
    sound = names.full_pinyin(reading.typed)
    for entry, score in book.exact.get(sound, ()):
        yield entry, SAME_SOUND + (score - PINYIN)
    ending = names.ending_of(reading.typed)
    if ending:
        for entry, _ in book.exact.get(names.full_pinyin(reading.typed.removesuffix(ending)), ()):
            yield entry, SAME_SOUND - 2
    for entry, score in _in_part(book, _Reading(sound)):
        yield entry, score - 4


def _skipping(book: _Book, reading: _Reading) -> Found:
    """Characters of the name in their order, others left out: 住建局."""
    typed = reading.typed
    if len(typed) < 2 or not names.has_han(typed):
        return
    for entry in _bits(_all_of(book, names.syllables(typed)) & _among(book, reading)):
        own = book.entries[entry]
        if names.is_subsequence(typed, own.name):
            yield entry, SUBSEQUENCE + 16 * len(typed) / len(own.name) + 4 * (typed[0] == own.name[0])
        elif names.is_subsequence(typed, own.way + own.name):
            yield entry, SUBSEQUENCE + 14 * len(typed) / len(own.way + own.name)


def _half_letters(book: _Book, reading: _Reading) -> Found:
    """Letters for whole or begun syllables, mixed with characters: minz局, mzju."""
    typed = reading.typed
    if len(typed) < 2 or not _LETTERS.search(typed):
        return
    bits = _among(book, reading)
    for run in _LETTERS.findall(typed):
        bits &= book.first_letters.get(run[0], 0)
    for character in typed:
        if names.has_han(character):
            bits &= book.sounds.get(names.full_pinyin(character), 0)
    pattern = re.compile(_half_letters_pattern(typed))
    for entry in _bits(bits, 4 * MANY):
        found = pattern.search(book.entries[entry].tokens)
        if found:
            share = found[0].count(" ") / max(1, len(book.entries[entry].name))
            yield entry, MIXED + 12 * share + (3 if found.start() == 0 else 0)


def _half_letters_pattern(typed: str) -> str:
    pieces = []
    for piece in re.findall(r"[a-z]+|.", typed):
        if names.has_han(piece) or not piece.isalpha():
            pieces.append(f"{re.escape(piece)}[a-z0-9]* ")
        else:
            pieces.append("[^a-z ]" + "(?:[a-z]* [^a-z ])?".join(piece) + "[a-z]* ")
    return "".join(pieces)


def _mistyped(book: _Book, reading: _Reading) -> Found:
    """One character or sound wrong, missing or too many."""
    typed = reading.typed
    if len(typed) < 2:
        return
    if typed.isascii():
        yield from _mistyped_letters(book, typed)
        return
    sound = names.full_pinyin(typed)
    for entry in _bits(_all_but_one(book, names.syllables(typed)) & _among(book, reading), 2 * MANY):
        own = book.entries[entry]
        written = max(fuzz.ratio(typed, own.name), fuzz.ratio(typed, own.way + own.name))
        heard = fuzz.ratio(sound, book.pinyin[entry])
        yield entry, 0.86 * max(written, 0.9 * heard)


def _mistyped_letters(book: _Book, typed: str) -> Found:
    if len(typed) < 5:
        return
    near = process.extract(names.folded(typed), book.pinyin, scorer=fuzz.ratio, score_cutoff=75, limit=MANY)
    for _, heard, entry in near:
        yield entry, 0.86 * heard


def _among(book: _Book, reading: _Reading) -> int:
    return (1 << len(book.entries)) - 1 & reading.among


def _all_of(book: _Book, sounds: Iterable[str]) -> int:
    bits = -1
    for sound in sounds:
        bits &= book.sounds.get(names.folded(sound), 0)
    return bits


def _all_but_one(book: _Book, sounds: Iterable[str]) -> int:
    """Entries that have every sound, or every one but one."""
    whole, lacking_one = -1, 0
    for sound in sounds:
        held = book.sounds.get(names.folded(sound), 0)
        lacking_one = lacking_one & held | whole & ~held
        whole &= held
    return whole | lacking_one


def _bits(bits: int, most: int = 2 * MANY) -> Iterator[int]:
    """The positions of the ones, lowest first, at most `most`; a negative number means nothing was asked."""
    while bits > 0 and most:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low
        most -= 1
