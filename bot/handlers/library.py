"""Questions: the matching card, a short choice, a type opened by name; never a shrug."""

from dataclasses import replace

from bot.content import answer, asked
from bot.content.cards import Card
from bot.content.matcher import Match
from bot.handlers import together
from bot.handlers.desk import Desk, Reply
from bot.handlers.emergency import OPEN
from bot.handlers.together import UNKNOWN
from bot.handlers.typed import number_in
from bot.talk.dialogue import OVER
from core.wechat.incoming import Incoming

LIST = "list"


def opened(message: Incoming, desk: Desk) -> Reply | None:
    """The list of types, or one opened by its name, its number or a tap."""
    if message.menu_id == LIST or answer.asks_for_list(desk.judged.key):
        return all_types(desk)
    tapped = message.menu_id.startswith(OPEN)
    card = desk.matcher.cards.get(message.menu_id.removeprefix(OPEN)) if tapped else _named(desk)
    if card is None:
        return None
    return Reply(answer.render_card(card, None, site=desk.site), outcome="card", type_code=card.code)


def _named(desk: Desk) -> Card | None:
    number = number_in(desk.typed)
    if number is not None:
        return answer.open_by_number(number, desk.matcher)
    return answer.open_by_name(desk.judged.key, desk.matcher)


def all_types(desk: Desk) -> Reply:
    """While a dialogue waits a number is its answer, so the list has none; a dialogue that is long over ends here."""
    waits = bool(desk.caller.step)
    over = OVER if desk.caller.dialogue_version and not waits else None
    return Reply(answer.render_list(desk.matcher, numbers=not waits), dialogue=over, outcome="command")


def judged(message: Incoming, desk: Desk) -> Reply | None:
    """What the matcher makes of the words, read together with those that came just before."""
    match, place = together.read(message, desk)
    if not match.says_something:
        return None
    made = answered(match, place.words(message), desk)
    if made.outcome == "card" and together.same_as_before(place, made.type_code or "", "card"):
        card = desk.matcher.cards[match.topic or match.types[0]]
        made = replace(made, text=answer.render_same(card, match))
    return together.put(made, place)


def answered(match: Match, words: str, desk: Desk) -> Reply:
    """The card of what `words` are about, with a reason, or a short choice."""
    if match.topic is None and match.decision == "choice":
        return _choice(match, desk)
    card = desk.matcher.cards[match.topic or match.types[0]]
    text = answer.render_card(card, None if match.topic else _explained(match, words, desk), site=desk.site)
    return Reply(text, outcome="card", type_code=card.code, keeps_text=True)


def _explained(match: Match, words: str, desk: Desk) -> Match:
    """With a reason: where no telling word was found, the words that spoke most for the type."""
    return match if match.because else replace(match, because=desk.matcher.mentioned(words, match.types[0]))


def _choice(match: Match, desk: Desk) -> Reply:
    text = answer.render_choice(answer.choice_of(match, desk.matcher.cards))
    return Reply(text, outcome="choice", type_code=match.types[0], keeps_text=True)


def unknown(message: Incoming, desk: Desk) -> Reply:
    """Nothing alike: the safe rule and an offer to be told; kept for editors, unless they called it ordinary talk."""
    match, place = together.read(message, desk)
    if match.ordinary or desk.judged.match.ordinary:
        plain = Reply(answer.render_ordinary(), outcome=UNKNOWN, keeps_text=True)
        return together.put(plain, place.alone())
    if desk.look is not None and asked.enough_of(desk.session, desk.caller.follower_id):
        return together.put(Reply(answer.render_none_more(), outcome=UNKNOWN, keeps_text=True), place)
    again = place.before is not None and place.before.outcome == UNKNOWN
    text = answer.render_none_again() if again else answer.render_none()
    return together.put(Reply(text, outcome=UNKNOWN, keeps_text=True, unanswered=True), place)
