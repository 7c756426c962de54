"""Which words of a message speak most for a type, where no telling word of the library explains the answer."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from bot.content.hits import Hit
from bot.content.library import key_of

LONGEST = 8
"""Characters of what is named: a few words, not the sentence."""
_SHARE = 0.6  # a second place must say so much of what the first says
_FIRST = frozenset("交买卖填取加领改赔退借寄扫刷返送收贷赌查租存")
_LAST = frozenset("钱卡码票费款单账")
"""Characters that may begin or end what is named; any other says little by itself."""
_EMPTY = frozenset((
    "有人", "对方", "骗局", "诈骗", "骗子", "骗人", "被骗", "是不是", "现在", "后来", "自己", "已经", "可以", "怎么", "什么",
    "人家", "真的", "来说", "一个", "我们", "你们", "他们", "说出", "网上",
))  # fmt: skip
"""Words that explain nothing at an edge."""


def mentions(telling: Iterable[tuple[str, float]], words: Sequence[str], folded: str) -> list[str]:
    """One or two places of `folded`, in order: the words that add most to a score; [] where none stands out.

    `telling` is what each piece of characters, word and pair of words adds.
    """
    credit = _above_average(_credit(telling, folded))
    places = sorted(_places(list(_tokens(words, folded)), folded), key=lambda place: -_sum(credit, place))
    if not places or _sum(credit, places[0]) <= 0:
        return []
    first = places[0]
    apart = [place for place in places if place[1] < first[0] or place[0] > first[1]]
    enough = _SHARE * _sum(credit, first)
    return [
        folded[start:end]
        for start, end in sorted([first, *[place for place in apart[:1] if _sum(credit, place) >= enough]])
    ]


Place = tuple[int, int]


def _tokens(words: Iterable[str], folded: str) -> Iterator[Place]:
    """Where each word of `folded` stands; what lies between them goes by characters."""
    at = 0
    for word in words:
        found = folded.find(word, at)
        if found >= 0:
            yield from ((place, place + 1) for place in range(at, found))
            yield found, found + len(word)
            at = found + len(word)
    yield from ((place, place + 1) for place in range(at, len(folded)))


def _places(tokens: Sequence[Place], folded: str) -> Iterator[Place]:
    """Neighbouring tokens that could be named: within a clause, without empty words at the edges."""
    for first, (start, _) in enumerate(tokens):
        for last in range(first, len(tokens)):
            end = tokens[last][1]
            if end - start > LONGEST:
                break
            said = folded[start:end]
            begins, ends = folded[slice(*tokens[first])], folded[slice(*tokens[last])]
            if end - start > 1 and said.isalpha() and _fits(begins, _FIRST) and _fits(ends, _LAST):
                yield start, end


def _fits(word: str, alone: frozenset[str]) -> bool:
    return word in alone if len(word) == 1 else word not in _EMPTY


def _credit(telling: Iterable[tuple[str, float]], folded: str) -> list[float]:
    """What the pieces add, shared out among the characters where each stands first."""
    credit = [0.0] * len(folded)
    for part, added in telling:
        whole = part.replace(" ", "").strip("\n")
        said = [whole] if whole in folded else part.split(" ")
        length = len(whole)
        for piece in said:
            start = folded.find(piece) if piece else -1
            for place in range(start, start + len(piece)) if start >= 0 else ():
                credit[place] += added / length
    return credit


def _above_average(credit: Sequence[float]) -> list[float]:
    """So that a longer place is not better for being longer."""
    average = sum(credit) / len(credit) if credit else 0.0
    return [each - average for each in credit]


def _sum(credit: Sequence[float], place: Place) -> float:
    return sum(credit[place[0] : place[1]])


def as_written(text: str, key: str, hit: Hit) -> str:
    """The resident's own spelling of a hit in the `key` of `text`, found by folding one character at a time."""
    if hit.text in text:
        return hit.text
    places = [at for at, character in enumerate(text) for _ in _key_of_one(character)]
    letters = "".join(map(_key_of_one, text))
    if letters[hit.start : hit.end] != key[hit.start : hit.end]:
        return hit.text
    return text[places[hit.start] : places[hit.end - 1] + 1]


@lru_cache(maxsize=30_000)
def _key_of_one(character: str) -> str:
    return key_of(character)
