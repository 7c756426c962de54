"""How a message is read for an emergency: as said, as it really happened, and as kinds of words in their order.

Slips of the pen are mended; what is not real (“如果被骗了”, other people's stories) and what was not done (“还没转”,
“他让我转账”) is cut out; words are put into kinds (kin, pay, key, done, not …: `emergency_terms.tsv`), each one private
character, so that a way of speaking met once is known with other words in it.
"""

import re
from collections.abc import Iterable
from itertools import pairwise, product
from pathlib import Path
from typing import NamedTuple

import ahocorasick

from bot.content.emergency_vocabulary import UNDONE, UNREAL, UNREAL_CLAUSES, UNREAL_STARTS
from bot.content.fold import LIMIT, fold

TERMS = Path(__file__).parent / "library" / "emergency_terms.tsv"
"""A line for each kind: its name, a tab, its words. Kinds are ours; editors do not change them."""

CUT = "□"
_MISSPELT = (
    "帐>账 被片>被骗 倍骗>被骗 被扁了>被骗了 片子>骗子 诈片>诈骗 pian子>骗子 beipian>被骗 zhang>账 骗qian>骗钱"
    " 打qian>打钱 验正码>验证码 yzm>验证码 己经>已经 汇宽>汇款 咗>了 啲>的 唔>不 畀>给 俾>给 呃我>骗我 上档了>上当了"
)
_SLIPS = [slip.split(">") for slip in _MISSPELT.split()]
_TAIL = 300
_FIGURE = re.compile(
    r"[0-9][0-9.]*[多来几万千百wk块元毛]*(?:美[金元])?钱?"
    r"|[一二两三四五六七八九十百千万几半]*[十百千万][一二两三四五六七八九十百千万几半多来]*(?:块|元|美[金元])?钱?"
    r"|[一二两三四五六七八九几半][块毛元]钱?"
)
_SUM = re.compile("[万千百wk元块]|[0-9]{3}")
_MOBILE = re.compile(r"(?<![0-9.])(?:86)?1[3-9][0-9]{9}(?![0-9.])")
_CALL = "#"  # a mobile number is no sum of money, whatever its digits; folded text holds no such sign


_FIRST_KIND = 0xE001  # private characters; folded text holds none
_FARTHEST = 7


class Reading(NamedTuple):
    """A message as read. Every kind of word is one character; pairs are of kinds and the edges `^` and `$`."""

    said: str
    happened: str
    words: str
    near: set[tuple[str, str]]  # in one clause, with something between
    after: set[tuple[str, str]]  # in a clause and in the next
    edge: set[tuple[str, str]]  # of the first and of the last clause, and how long it all is


def _either(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


def _read_kinds() -> dict[str, str]:
    lines = (line.split("\t") for line in TERMS.read_text("utf-8").splitlines())
    return {word: kind for kind, words in lines for word in words.split()}


def _automaton() -> ahocorasick.Automaton:
    finder = ahocorasick.Automaton()
    for word, kind in _KIND_OF.items():
        finder.add_word(word, (len(word), _SIGN[kind]))
    finder.make_automaton()
    return finder


_UNREAL = (
    re.compile(f"(?=[{UNREAL_STARTS}])(?:{'|'.join(UNREAL)})"),
    re.compile(f"(?:^|(?<=[,?]))(?:{'|'.join(UNREAL_CLAUSES)})"),
)
_UNDONE = _either(UNDONE)
_KIND_OF = _read_kinds()
_SIGN = {kind: chr(_FIRST_KIND + at) for at, kind in enumerate(sorted({*_KIND_OF.values(), "sum", "number"}))}
_NAME = {sign: f"<{kind}>" for kind, sign in _SIGN.items()}
_TOLD = {name: sign for sign, name in _NAME.items()}
_FINDER = _automaton()
_CHARACTERS = re.compile(f"[^{chr(_FIRST_KIND)}-{chr(_FIRST_KIND + len(_SIGN))},?^$]+")


def reading_of(text: str, folded: str | None = None) -> Reading:
    """How `text`, which is raw, is read; `folded` is `fold(text)` where the caller has it."""
    said = _mended(text, folded)
    words = f"^{_in_kinds(said)}$"
    clauses = _CHARACTERS.sub("", words).replace("?", ",").split(",")
    near: set[tuple[str, str]] = set()
    after: set[tuple[str, str]] = set()
    for clause in clauses:
        for distance in range(2, min(_FARTHEST + 1, len(clause))):
            near.update(zip(clause, clause[distance:], strict=False))
    for one, other in pairwise(map(set, clauses)):
        after.update(product(one, other))
    edge = {("first", word) for word in clauses[0]} | {("last", word) for word in clauses[-1]}
    edge |= {("clauses", str(min(len(clauses), 4))), ("words", str(min(len(words) // 3, 8)))}
    if "?" in said:
        edge.add(("asked", "?"))
    return Reading(f"^{said}$", f"^{_without_unreal(said)}$", words, near, after, edge)


def what_happened(text: str) -> str:
    """`text` folded, with what is not real or not done cut out."""
    return _without_unreal(_mended(text, None))


def words_of(said: str) -> list[str]:
    """`said` (folded) as kinds of words, longest word first; what belongs to no kind stays as characters."""
    return named(_in_kinds(said))


def named(words: Iterable[str]) -> list[str]:
    """The kinds by their names, as the table of points spells them."""
    return [_NAME.get(word, word) for word in words]


def signed(names: Iterable[str]) -> str:
    """The other way round."""
    return "".join(_TOLD.get(name, name) for name in names)


def _in_kinds(said: str) -> str:
    said = _FIGURE.sub(_figure, said)
    longest = {}
    for end, (length, sign) in _FINDER.iter(said):  # of words that begin together the longest is found last
        longest[end + 1 - length] = end + 1, sign
    parts: list[str] = []
    place = 0
    for start in sorted(longest):
        if start >= place:
            end, sign = longest[start]
            parts += said[place:start], sign
            place = end
    return "".join([*parts, said[place:]])


def _figure(found: re.Match[str]) -> str:
    return _SIGN["sum" if _SUM.search(found[0]) else "number"]


def _mended(text: str, folded: str | None) -> str:
    """Folded, slips corrected, mobile numbers made one sign; of a long message the beginning and the end are read."""
    said = fold(text) if folded is None else folded
    if len(text) > LIMIT:
        said = f"{said},{fold(text[-_TAIL:])}"
    for slip, meant in _SLIPS:
        if slip in said:
            said = said.replace(slip, meant)
    return _MOBILE.sub(_CALL, said)


def _without_unreal(said: str) -> str:
    for pattern in _UNREAL:
        said = pattern.sub(CUT, said)
    return _UNDONE.sub(CUT, said)
