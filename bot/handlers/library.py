"""Questions: the matching card, a short choice, a type opened by name; never a shrug."""

from collections.abc import Sequence
from dataclasses import replace

from bot.content import answer, asked
from bot.content.cards import Card
from bot.content.matcher import Match
from bot.handlers import after_loss, going_on, together
from bot.handlers.desk import Desk, Reply
from bot.handlers.together import UNKNOWN
from core.wechat.incoming import Incoming

CHOICE = "choice"


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
    cards = answer.choice_of(match, desk.matcher.cards)
    text = answer.render_choice(
        cards, numbers=not desk.caller.step
    )  # a waiting dialogue has numbers of its own
    return Reply(text, outcome=CHOICE, type_code=match.types[0], keeps_text=True)


def unknown(message: Incoming, desk: Desk) -> Reply:
    """Nothing alike: the safe rule and an offer to be told; kept for editors, unless they called it ordinary talk."""
    if told := after_loss.told_on(message, desk):
        return told
    match, place = together.read(message, desk)
    if match.ordinary or desk.judged.match.ordinary:
        plain = Reply(answer.render_ordinary(), outcome=UNKNOWN, keeps_text=True)
        return together.put(plain, place.alone())
    leans = answer.leaning_of(match, desk.matcher.cards)
    if desk.look is not None and asked.enough_of(desk.session, desk.caller.follower_id):
        return together.put(Reply(answer.render_none_more(leans), outcome=UNKNOWN, keeps_text=True), place)
    again = place.before is not None and place.before.outcome == UNKNOWN
    text = answer.render_none_again(leans) if again else _none(leans, desk)
    return together.put(Reply(text, outcome=UNKNOWN, keeps_text=True, unanswered=True), place)


def _none(leans: Sequence[Card], desk: Desk) -> str:
    """In full, or in short to who has read it in full a moment ago."""
    last = desk.caller.last
    read = last is not None and last.outcome == UNKNOWN and desk.now - last.at <= going_on.RECENT
    return answer.render_none_still(leans) if read else answer.render_none(leans)
