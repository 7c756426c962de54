"""What the chat says about a fraud: judge a message once, then put the card into a few short lines."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.content.cards import TOPIC, Card, listed, type_list
from bot.content.emergency import is_emergency
from bot.content.library import key_of, spellings
from bot.content.matcher import Match, Matcher

LIMIT = 2_000
"""Bytes of UTF-8 in one passive text reply (WeChat docs, passive user replies)."""
SHORT = 260
"""Characters of a card before what can be tapped: about one screen of a phone."""
USEFUL = ("有用", "useful")
USELESS = ("没用", "useless")
PAID = ("我已经转账了", "paid")
TELL = ("告诉我", "tell-me")
SAFE_RULE = "不转账、不给验证码、不共享屏幕、不点链接，先停一停。"
_STORY_LEAST = 24  # characters of a case that still tell something
_BEGUN_LEAST = 8  # characters of its beginning
_ENDS = "。！？"
_OFFERED = re.compile(r"msgmenuid=open-([\w-]+)")
_SENTENCE = re.compile(r"[^。！？]*[。！？]+[”’]*|[^。！？]+$")
_MARKUP = str.maketrans({"<": "＜", ">": "＞", '"': "”", "&": "＆"})
_NO_LINK = str.maketrans({"<": "＜", ">": "＞"})
"""The office's words are never read as markup."""
_LIST_NAMES = frozenset(map(key_of, (
    "骗局大全", "诈骗大全", "骗局", "查骗局", "全部骗局", "骗局列表", "诈骗类型", "目录", "诈骗", "网络诈骗", "电信诈骗",
    "电信网络诈骗", "电诈",
)))  # fmt: skip


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
    spelt = spellings(text)
    urgent = is_emergency(text, spelt.folded) if emergency is None else emergency
    return Judged(urgent, matcher.find(text, spelt), spelt.key)


def tap(label: str, menu_id: str) -> str:
    """A link that sends `label` back when touched (WeChat docs, msgmenu links in text messages)."""
    label = label.translate(_MARKUP)
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={label}&msgmenuid={menu_id}">{label}</a>'


def render_card(card: Card, match: Match | None, limit_bytes: int = LIMIT, site: str = "") -> str:
    """The card as chat text: what it is and why, what to do now, how it works, signs, a short case; then the taps.

    At most `limit_bytes` bytes, and `SHORT` characters before the taps: what matters least is left out or cut at the
    end of a sentence. `match` is None when the resident opened the card by name. `site` is where the full page is.
    """
    head = [_verdict(card, match), "【现在这样做】" + in_a_row(card.actions[:2])]
    tail = _tail(card, site)
    room = min(SHORT - 1 - _length(head), (limit_bytes - _bytes([*head, *tail])) // 3)
    said = "\n".join([*head, *_fitting(card, match, room)]).translate(_NO_LINK)
    return "\n".join([said, *tail])


def _verdict(card: Card, match: Match | None) -> str:
    if card.kind == TOPIC or match is None:
        return f"【{card.name}】{card.summary}"
    return f"这{how_sure(match)}{named(card)}。{_because(match)}"


def in_a_row(lines: Iterable[str]) -> str:
    """Lines of a list as sentences of one paragraph."""
    return "".join(line if line.endswith(tuple(_ENDS)) else f"{line}。" for line in lines)


def how_sure(match: Match) -> str:
    return "很像" if match.sure else "可能是"


def named(card: Card) -> str:
    """The type's name as it stands in a sentence."""
    return f"【{card.name}】" + ("" if card.topic or card.name.endswith(("诈骗", "骗局")) else "诈骗")


def _because(match: Match) -> str:
    because = "、".join(f"“{_clean(word)}”" for word in match.because)
    return f"因为您提到{because}。" if because else ""


def _clean(word: str) -> str:
    return " ".join(word.split())[:20].replace("<", "＜")


def _tail(card: Card, site: str) -> list[str]:
    """What can be tapped; the verdicts carry the type, so that a tap on an older card is not taken for the last one."""
    taps = [tap(label, f"{name}-{card.code}") for label, name in (USEFUL, USELESS)]
    whole = [f'<a href="{page_address(site, card.code)}">看全部</a>'] if site else []
    shown = whole if card.topic else [*taps, tap(*PAID), *whole]
    return ["", " · ".join(shown)] if shown else []


def page_address(site: str, code: str) -> str:
    """Where the full card stands as a mobile page."""
    return f"{site.rstrip('/')}/k/{code}"


def _fitting(card: Card, match: Match | None, room: int) -> list[str]:
    """Steps, signs and a case as far as there is room for each, in this order."""
    story = card.story(match.case_id) if match else None
    kept: list[str] = []
    for block in (_steps(card, room), _signs(card)):
        if block and _length(block) <= room:
            kept += block
            room -= _length(block)
    told = shortened(story.text, room - len(_STORY) - 1) if story else ""
    return [*kept, _STORY + told] if len(told) >= _STORY_LEAST else kept


_STORY = "【有人遇到过】"


def _steps(card: Card, room: int) -> list[str]:
    """Three steps, or two where three leave no room for the signs."""
    heading = "【怎么办理】" if card.topic else "【骗子怎么骗】"
    three = [heading, *(f"{number}. {line}" for number, line in enumerate(card.steps[:3], 1))]
    return three if _length(three) + _length(_signs(card)) <= room else three[:3]


def _signs(card: Card) -> list[str]:
    return ["【留意这些信号】" + "；".join(card.signs[:2])] if card.signs else []


def shortened(text: str, room: int) -> str:
    """A story in at most `room` characters: how it begins and always how it ends; "" where even that does not fit.

    A story cut at its beginning would end with the bait: “投了一百，返了一百三。”
    """
    text = " ".join(text.split())
    if len(text) <= room:
        return text
    *before, ending = _SENTENCE.findall(text) or [""]
    ending = f"“{ending}" if ending.count("”") > ending.count("“") else ending
    begun = _begun(before, room - len(ending) - len("”……"))
    return f"{begun}……{ending}" if begun else ""


def _begun(sentences: Sequence[str], room: int) -> str:
    """As many whole sentences as fit, or else clauses of the first, with quotes closed."""
    kept = ""
    for sentence in sentences:
        if len(kept) + len(sentence) > room:
            break
        kept += sentence
    if not kept and sentences:
        kept = sentences[0][: max(0, sentences[0].rfind("，", 0, max(0, room)))]
    kept = kept if len(kept) >= _BEGUN_LEAST else ""
    return f"{kept}”" if kept.count("“") > kept.count("”") else kept


def _length(lines: Iterable[str]) -> int:
    return sum(len(line) + 1 for line in lines)


def _bytes(lines: list[str]) -> int:
    return sum(len(line.encode()) + 1 for line in lines)


def render_choice(cards: Iterable[Card], *, numbers: bool = True) -> str:
    """Two or three likely types to choose from; a touch sends the type's name back, and so does its number."""
    ask = (
        "可能是下面几种，点一下或回复数字，看怎么识破：" if numbers else "可能是下面几种，点一下看怎么识破："
    )
    lines = [
        f"{place if numbers else '·'} {tap(card.name, f'open-{card.code}')}：{_first_clause(card.summary).translate(_NO_LINK)}"
        for place, card in enumerate(cards, 1)
    ]
    return "\n".join(
        [ask, *lines, f"弄清以前，{SAFE_RULE}", f"都不像？把对方的原话发给我，或拨打96110。{tap(*PAID)}"]
    )


def choices_in(text: str) -> list[str]:
    """The codes of the types that `render_choice` offered in `text`, in their order."""
    return _OFFERED.findall(text)


def _first_clause(summary: str) -> str:
    return summary.partition("，")[0].strip("。") if len(summary) > 24 else summary.strip("。")


def leaning_of(match: Match, cards: Mapping[str, Card]) -> list[Card]:
    """The cards to mention beside the safe rule."""
    return [cards[code] for code in match.leans if code in cards]


def _mention(cards: Sequence[Card]) -> str:
    """What a message nobody can be sure of is a little like, to be touched and compared; "" for no cards."""
    names = "和".join(f"【{tap(card.name, f'open-{card.code}')}】" for card in cards)
    return f"有一点像{names}，点开对照看看。" if names else ""


def render_none(leans: Sequence[Card] = ()) -> str:
    """For a message nothing in the library is like: the safe rule, who to ask, what to send next, and an offer.

    What it is a little like (`leans`) is mentioned first, and called no more than that.
    """
    return "\n".join(
        [
            f"这种说法我还没见过，说不准是不是骗局。{_mention(leans)}有人跟您谈钱，先这样做：{SAFE_RULE}",
            "拿不准拨打96110；已经转了钱，马上拨打110。",
            "把对方的原话发给我，我再帮您看看。",
            f"编辑也会看到这句话。想知道答复，点 {tap(*TELL)}（或回复这三个字），只告诉您这一次。",
            f"{tap('骗局大全', 'list')} · {tap(*PAID)}",
        ]
    )


def render_ordinary() -> str:
    """For what an editor called ordinary talk: no alarm, and what would be one."""
    return (
        "这句话没看出诈骗的样子。对方要是谈钱、要验证码、要共享屏幕，先停一停，把原话再发给我，或拨打96110问一问。"
        f"\n{tap(*PAID)}"
    )


def render_same(card: Card, match: Match) -> str:
    """Further lines of the same talk change nothing: one sentence instead of the card once more."""
    return f"几句连起来看，还是{how_sure(match)}{named(card)}，照上面说的做。{tap(*PAID)}"


def render_none_again(leans: Sequence[Card] = ()) -> str:
    """Further lines of a talk that is not known yet."""
    said = f"几句连起来看，我也还没见过。{_mention(leans)}先别转账、别给验证码，拿不准拨打96110。"
    return f"{said}想知道编辑的答复，点 {tap(*TELL)}。"


def render_none_still(leans: Sequence[Card] = ()) -> str:
    """For a second question in a row that is not known: the same in short, for the whole was read a moment ago."""
    return (
        f"这一句我也还没见过，说不准是不是骗局。{_mention(leans)}{SAFE_RULE}\n把对方的原话发给我，前后几句一起；拿不准拨打96110。"
        f"想知道编辑的答复，点 {tap(*TELL)}。"
    )


def render_verdict(card: Card, match: Match | None) -> str:
    """To “这是不是诈骗” after a card: the same verdict in one sentence."""
    said = f"{how_sure(match)}{named(card)}" if match else f"就是上面说的{named(card)}"
    return (
        f"刚才那段{said}，照上面【现在这样做】的做。已经转了钱，马上拨打110；拿不准拨打96110。\n{tap(*PAID)}"
    )


def render_none_more(leans: Sequence[Card] = ()) -> str:
    """For somebody of whom as many questions wait for the editors as they take of one person."""
    return (
        f"这种说法我还没见过，说不准是不是骗局。{_mention(leans)}有人跟您谈钱，先这样做：{SAFE_RULE}\n拿不准拨打96110；已经转了钱，马上拨打110。\n"
        f"您问过的几句还在等编辑看，这一句请直接问96110。{tap(*PAID)}"
    )


def choice_of(match: Match, cards: Mapping[str, Card]) -> list[Card]:
    """The cards a choice offers: the three best, without those far behind the first."""
    near = [
        code for code, score in zip(match.types, match.scores, strict=False) if score > match.scores[0] - 1
    ]
    return [cards[code] for code in dict.fromkeys(near) if code in cards]


def open_by_name(key: str, matcher: Matcher) -> Card | None:
    """The card a short message names: the type's name, or another name of it."""
    return matcher.named(key)


def open_by_number(number: int, matcher: Matcher) -> Card | None:
    """The card of that number in the list of types."""
    held = listed(matcher.cards)
    return held[number - 1] if 0 < number <= len(held) else None


def asks_for_list(key: str) -> bool:
    """Whether the resident asks for the list of types."""
    return key in _LIST_NAMES


def render_list(matcher: Matcher, *, numbers: bool = True) -> str:
    """The list of types, or the safe rule when the library is empty; `numbers` where one may be answered with."""
    return type_list(matcher.cards, numbers=numbers) if matcher.cards else render_none()
