"""The list of types, and a type opened by its name, its number or a tap; “什么是刷单” opens it too."""

import re

from bot.content import answer
from bot.content.cards import Card
from bot.handlers.after_loss import FRESH
from bot.handlers.desk import Desk, Reply
from bot.handlers.emergency import OPEN
from bot.handlers.library import CHOICE
from bot.handlers.media import LOOKING
from bot.handlers.together import UNKNOWN
from bot.handlers.typed import number_in
from bot.talk import ledger
from bot.talk.dialogue import OVER
from core.wechat.incoming import Incoming

LIST = "list"
GONE = f"这一类现在不在{answer.tap('骗局大全', LIST)}里了。把对方的原话发给我，我再看看；急的话拨打96110，已经转了钱马上拨打110。"
_TOLD_APART = "(?:识别|辨别|分辨|识破|看穿|看出来|防|防范|预防|避免|骗人的?|骗钱的?|骗的)"
TOLD_APART = re.compile(
    f"(?:那|还有|怎么样)?(.{{2,12}}?)(?:诈骗|骗局)?(?:要|该|是)?(?:怎么|如何|咋)(?:样)?{_TOLD_APART}(?:啊|呀|呢)?"
    f"|(?:要|该)?(?:怎么|如何|咋)(?:样)?{_TOLD_APART}(.{{2,12}}?)(?:诈骗|骗局)?|(?:那|还有)?(.{{2,12}}?)(?:诈骗|骗局)?呢"
)
"""“刷单怎么识别”, “怎么防范刷单”, and after another one “那刷单呢”."""
WHAT_IS = re.compile(
    "(?:什么|啥|何)(?:是|叫|叫做)(.{2,12}?)(?:诈骗|骗局)?|(.{2,12}?)(?:诈骗|骗局)?(?:是|算)?(?:什么|啥|咋|怎么|怎么一|咋一)(?:意思|东西|骗局|诈骗|套路|回事|概念)?(?:啊|呀|呢)?"
)
"""“什么是刷单”, “刷单是什么意思”."""


def opened(message: Incoming, desk: Desk) -> Reply | None:
    """The list of types, or one opened by its name, its number or a tap."""
    if message.menu_id == LIST or answer.asks_for_list(desk.judged.key):
        return all_types(desk)
    tapped = message.menu_id.startswith(OPEN)
    code = message.menu_id.removeprefix(OPEN) if tapped else ""
    card = desk.matcher.cards.get(code) or _named(desk)
    if card is None:
        return Reply(GONE, outcome="command") if tapped else None
    return Reply(answer.render_card(card, None, site=desk.site), outcome="card", type_code=card.code)


def _named(desk: Desk) -> Card | None:
    number = number_in(desk.typed)
    if number is not None:
        return _offered(number, desk) or answer.open_by_number(number, desk.matcher)
    card = answer.open_by_name(desk.judged.key, desk.matcher)
    asks = None if card else WHAT_IS.fullmatch(desk.typed) or TOLD_APART.fullmatch(desk.typed)
    named = next(filter(None, asks.groups()), "") if asks else ""
    return answer.open_by_name(named, desk.matcher) if named else card


def _offered(number: int, desk: Desk) -> Card | None:
    """The type of that number among those the person has just been shown; a number means what was shown last."""
    if desk.look is None or desk.caller.follower_id is None:
        return None
    last = ledger.last_shown(desk.session, desk.caller.follower_id, desk.now - FRESH)
    if last is None or last.outcome not in (CHOICE, UNKNOWN):
        return None
    codes = _offered_again(last, desk) if LOOKING in last.reply else answer.choices_in(last.reply)
    return desk.matcher.cards.get(codes[number - 1]) if 1 <= number <= len(codes) else None


def _offered_again(last: ledger.Answered, desk: Desk) -> list[str]:
    """What was said of a picture went out as a message of its own; it is made of the picture's words once more."""
    match, cards = desk.matcher.find(last.text), desk.matcher.cards
    made = answer.choice_of if last.outcome == CHOICE else answer.leaning_of
    return [card.code for card in made(match, cards)]


def all_types(desk: Desk) -> Reply:
    """While a dialogue waits a number is its answer, so the list has none; a dialogue that is long over ends here."""
    waits = bool(desk.caller.step)
    over = OVER if desk.caller.dialogue_version and not waits else None
    return Reply(answer.render_list(desk.matcher, numbers=not waits), dialogue=over, outcome="command")
