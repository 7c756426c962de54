"""What people say of an answer they just had: not paid yet, hung up already, what next, not that one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from re import Pattern

from bot.content.answer import SAFE_RULE, tap
from bot.handlers import library
from bot.handlers.desk import Desk, Reply
from bot.handlers.emergency import OUTCOME
from bot.handlers.remarks import AGAIN, NEXT, NOT_THAT, STOPPED, UNPAID, WHY
from bot.handlers.words import NOT_PAID
from bot.talk import ledger
from core.wechat.incoming import Incoming

FRESH = timedelta(minutes=30)
GOOD = """没转就好，先停在这里：{rule}
把对方的原话发给我，我再帮您看看；拿不准拨打96110。"""
DONE_WELL = """做得对。那边再打来、换个号再加您，都别理。
给过钱、验证码、银行卡的，马上拨打110；什么都没给，就没事了。"""
ON_THE_PHONE = """先打110，再打银行卡背面的电话，说：“我被骗了，请帮我挂失、止付。”
等的时候不删聊天记录，那边再打来、再催，一律不接不回。
接下来听民警的。民警不会收钱，也不会让您把钱转到别处。"""
STAY = """照上面【现在这样做】的做，别的先不管：{rule}
对方又说了什么，把原话发给我。已经转了钱马上拨打110；拿不准拨打96110。"""
SORRY = """那是我认错了，对不起。请把对方的原话再发一遍，越全越好；也可以从{list}里找。
急的话拨打96110；已经转了钱，马上拨打110。"""
BY_DEEDS = """我看的是话里要您做什么：要转账、要验证码、要共享屏幕、不让告诉别人，占一样就要当心。
您对照看看。我也会认错，拿不准拨打96110问一问。"""


def reply(message: Incoming, desk: Desk) -> Reply | None:
    """An answer to a remark that only makes sense after another answer; None where it may be a question of its own."""
    if message.menu_id == NOT_PAID[1] or UNPAID.fullmatch(desk.typed):
        return unpaid(desk)
    if STOPPED.fullmatch(desk.typed):
        return Reply(DONE_WELL)
    said = next((made for remark, made in REMARKS if remark.fullmatch(desk.typed)), None)
    last = _last(desk) if said else None
    return said(last) if said and last else None


def unpaid(desk: Desk) -> Reply:
    """Nothing is lost yet: what the first-minutes card was given for is answered as the question it is."""
    last = _last(desk)
    if last and last.outcome == OUTCOME and last.text:
        match = desk.matcher.find(last.text)
        if match.says_something:
            made = library.answered(match, last.text, desk)
            return replace(made, text=f"没转就好。\n{made.text}", keeps_text=False)
    return Reply(GOOD.format(rule=SAFE_RULE))


def _last(desk: Desk) -> ledger.Answered | None:
    """What the person was told last, if that is fresh; None without a database."""
    if desk.look is None or desk.caller.follower_id is None:
        return None
    return ledger.last_answer(desk.session, desk.caller.follower_id, desk.now - FRESH)


def _next(last: ledger.Answered) -> Reply:
    return Reply(ON_THE_PHONE if last.outcome == OUTCOME else STAY.format(rule=SAFE_RULE))


def _not_that(last: ledger.Answered) -> Reply:
    return Reply(SORRY.format(list=tap("骗局大全", "list")))


def _why(last: ledger.Answered) -> Reply | None:
    return Reply(ON_THE_PHONE if last.outcome == OUTCOME else BY_DEEDS)


REMARKS: tuple[tuple[Pattern[str], Callable[[ledger.Answered], Reply | None]], ...] = (
    (NEXT, _next),
    (AGAIN, _next),
    (NOT_THAT, _not_that),
    (WHY, _why),
)
