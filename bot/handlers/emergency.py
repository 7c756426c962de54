"""Somebody has paid, is paying, or gave something away: the first-minutes card, before everything else, from memory."""

import re

from bot.content import answer
from bot.handlers.desk import Desk, Reply
from bot.handlers.words import FIRST_MINUTES
from core.wechat.incoming import Incoming

ASKS_FOR_POLICE = re.compile(
    r"(?:我?(?:要|想)?(?:怎么|如何)?)(?:报警|报案)(?:电话|热线)?(?:多少|是多少)?[吗呢啊]?"
    r"|(?:打|拨打)?(?:110|96110)|求助|救命|救救我"
)
WANTS_BACK = re.compile(
    r"(?!.*(?:欠|借|工资|货款|网上|有人|真的))"
    r"(?:.{0,12}(?:钱|款).{0,6}追(?:得)?回.{0,5}|.{0,8}追回.{0,6}(?:钱|款).{0,4})"
)
PAID = answer.PAID[1]  # the tappable “我已经转账了”
OUTCOME = "emergency"


def reply(message: Incoming, desk: Desk) -> Reply | None:
    asked = ASKS_FOR_POLICE.fullmatch(desk.typed) or WANTS_BACK.fullmatch(desk.typed)
    if not (desk.judged.emergency or asked or message.menu_id == PAID):
        return None
    return Reply(FIRST_MINUTES, outcome=OUTCOME, keeps_text=not message.menu_id)
