"""A message in English gets a calm, short answer in both languages; what was lost is heard before (`emergency`)."""

import re

from bot.content import asked
from bot.content.answer import tap
from bot.content.cards import Card
from bot.content.matcher import CERTAIN
from bot.handlers import after_loss, english_read, english_words, together
from bot.handlers.desk import Desk, Reply
from bot.handlers.going_on import RECENT
from bot.handlers.together import UNKNOWN
from core.wechat.incoming import Incoming

MOST = 3
"""Cards offered."""
_TOPICS = tuple((code, re.compile(rf"\b(?:{words})")) for code, words in (
    ("shuadan",
     r"part[- ]?time|(?:like|liking|follow\w*|watch\w*|rat(?:e|ing)) (?:the |some |short |a few )?(?:videos?|posts?"
     r"|hotels?|products?)|online tasks?|(?:do|complete|finish)\w* (?:simple |some )?tasks?|commission"),
    ("police", r"police|arrest|warrant|prosecutor|court|interpol|money laundering|immigration|safe account"),
    ("phish", r"suspended|expire[sd]?|verify your|update your|etc\b|social security|tax bureau|unusual (?:activity|login)"),
    ("parcel", r"parcel|package|prize|lottery|winner|free gift"),
    ("kefu",
     r"refund|customer service|compensation|order (?:has|was|is)|cancel (?:the |my )?(?:membership|subscription|insurance)"),
    ("flight", r"flight|airline|rebook"),
    ("invest", r"invest\w*|crypto\w*|bitcoin|btc|usdt|forex|stocks?\b|trading|trader|guaranteed|returns"),
    ("romance",
     r"dating|romance|girlfriend|boyfriend|love\b|pig[- ]butchering|marry|soldier|met (?:her|him|a (?:girl"
     r"|man|woman|guy|lady)) online"
     r"|tinder|lonely"),
    ("loan", r"loans?\b|credit limit|borrow"),
    ("credit", r"credit (?:score|record|history|report)"),
    ("screen", r"screen|anydesk|teamviewer|remote"),
    ("nude", r"nude|naked|sext|intimate|video (?:sex|chat)|blackmail"),
    ("boss", r"my boss|ceo|manager (?:asks|asked|wants)"),
    ("game", r"game|gift cards?|steam|roblox|skins?\b"),
    ("shopping", r"seller|deposit for|second[- ]?hand|ticket|rent(?:al|ing)?\b|visa agent"),
    ("card",
     r"(?:rent|lend|sell|borrow|use) (?:me )?(?:my|your|a) (?:bank )?(?:card|account)|sim cards?|money mule"
     r"|receive money for"),
    ("job", r"job|salary|recruit\w*|hiring|hr\b"),
    ("kidnap", r"kidnap\w*|ransom|accident|hospital"),
    ("recover", r"recover|get (?:my|your) money back|hacker"),
    ("gamble", r"casino|gambl\w+|betting|baccarat"),
))  # fmt: skip
"""Words of the trick → the card that tells of it."""
_THANKS = re.compile(
    r"(?:ok|okay|good|great|yes)?[ ,.!]*(?:many thanks|thanks?(?: you)?|thx)(?: you)?(?: so much| very much| a lot| officer| sir"
    r"| again| anyway)*(?: for .{2,40})?[ .!~]*"
)
_GREETS = re.compile(
    r"(?:(?:hello|hi|hey|good (?:morning|afternoon|evening)|nice to meet you)(?: (?:there|sir|officer|everyone"
    r"|friend))?[ ,.!]*){1,6}(?:how are you)?[ ?.!]*|how are you(?: doing)?(?: today)?[ ?.!]*"
    r"|(?:who are you|what (?:is|are) (?:this|you)|what can you do|can you help me|help me(?: please)?|please help(?: me)?"
    r"|(?:do|can) you speak english|is anyone there|are you (?:a )?(?:human|robot|bot|real|real person|ai))[ ?.!]*"
)  # fmt: skip
_REGISTERS = re.compile(
    r"(?:(?:hello|hi|please)[ ,]*)?(?:(?:i|we) (?:want|need|would like) to|how (?:can|do|to|should) ?(?:i|we|you)?"
    r"|can (?:i|we|foreigners))? ?(?:please )?(?:regist(?:er|ration|rate)|sign up)"
    r"(?: (?:here|with my unit|my unit|at my (?:school|company)|for this account))?[ ?.!]*"
)


def reply(message: Incoming, desk: Desk) -> Reply | None:
    """The safe rule in English, kept for the editors as every question nobody knew; theirs once they have answered it."""
    if not english_read.is_english(message.text) or _known(desk):
        return None
    said = english_read.normal(message.text)
    if next_step := after_loss.in_english(desk):
        return Reply(next_step)
    if _THANKS.fullmatch(said):
        return Reply(english_words.WELCOME)
    if _GREETS.fullmatch(said):
        return Reply(english_words.HELLO)
    if _REGISTERS.fullmatch(said):
        return Reply(english_words.REGISTER.format(tap=tap("登记", "register")))
    place = together.place_of(message, desk)
    waits = desk.look is None or not asked.enough_of(desk.session, desk.caller.follower_id)
    made = Reply(_general(said, desk), outcome=UNKNOWN, keeps_text=True, unanswered=waits)
    return together.put(made, place)


def _known(desk: Desk) -> bool:
    """A question of the library, one that editors called ordinary, or a name of ours is answered as ever."""
    match = desk.judged.match
    return match.ordinary or match.topic is not None or match.scores[0] >= CERTAIN


def _general(said: str, desk: Desk) -> str:
    last = desk.caller.last
    read = last is not None and last.outcome == UNKNOWN and desk.now - last.at <= RECENT
    like = [f"· {tap(card.name, f'open-{card.code}')}" for card in topics(said, desk)]
    parts = [english_words.SHORTLY if read else english_words.SAFE]
    parts += [english_words.LIKE, *like] if like else []
    return "\n".join(parts if read else [*parts, english_words.SEND])


def topics(said: str, desk: Desk) -> list[Card]:
    """The cards whose words stand in it, the most spoken of first."""
    found = [(len(pattern.findall(said)), code) for code, pattern in _TOPICS if code in desk.matcher.cards]
    named = sorted((pair for pair in found if pair[0]), key=lambda pair: -pair[0])
    return [desk.matcher.cards[code] for _, code in named[:MOST]]
