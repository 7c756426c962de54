"""One spelling for every text: what residents type and what editors write meet in the same form."""

import re
import unicodedata

from opencc import OpenCC

LIMIT = 500
"""Characters kept; a scam is named in far fewer, and every later step costs time per character."""

LINK = "@"
"""What a web address becomes when digits are masked; nothing else folds to this character."""

_RAW_LIMIT = 4 * LIMIT
_TO_SIMPLIFIED = OpenCC("t2s")
_HAN = [chr(code) for code in range(0x3400, 0xA000)]
_SYMBOL_PLANES = (range(0x20000), range(0xE0000, 0xE1000))  # beyond and between them live letters, or nothing
_LINK_HOLDER = "\ue000"  # a private character that stands for a link until all other symbols are gone


def _traditional() -> re.Pattern[str]:
    """A character the converter changes even when it stands alone."""
    simplified = _TO_SIMPLIFIED.convert("\n".join(_HAN)).split("\n")
    return re.compile(f"[{''.join(old for old, new in zip(_HAN, simplified, strict=True) if old != new)}]")


def _marks() -> dict[int, str | None]:
    """For str.translate: an end of a clause becomes a comma; what is neither letter nor digit goes."""
    table: dict[int, str | None] = {
        code: None for plane in _SYMBOL_PLANES for code in plane if not chr(code).isalnum()
    }
    ends = {ord(mark): "," for mark in ",.。、;!…~\n"}
    return table | ends | {ord("?"): "?", ord(_LINK_HOLDER): LINK}


_TRADITIONAL = _traditional()
_MARKS = _marks()
_LINK = re.compile(
    r"(?:https?:/{0,2}|www\.)[\w.\-/?=&%#:+~]+"
    r"|\b(?:[a-z0-9\-]{1,63}\.){1,4}(?:com|cn|net|org|top|xyz|cc|vip)\b(?:/[\w.\-/?=&%#:+~]*)?",
    re.ASCII,
)
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_DECIMAL = re.compile(r"(?<=\d)\.(?=\d)")
_DOUBLED = re.compile(r"[,?]{2,}")
_DIGITS = re.compile(r"\d+(?:\.\d+)*")


def fold(text: str, *, mask_digits: bool = False) -> str:
    """Return at most 500 characters: simplified, lower case, half width, no spaces, emoji or quotes.

    Of the punctuation only `,` (any end of a clause), `?` and the point inside a number stay. Digits are
    kept, unless `mask_digits`: then a run of them is `0` and a web address `@`, as texts are compared.
    """
    plain = _plain(text)
    return _masked(plain) if mask_digits else _without_symbols(plain)[:LIMIT]


def fold_both(text: str) -> tuple[str, str]:
    """`fold(text)` and `fold(text, mask_digits=True)` for little more than the time of one."""
    plain = _plain(text)
    bare = _without_symbols(plain)
    return bare[:LIMIT], _masked(plain) if "." in plain else _DIGITS.sub("0", bare)[:LIMIT]


def _plain(text: str) -> str:
    plain = _half_width(text[:_RAW_LIMIT]).lower().replace(_LINK_HOLDER, "")
    if _TRADITIONAL.search(plain):
        plain = _TO_SIMPLIFIED.convert(plain.encode("utf-8", "ignore").decode("utf-8"))  # no lone surrogates
    return plain


def _masked(plain: str) -> str:
    held = _LINK.sub(_LINK_HOLDER, plain) if "." in plain else plain
    return _DIGITS.sub("0", _without_symbols(held))[:LIMIT]


def _half_width(text: str) -> str:
    # the marks of nearly every message go first: most texts are normal without them
    return unicodedata.normalize("NFKC", text.replace("，", ",").replace("？", "?").replace("！", "!"))


def _without_symbols(text: str) -> str:
    text = _THOUSANDS.sub("", text) if "," in text else text
    parts = _DECIMAL.split(text) if "." in text else [text]
    return _DOUBLED.sub(_one_mark, ".".join([part.translate(_MARKS) for part in parts])).strip(",")


def _one_mark(run: re.Match[str]) -> str:
    return "?" if "?" in run[0] else ","
