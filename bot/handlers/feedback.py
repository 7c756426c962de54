"""What people make of an answer: 有用, 没用, and the wish to be told when an editor answers."""

from bot.content import answer, asked, telling, verdicts
from bot.content.cards import card_of
from bot.content.models import Ruling
from bot.handlers.desk import Desk, Reply, Work
from bot.talk.models import Inbound
from core.wechat.incoming import Incoming

WORDS = dict.fromkeys(("有用", "有用的", "很有用", "有帮助"), answer.USEFUL[1])
WORDS |= dict.fromkeys(("没用", "没有用", "不管用", "没帮助"), answer.USELESS[1])
NO_LONGER = {"不用告诉我", "别告诉我", "不用告诉我了", "不要告诉我"}
USEFUL = "谢谢您告诉我们。也可以讲给家里老人听听。"
USELESS = (
    "记下了，编辑会看到您问的这句话。想知道答复，点 {tell}（或回复这三个字）。\n"
    "急的话拨打96110；也可以把对方的原话再发一遍。"
)
NO_CARD = {
    "useful": "谢谢您。遇到可疑的事，随时把对方的原话发给我。",
    "useless": "没帮上您，对不起。请把对方的原话再发给我一遍。\n急的话拨打96110；已经转账马上拨打110。",
}
NOTHING_ASKED = "请先把对方的原话发给我。我认不出来时，再回复“告诉我”。"
WILL_TELL = """好的，编辑有了答复就告诉您，只告诉这一次。
两天内直接发给您；过了两天，等您下次来时告诉您。不想要了，回复“不用告诉我”。
急的话不要等：拿不准拨打96110，已经转账马上拨打110。"""
WILL_NOT_TELL = "好的，不再告诉您。遇到可疑的事，随时把原话发给我。"


def reply(message: Incoming, desk: Desk) -> Reply | None:
    """A tap on 有用 or 没用 under a card, or the word itself from somebody who had a card."""
    tapped, _, code = message.menu_id.partition("-")
    said = tapped if tapped in (answer.USEFUL[1], answer.USELESS[1]) else _typed(message, desk)
    if not said:
        return None
    useful = said == answer.USEFUL[1]
    follower_id = desk.caller.follower_id
    card = verdicts.last_card(desk.session, follower_id, code) if follower_id else None
    if card is None:
        return Reply(NO_CARD[said], outcome="feedback")
    reaches = bool(card.text) and not asked.enough_of(desk.session, follower_id)
    text = USELESS.format(tell=answer.tap(*answer.TELL)) if reaches else NO_CARD[said]
    return _counted(USEFUL if useful else text, card, useful)


def _typed(message: Incoming, desk: Desk) -> str:
    """Where links cannot be tapped, people type the words."""
    if message.kind != "text" or message.menu_id or desk.caller.step:
        return ""
    return WORDS.get(desk.typed, "")


def _counted(text: str, card: Inbound, useful: bool) -> Reply:
    card_id, code, words = card.id, card.type_code, card.text

    def effect(work: Work) -> None:
        verdicts.judge_card(work.session, card_id, code, useful, work.now)
        if words and not useful:
            asked.complain(work.session, card_id, work.follower_id, words, code, work.now)

    return Reply(text, (effect,), outcome="feedback")


def tell_me(message: Incoming, desk: Desk) -> Reply | None:
    """The person agrees to be told, or no longer wants to be."""
    if desk.typed in NO_LONGER:
        return _without_wish(desk)
    if message.menu_id != answer.TELL[1] and desk.typed != answer.TELL[0]:
        return None
    follower_id = desk.caller.follower_id
    found = asked.last_question(desk.session, follower_id, desk.now) if follower_id else None
    if found is None:
        return Reply(NOTHING_ASKED, outcome="command")
    question, ruling = found
    if ruling is not None and ruling.told:
        return Reply(_told(ruling, question.text, desk), outcome="command")
    asked_id = question.id
    return Reply(WILL_TELL, (lambda work: asked.wish(work.session, asked_id, work.now),), outcome="command")


def _told(ruling: Ruling, question: str, desk: Desk) -> str:
    """An editor was quicker than the wish."""
    card = card_of(desk.session, ruling.type_code) if ruling.type_code else None
    return telling.words_of(ruling.act, ruling.words, question, card)


def _without_wish(desk: Desk) -> Reply:
    def effect(work: Work) -> None:
        asked.unwish(work.session, work.follower_id)

    return Reply(WILL_NOT_TELL, (effect,), outcome="command")
