"""What a person typed, made comparable: half-width, simplified, without blanks, punctuation and emoji."""

import re

from bot.content.library import key_of

_NUMBER = re.compile(r"(?:我?选|第|回复|看|点|像)?第?(\d{1,2})(?:号|个|项|条|吧)*[,.)、]*")
_ONES = ["", *"一二三四五六七八九"]
_TENS = ["", "十", *(f"{digit}十" for digit in _ONES[2:])]
_CHINESE = {
    tens + ones: 10 * ten + one
    for ten, tens in enumerate(_TENS)
    for one, ones in enumerate(_ONES)
    if tens + ones
}


def plain(text: str) -> str:
    """`１。`, `①` and ` 1、` are all `1`; `登記😀` is `登记`."""
    return bare(key_of(text))


def bare(key: str) -> str:
    """A key without the marks around it."""
    return key.strip(".。、)）(（:：;；!~-")


def number_in(typed: str) -> int | None:
    """The number a person answered with (`2`, `选2`, `2号`, `第二个`), or None. `typed` is plain."""
    found = _NUMBER.fullmatch(typed)
    if found:
        return int(found[1])
    return _CHINESE.get(typed.removeprefix("像").removeprefix("第").removesuffix("个"))
