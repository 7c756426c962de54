"""Somebody has paid, is paying, or gave something away: the first-minutes card, before everything else, from memory."""

import re

from bot.content import answer
from bot.content.answer import tap
from bot.content.library import key_of
from bot.handlers import after_loss, danger, danger_words, despair, english_needs, english_read, english_words
from bot.handlers.desk import Desk, Reply
from bot.handlers.words import EMERGENCY, FIRST_MINUTES, MONEY, NOT_ALONE, NOT_PAID
from bot.registry.search import ALIAS
from bot.talk.dialogue import OVER
from core.wechat.incoming import Incoming

ASKS_FOR_POLICE = re.compile(
    r"(?:我?(?:要|想)?(?:怎么|如何)?)(?:报警|报案)(?:电话|热线)?(?:多少|是多少)?[吗呢啊]?"
    r"|(?:打|拨打)?(?:110|96110)|求助|救命|救救我"
)
SUFFERED = re.compile("被|怎么办")
WANTS_BACK = re.compile(
    r"(?!.*(?:欠|借|工资|货款|网上|有人|真的|谢|追回来了$))"
    r"(?:.{0,12}(?:钱|款).{0,6}追(?:得)?回.{0,5}|.{0,8}追回.{0,6}(?:钱|款).{0,4})"
)
ALONE = 3
"""With so few characters beside it, despair is all that is said."""
OWN_WORDS = ("text", "voice")
"""Not the title of a link somebody forwards."""
PAID = answer.PAID[1]  # the tappable “我已经转账了”
OUTCOME = EMERGENCY
OPEN = "open-"


def reply(message: Incoming, desk: Desk) -> Reply | None:
    """The first-minutes card, company for somebody who speaks of dying, who to call where a life is in danger.

    A dialogue that waited is over: nobody in need answers its question next, and “好的” must not be taken for its answer.
    A type or unit called by name is none of these.
    """
    if message.menu_id == NOT_PAID[1] or opens_a_type(message, desk):
        return None
    if message.kind in OWN_WORDS and (safe := after_loss.safe_now(desk)):
        return safe
    english = message.kind in OWN_WORDS and english_read.is_english(message.text)
    said = _in_english(message, desk) if english else []
    if not english or english_read.has_chinese(message.text):  # its strings were learnt from Chinese
        said = said or _in_chinese(message, desk)
    if not said:
        return None
    over = OVER if desk.caller.step else None
    return Reply("\n\n".join(said), dialogue=over, outcome=OUTCOME, keeps_text=not message.menu_id)


def _in_english(message: Incoming, desk: Desk) -> list[str]:
    said = english_read.normal(message.text)
    needs = (
        (english_needs.in_danger, english_words.DANGER),
        (english_needs.losing, after_loss.in_english(desk) or english_words.FIRST),
        (english_needs.despairs, english_words.DESPAIR),
    )
    return [words for needed, words in needs if needed(said)]


def _in_chinese(message: Incoming, desk: Desk) -> list[str]:
    """Danger comes first; whoever is held or beaten and says nothing of money reads of nothing else."""
    own = message.kind in OWN_WORDS
    endangered = danger.needed(desk.typed) if own else ""
    despairs = own and despair.spoken(desk.typed)
    asked = ASKS_FOR_POLICE.fullmatch(desk.typed) or WANTS_BACK.fullmatch(desk.typed)
    nothing_more = (despairs and len(despair.rest(desk.typed)) <= ALONE) or (
        endangered and not MONEY.search(desk.typed)
    )
    judged = desk.judged.emergency and not nothing_more and not desk.units.strong(desk.typed, ALIAS)
    losing = judged or asked or message.menu_id == PAID
    said = [endangered] if endangered else []
    said += [_card(desk, judged and message.menu_id != PAID)] if losing else []
    if not said and own and danger.threatened(desk.typed):
        said = [danger_words.THREAT]
    return [*said, NOT_ALONE] if despairs else said


def _card(desk: Desk, doubtful: bool) -> str:
    """Who has just read it, and tells more, reads what comes next instead."""
    if doubtful and (next_step := after_loss.instead(desk)):
        return next_step
    return f"{FIRST_MINUTES}\n{tap(*NOT_PAID)}" if doubtful else FIRST_MINUTES


def opens_a_type(message: Incoming, desk: Desk) -> bool:
    """A tap on a choice, or a type's name (裸聊敲诈, 杀猪盘诈骗) and nothing else; a name that says what was suffered is none."""
    if message.menu_id.startswith(OPEN):
        return True
    card = desk.matcher.named(desk.judged.key)
    return card is not None and (key_of(card.name) == desk.judged.key or not SUFFERED.search(desk.judged.key))
