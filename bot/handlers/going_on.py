"""A sentence that goes on with a question of minutes ago (“说要先交两千保证金”) is read with that question."""

import re
from datetime import timedelta

from bot.content.answer import judge
from bot.content.matcher import CERTAIN, Match
from bot.handlers.desk import Desk
from core.wechat.incoming import Incoming

MOST = 20
"""Lines read together; somebody who sends more is answered line by line."""
READ = 480  # characters of a talk that are judged: the last ones
RECENT = timedelta(minutes=10)
CLEAR = 0.8
"""A lead of the best type by which a sentence speaks for itself; “说要先交两千保证金” has half of it, for many types ask that."""
GOES_ON = re.compile(
    "(?:他|她|它|对方|那边|那人|那个人|客服|老师|导师|老板|卖家|买家|房东|中介|平台|群里|里面|人家)?(?:们)?"
    "(?:还|又|再|就|也|都|一直|老是|现在|刚才|已经|但是?|可是?|而且|然后|后来|接着|结果|最后|不过|就是|因为|完了)*"
    "(?:他|她|对方)?(?:说|讲|让|叫|要|催|问|找|发|给|教|带|拉|骗|声音|语气|转账截图|截图).{1,40}"
    "|(?:还|又|再|但是?|可是?|而且|然后|后来|接着|结果|最后|不过|就是).{2,40}"
)
"""How a sentence begins that is no question of its own."""


def whole_of(message: Incoming, desk: Desk) -> Match | None:
    """What this sentence and the question before it are about; None where it is a question of its own."""
    last, step = desk.caller.last, desk.caller.step
    if last is None or step or last.run >= MOST or desk.now - last.at > RECENT:
        return None
    if not GOES_ON.fullmatch(desk.typed):
        return None
    whole = judge(f"{last.text}\n{message.text}"[-READ:], desk.matcher, emergency=False).match
    return whole if whole.says_something and not _settled(desk.judged.match, whole) else None


def _settled(alone: Match, whole: Match) -> bool:
    """A known question, or a sentence of which one type alone is likely, is a question of its own."""
    if alone.types[0] == whole.types[0]:
        return alone.sure and not whole.sure
    return alone.scores[0] >= CERTAIN or (
        alone.decision == "one" and alone.scores[0] - alone.scores[1] >= CLEAR
    )
