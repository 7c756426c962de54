"""Questions: the matching card, a short choice, a type opened by name; never a shrug."""

from bot.content import answer, asked
from bot.content.matcher import Match
from bot.handlers import together
from bot.handlers.desk import Desk, Reply
from bot.handlers.emergency import OPEN
from bot.handlers.together import UNKNOWN, Place
from core.wechat.incoming import Incoming

LIST = "list"


def opened(message: Incoming, desk: Desk) -> Reply | None:
    """The list of types, or one opened by its name, its number or a tap."""
    if message.menu_id == LIST or answer.asks_for_list(desk.judged.key):
        return all_types(desk)
    if message.menu_id.startswith(OPEN):
        card = desk.matcher.cards.get(message.menu_id.removeprefix(OPEN))
    else:
        card = answer.open_by_name(desk.judged.key, desk.matcher)
    if card is None:
        return None
    return Reply(answer.render_card(card, None, site=desk.site), outcome="card", type_code=card.code)


def all_types(desk: Desk) -> Reply:
    return Reply(answer.render_list(desk.matcher), outcome="command")


def judged(message: Incoming, desk: Desk) -> Reply | None:
    """What the matcher makes of the words, read together with those that came just before."""
    match, place = together.read(message, desk)
    if not together.says(match):
        return None
    made = (
        _choice(match, desk)
        if match.topic is None and match.decision == "choice"
        else _card(match, place, desk)
    )
    return together.put(made, place)


def _card(match: Match, place: Place, desk: Desk) -> Reply:
    code = match.topic or match.types[0]
    card = desk.matcher.cards[code]
    if together.same_as_before(place, code, "card"):
        text = answer.render_same(card, match)
    else:
        text = answer.render_card(card, None if match.topic else match, site=desk.site)
    return Reply(text, outcome="card", type_code=code, keeps_text=True)


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
