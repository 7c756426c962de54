"""Questions: the matching card, a short choice, a type opened by name, and what people think of the answer."""

from bot.content import answer
from bot.handlers.desk import Desk, Reply
from core.wechat.incoming import Incoming

OPEN = "open-"
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
    return Reply(answer.render_card(card, None), outcome="card", type_code=card.code)


def all_types(desk: Desk) -> Reply:
    return Reply(answer.render_list(desk.matcher), outcome="command")


def judged(message: Incoming, desk: Desk) -> Reply | None:
    """What the matcher makes of the words."""
    match, cards = desk.judged.match, desk.matcher.cards
    if match.topic:
        text = answer.render_card(cards[match.topic], None)
        return Reply(text, outcome="card", type_code=match.topic, keeps_text=True)
    if match.decision == "none":
        return None
    best = match.types[0]
    if match.decision == "choice":
        text = answer.render_choice(answer.choice_of(match, cards))
        return Reply(text, outcome="choice", type_code=best, keeps_text=True)
    return Reply(answer.render_card(cards[best], match), outcome="card", type_code=best, keeps_text=True)


def feedback(message: Incoming, desk: Desk) -> Reply | None:
    if message.menu_id == answer.USEFUL[1]:
        return Reply("谢谢您告诉我们。也可以讲给家里老人听听。", outcome="feedback")
    if message.menu_id == answer.USELESS[1]:
        return Reply("记下了，编辑会看。急的话拨打96110；也可以把对方的原话再发一遍。", outcome="useless")
    return None


def unknown(message: Incoming, desk: Desk) -> Reply:
    """Nothing alike: the safe rule, never a shrug; the question is kept for editors."""
    return Reply(answer.render_none(), outcome="unknown", keeps_text=True, unanswered=True)
