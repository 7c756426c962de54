"""Somebody has paid, is paying, or gave something away: the first-minutes card, before everything else, from memory."""

from bot.content import answer
from bot.handlers.desk import Desk, Reply
from bot.handlers.words import FIRST_MINUTES
from core.wechat.incoming import Incoming

PAID = answer.PAID[1]  # the tappable “我已经转账了”
OUTCOME = "emergency"


def reply(message: Incoming, desk: Desk) -> Reply | None:
    if not (desk.judged.emergency or message.menu_id == PAID):
        return None
    return Reply(FIRST_MINUTES, outcome=OUTCOME, keeps_text=not message.menu_id)
