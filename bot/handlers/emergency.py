"""Somebody has paid, is paying, or gave something away: the first-minutes card, before everything else, from memory."""

import re

from bot.content import answer
from bot.content.answer import tap
from bot.content.library import key_of
from bot.handlers import after_loss
from bot.handlers.desk import Desk, Reply
from bot.handlers.words import EMERGENCY, FIRST_MINUTES, NOT_ALONE, NOT_PAID
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
DESPAIR = re.compile(
    r"不想活|活不下去|没法活|活着没意思|没脸活|不如死|死了算|(?<!不)想死(?!我|你|您)|(?:想|要|打算)(?:去)?(?:自杀|跳楼|轻生|寻死|喝药|割腕)"
)
DID_IT = re.compile(
    r"(?:我|爸|妈|爷|奶|儿子?|女儿|闺女|孩子|老公|老婆|媳妇|丈夫|哥|姐|弟|妹)(?![们的])[^看听说讲问人他她不什别]{0,6}"
    r"(?:[喝吃]了?.{0,3}(?:农药|百草枯|老鼠药|安眠药)|[喝吃]药自杀|割腕|上吊|跳楼|跳河|自杀|轻生)"
)
"""One of the person's own has done it, or is about to; not what was seen, asked, or threatened by somebody else."""
OTHERS = re.compile(r"(?:他|她|对方|网友|主播|男友|女友)[^我]{0,8}$")
ALONE = 3
"""With so few characters beside it, despair is all that is said."""
OWN = re.compile(r"爸|妈|爷|奶|儿|女|孩|老公|老婆|媳妇|丈夫|哥|姐|弟|妹|家里|同学|朋友")
"""Whom the despair is of: a stranger's threat to die is a swindler's, unless one of the person's own is named."""
PAID = answer.PAID[1]  # the tappable “我已经转账了”
OUTCOME = EMERGENCY
OPEN = "open-"


def reply(message: Incoming, desk: Desk) -> Reply | None:
    """The first-minutes card, or company for somebody who speaks of dying; a type or unit called by name is neither.

    A dialogue that waited is over: nobody in need answers its question next, and “好的” must not be taken for its answer.
    """
    if message.menu_id == NOT_PAID[1] or opens_a_type(message, desk):
        return None
    asked = ASKS_FOR_POLICE.fullmatch(desk.typed) or WANTS_BACK.fullmatch(desk.typed)
    despairs = speaks_of_dying(desk.typed)
    nothing_more = despairs and len(DESPAIR.sub("", desk.typed)) <= ALONE
    judged = desk.judged.emergency and not nothing_more and not desk.units.strong(desk.typed, ALIAS)
    losing = judged or asked or message.menu_id == PAID
    if not (losing or despairs):
        return None
    doubtful = judged and message.menu_id != PAID
    said = [_card(desk, doubtful)] if losing else []
    said += [NOT_ALONE] if despairs else []
    over = OVER if desk.caller.step else None
    return Reply("\n\n".join(said), dialogue=over, outcome=OUTCOME, keeps_text=not message.menu_id)


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


def speaks_of_dying(typed: str) -> bool:
    """Of the person or of one of their own: wanting it, or having done it."""
    found = DESPAIR.search(typed)
    if not found:
        return bool(DID_IT.search(typed))
    before = typed[: found.start()]
    return not OTHERS.search(before) or bool(OWN.search(before))
