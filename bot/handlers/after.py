"""What people say of an answer they just had: not paid yet, hung up already, is it one, what next, not that one."""

from collections.abc import Callable
from dataclasses import replace
from re import Pattern

from bot.content import answer
from bot.content.answer import SAFE_RULE, tap
from bot.content.cards import Card
from bot.handlers import after_loss, library
from bot.handlers.desk import Desk, Reply
from bot.handlers.emergency import OUTCOME
from bot.handlers.remarks import (
    AGAIN,
    JOKE,
    LIKENED,
    MISSED,
    NEXT,
    NO_TAP,
    NOT_GIVEN,
    NOT_THAT,
    PLAINER,
    STOPPED,
    UNPAID,
    VERDICT,
    WHY,
)
from bot.handlers.smalltalk import DOUBTS
from bot.handlers.together import UNKNOWN
from bot.handlers.words import NOT_PAID
from bot.talk import ledger
from core.wechat.incoming import Incoming

Last = ledger.Answered | None
CALLS = frozenset({"call96110", "sms12381", "dissuade"})
"""Topics about people who call or write to keep somebody from paying: to hang up on them does no good."""
GOOD = """没转就好，先停在这里：{rule}
把对方的原话发给我，我再帮您看看；拿不准拨打96110。已经转了的，马上拨打110。"""
NOT_DONE = """没做就好，接着也别做：{rule}
对方又说了什么，把原话发给我。已经转了钱的，马上拨打110；拿不准拨打96110。"""
DONE_WELL = """做得对。那边再打来、换个号再加您，都别理。
给过钱、验证码、银行卡的，马上拨打110；什么都没给，就没事了。"""
CALL_BACK = """要是96110或民警打来的，别躲：请自己拨96110，问清是什么事，也别拉黑。
他们打来，多半是看到有人正在骗您或家里人。真民警不要钱、不要验证码；要钱要码的，挂断就对了。"""
STAY = """照上面【现在这样做】的做，别的先不管：{rule}
对方又说了什么，把原话发给我。已经转了钱马上拨打110；拿不准拨打96110。"""
SORRY = """那是我认错了，对不起。请把对方的原话再发一遍，越全越好；也可以从{list}里找。
急的话拨打96110；已经转了钱，马上拨打110。"""
SIMPLY = """一句话：钱别转，验证码别给，屏幕别共享，链接别点。
拿不准，拨打96110问；已经转了钱，马上拨打110。
看字费劲，请身边人念给您听。"""
NO_HARM = """没事就好。哪天真遇上可疑的事，把对方的原话发给我。
急的话：已经转账拨打110，拿不准拨打96110。"""
BY_DEEDS = """我看的是话里要您做什么：要转账、要验证码、要共享屏幕、不让告诉别人，占一样就要当心。
您对照看看。我也会认错，拿不准拨打96110问一问。"""
WHICH = """说的是哪一段？把对方的原话、短信或截图发给我，我看像不像诈骗。
弄清以前，{rule}拿不准拨打96110；已经转了钱，马上拨打110。"""
ONE_OF_THEM = (
    "刚才那段像上面几种骗局，点一种对照看看。弄清以前，{rule}\n拿不准拨打96110；已经转了钱，马上拨打110。"
)
TYPE_IT = """点不动，就把那个名字打出来发给我，比如“刷单返利”；也可以回复“骗局大全”，再回复前面的编号。{list}
拿不准拨打96110；已经转了钱，马上拨打110。"""
COMPARE = """{name}这一类是骗局。您遇到的是不是它，对照上面的信号看：占一样，就先停下来。
把对方的原话发给我，我看像不像；拿不准拨打96110，已经转了钱马上拨打110。"""
CANNOT_TELL = """刚才那段我说不准。对方要您转账、要验证码、要共享屏幕、不让告诉家人，占一样就先当诈骗，停下来。
把前后几句原话都发给我，我再看看；拿不准拨打96110，已经转了钱马上拨打110。"""


def reply(message: Incoming, desk: Desk) -> Reply | None:
    """An answer to a remark that only makes sense after another answer; None where it may be a question of its own."""
    if message.menu_id == NOT_PAID[1]:
        return _unpaid(last_told(desk), desk)
    if answer.asks_for_list(desk.judged.key):
        return None
    said = next((made for remark, made in REMARKS if remark.fullmatch(desk.typed)), None)
    if said is not None:
        last = last_told(desk)
        kept = "" if said in (_not_that, _unpaid) else after_loss.kept_company(last)
        return Reply(kept) if kept else said(last, desk)
    return after_loss.reply(message, desk)


def last_told(desk: Desk) -> Last:
    """What the person was told last, but for a danger that is over."""
    last = after_loss.last_told(desk)
    return None if last and last.outcome == after_loss.SAFE else last


def _unpaid(last: Last, desk: Desk) -> Reply:
    """Nothing is lost yet: what the first-minutes card was given for is answered as the question it is.

    A sum of money alone is about no type: where no word tells of one, none is named.
    """
    if last and last.outcome == OUTCOME and last.text:
        match = desk.matcher.find(last.text)
        if match.says_something and (match.sure or match.because or match.topic):
            made = library.answered(match, last.text, desk)
            said = f"没转就好（真转了的话，马上拨打110）。\n{made.text}"
            return replace(made, text=said, keeps_text=False)
    return Reply(GOOD.format(rule=SAFE_RULE))


def _not_given(last: Last, desk: Desk) -> Reply:
    """A code or a card not given takes back nothing that was paid."""
    return after_loss.not_that_too() if _lost(last) else Reply(NOT_DONE.format(rule=SAFE_RULE))


def _stopped(last: Last, desk: Desk) -> Reply:
    if _lost(last):
        return after_loss.stopped(desk.typed)
    card = _topic(last, desk)
    if card is None:
        return Reply(DONE_WELL)
    if card.code in CALLS and MISSED.search(desk.typed):
        return Reply(CALL_BACK)
    return Reply(answer.render_card(card, None, site=desk.site), outcome="card", type_code=card.code)


def _verdict(last: Last, desk: Desk) -> Reply | None:
    """“这是不是诈骗” after an answer is asked of what was sent; before any, of nothing yet, or of us."""
    if last is None:
        return None if DOUBTS.fullmatch(desk.typed) else Reply(WHICH.format(rule=SAFE_RULE))
    if _lost(last):
        return after_loss.it_is()
    if last.outcome == UNKNOWN:
        return Reply(CANNOT_TELL)
    card = desk.matcher.cards.get(last.type_code or "")
    if last.outcome == library.CHOICE or card is None:
        return Reply(ONE_OF_THEM.format(rule=SAFE_RULE))
    if card.topic:
        return Reply(answer.render_card(card, None, site=desk.site), outcome="card", type_code=card.code)
    if not last.text:  # opened by its name or a tap: nothing was judged
        return Reply(COMPARE.format(name=f"【{card.name}】"))
    match = desk.matcher.find(last.text)
    return Reply(answer.render_verdict(card, match if match.types[0] == card.code else None))


def _next(last: Last, desk: Desk) -> Reply | None:
    if last is None:
        return None
    if _lost(last):
        return after_loss.next_step()
    if last.outcome == UNKNOWN:
        return Reply(CANNOT_TELL)
    return Reply((ONE_OF_THEM if last.outcome == library.CHOICE else STAY).format(rule=SAFE_RULE))


def _plainer(last: Last, desk: Desk) -> Reply:
    return after_loss.next_step() if _lost(last) else Reply(SIMPLY)


def _joke(last: Last, desk: Desk) -> Reply:
    return Reply(NO_HARM)


def _not_that(last: Last, desk: Desk) -> Reply | None:
    return Reply(SORRY.format(list=tap("骗局大全", "list"))) if last else None


def _by_name(last: Last, desk: Desk) -> Reply | None:
    return Reply(TYPE_IT.format(list=tap("骗局大全", "list"))) if last else None


def _why(last: Last, desk: Desk) -> Reply | None:
    if last is None:
        return None
    return after_loss.next_step() if _lost(last) else Reply(BY_DEEDS)


def _lost(last: Last) -> bool:
    return last is not None and last.outcome == OUTCOME


def _topic(last: Last, desk: Desk) -> Card | None:
    """The everyday topic the person just read of, if it was one."""
    card = desk.matcher.cards.get(last.type_code or "") if last else None
    return card if card and card.topic else None


REMARKS: tuple[tuple[Pattern[str], Callable[[Last, Desk], Reply | None]], ...] = (
    (UNPAID, _unpaid),
    (NOT_GIVEN, _not_given),
    (STOPPED, _stopped),
    (NEXT, _next),
    (AGAIN, _next),
    (PLAINER, _plainer),
    (JOKE, _joke),
    (NOT_THAT, _not_that),
    (LIKENED, _next),
    (NO_TAP, _by_name),
    (VERDICT, _verdict),
    (WHY, _why),
)
