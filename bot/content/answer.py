"""What the chat says about a fraud: judge a message once, then put the card into a few short lines."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.content.cards import TOPIC, Card, listed, type_list
from bot.content.emergency import is_emergency
from bot.content.library import key_of
from bot.content.matcher import Match, Matcher

LIMIT = 2_000
"""Bytes of UTF-8 in one passive text reply (WeChat docs, passive user replies)."""
USEFUL = ("有用", "useful")
USELESS = ("没用", "useless")
PAID = ("我已经转账了", "paid")
SAFE_RULE = "不转账、不给验证码、不共享屏幕、不点链接，先停一停。"
_MARKUP = str.maketrans({"<": "＜", ">": "＞", '"': "”", "&": "＆"})
_LIST_NAMES = frozenset(
    map(key_of, ("骗局大全", "诈骗大全", "骗局", "查骗局", "全部骗局", "骗局列表", "诈骗类型", "目录"))
)


@dataclass(frozen=True, slots=True)
class Judged:
    """A message, judged once: is somebody losing money now, and what is it about."""

    emergency: bool
    match: Match
    key: str
    """The spelling its words are compared in (`key_of`)."""


def judge(text: str, matcher: Matcher, *, emergency: bool | None = None) -> Judged:
    """The one path from a resident's words to a judgement; chat, command line and test bench all take it.

    `emergency` is what `is_emergency(text)` said where the caller has asked it already.
    """
    key = key_of(text)
    return Judged(is_emergency(text) if emergency is None else emergency, matcher.find(text, key), key)


def tap(label: str, menu_id: str) -> str:
    """A link that sends `label` back when touched (WeChat docs, msgmenu links in text messages)."""
    label = label.translate(_MARKUP)
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={label}&msgmenuid={menu_id}">{label}</a>'


def render_card(card: Card, match: Match | None, limit_bytes: int = LIMIT) -> str:
    """The card as chat text of at most `limit_bytes` bytes: what it is, what to do now, why, how, signs, a case.

    `match` is None when the resident opened the card by name. What matters least is left out when there is no room.
    """
    head = [_verdict(card, match), *_numbered("现在这样做", card.actions)]
    tail = ["", " · ".join(tap(*item) for item in (USEFUL, USELESS, PAID))] if not card.topic else []
    room = limit_bytes - _bytes([*head, *tail])
    kept = _fitting(_optional(card, match), room)
    return "\n".join([*head, *kept, *tail])


def _verdict(card: Card, match: Match | None) -> str:
    if card.kind == TOPIC or match is None:
        return f"【{card.name}】{card.summary}"
    how_sure = "很像" if match.sure else "可能是"
    because = "、".join(f"“{_clean(word)}”" for word in match.because)
    why = f"因为您提到{because}。" if because else ""
    named = "" if card.name.endswith(("诈骗", "骗局")) else "诈骗"
    return f"这{how_sure}【{card.name}】{named}。{why}\n{card.summary}"


def _clean(word: str) -> str:
    return " ".join(word.split())[:20].replace("<", "＜")


def _optional(card: Card, match: Match | None) -> list[list[str]]:
    """Blocks in the order they are read, each left out whole when there is no room."""
    heading = "怎么办理" if card.topic else "骗子怎么骗"
    story = card.story(match.case_id) if match else None
    return [
        _numbered(heading, card.steps[:3]),
        _dotted("留意这些信号", card.signs),
        ["", "【有人遇到过】" + story.title, story.text] if story else [],
        ["", card.note] if card.note else [],
    ]


def _numbered(heading: str, lines: Iterable[str]) -> list[str]:
    return ["", f"【{heading}】", *[f"{number}. {line}" for number, line in enumerate(lines, 1)]]


def _dotted(heading: str, lines: tuple[str, ...]) -> list[str]:
    return ["", f"【{heading}】", *[f"· {line}" for line in lines]] if lines else []


def _bytes(lines: list[str]) -> int:
    return sum(len(line.encode()) + 1 for line in lines)


def _fitting(blocks: list[list[str]], room: int) -> list[str]:
    kept: list[str] = []
    for block in blocks:
        if _bytes(block) <= room:
            kept += block
            room -= _bytes(block)
    return kept


def render_choice(cards: Iterable[Card]) -> str:
    """Two or three likely types to choose from; a touch sends the type's name back."""
    lines = [f"{SAFE_RULE}您说的可能是下面几种，点一下看怎么识破："]
    lines += [f"· {tap(card.name, f'open-{card.code}')}——{card.summary}" for card in cards]
    return "\n".join([*lines, "", f"都不像？把对方的原话发给我，或拨打96110问一问。{tap(*PAID)}"])


def render_none() -> str:
    """For a message nothing in the library is like: the safe rule, who to ask, what to send next."""
    return "\n".join(
        [
            f"我还没见过这种说法。拿不准时：{SAFE_RULE}",
            "请拨打96110问一问；已经转了钱，马上拨打110。",
            "也可以把对方的原话发给我，我再帮您看看。",
            f"{tap('骗局大全', 'list')} · {tap(*PAID)}",
        ]
    )


def choice_of(match: Match, cards: Mapping[str, Card]) -> list[Card]:
    """The cards a choice offers: the three best, without those far behind the first."""
    near = [
        code for code, score in zip(match.types, match.scores, strict=False) if score > match.scores[0] - 1
    ]
    return [cards[code] for code in dict.fromkeys(near) if code in cards]


def open_by_name(key: str, matcher: Matcher) -> Card | None:
    """The card a short message names: the type's name, another name of it, or its number in the list."""
    if key.isdecimal() and len(key) < 4:
        held = listed(matcher.cards)
        return held[int(key) - 1] if 0 < int(key) <= len(held) else None
    return matcher.named(key)


def asks_for_list(key: str) -> bool:
    """Whether the resident asks for the list of types."""
    return key in _LIST_NAMES


def render_list(matcher: Matcher) -> str:
    """The numbered list, or the safe rule when the library is empty."""
    return type_list(matcher.cards) if matcher.cards else render_none()
