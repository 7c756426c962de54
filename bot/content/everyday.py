"""Whether words are of every day: an alias names its type wherever it stands in a message, so it must not be one."""

from functools import cache

from bot.content.corpus import ordinary
from bot.content.library import key_of

OFTEN = 5
"""An alias that so many ordinary messages contain says nothing of fraud; of those shipped none is in more than four."""
GREETINGS = frozenset(
    map(key_of, ("你好", "您好", "在吗", "谢谢", "早上好", "晚上好", "好的", "收到", "请问", "怎么办"))
)


def said_every_day(text: str) -> str:
    """Why `text` cannot be an alias, with an example of whom it would alarm; "" when it can."""
    key = key_of(text)
    # one search through all of them first: nearly every word of fifty thousand in a file stands in none
    held = [said for said, folded in _everyday() if key in folded] if key and key in _all() else []
    if key not in GREETINGS and len(held) < OFTEN:
        return ""
    example = f"（比如“{held[0]}”）" if held else ""
    return (
        f"“{text.strip()}”平常说话也常用{example}，作了线索词会把平常的话认成诈骗。请写长一点，或写成群众问法"
    )


@cache
def _everyday() -> list[tuple[str, str]]:
    return [(line, key_of(line)) for line in ordinary()]


@cache
def _all() -> str:
    return "\n".join(folded for _, folded in _everyday())
