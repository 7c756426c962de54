"""Is someone losing money right now? Decides, from words alone, whether the first-minutes card must come first.

The strings of a message (`emergency_reading`) have points (`emergency_points`), weighed over our own wording set by
`emergency_words`; their sum leans to an emergency or away from it. A few sentences are certain either way. Nothing is
asked of a database or a fitted model of the library: it answers when everything else is away.
"""

import re

from bot.content.emergency_points import read_points
from bot.content.emergency_reading import reading_of
from bot.content.fold import fold

LEAST = -0.1
"""A leaning above it is an emergency: a card too many costs a glance, a card too few a family's savings."""
_PINYIN = re.compile(
    r"(?:bei|zao|rang ?ren) ?(?:pian|zha ?pian)(?! ?ma)|zhuan ?(?:zhang|qian)? ?(?:gei ?(?:pian|ta)|le)"
    r"|yan ?zheng ?ma.{0,6}gei ?(?:le|ta)|gao ?su ?ta ?(?:mi ?ma|yan)|pian ?le ?wo"
)
_ASKED_FOR = frozenset(("确认注销", "确定注销"))
"""What the chat itself asks people to type, near to what the cheated write (“确认转账”)."""
_POINTS = read_points()


def is_emergency(text: str, folded: str | None = None) -> bool:
    """Whether the writer or their family paid, is paying, gave away a code, card, face or screen, is being
    blackmailed, or asks what to do having been cheated (border cases: docs/decisions/0006). `text` is raw; neither
    database nor model is needed. `folded` is `fold(text)` where the caller has it.
    """
    if not any(map(str.isalpha, text)):  # figures alone are an answer to what the chat asked
        return False
    folded = fold(text) if folded is None else folded
    if folded.strip(",.?") in _ASKED_FOR:
        return False
    return leaning(text, folded) > LEAST or bool(_PINYIN.search(text.lower()))


def leaning(text: str, folded: str | None = None) -> float:
    """The points of the strings together, evened out over the length of each view."""
    return _POINTS.leaning(reading_of(text, folded))


def what_decided(text: str, most: int = 5) -> list[tuple[str, float]]:
    """The strings that weigh most in `text`, with their points evened out: for an editor who asks why."""
    return sorted(_POINTS.weighed(reading_of(text)), key=lambda pair: -abs(pair[1]))[:most]
