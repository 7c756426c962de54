"""The half hour after the first-minutes card: short next steps instead of the card again, and never “not seen before”."""

import re
from datetime import timedelta

from bot.handlers import danger, danger_words, english_words, smalltalk
from bot.handlers.desk import Desk, Reply
from bot.handlers.smalltalk import PLAIN as NODS
from bot.handlers.words import EMERGENCY, FIRST_MINUTES, MONEY, NOT_ALONE
from bot.talk import ledger
from core.wechat.incoming import Incoming

FRESH = timedelta(minutes=30)
ON_THE_PHONE = """先打110，再打银行卡背面的电话，说：“我被骗了，请帮我挂失、止付。”
等的时候不删聊天记录，那边再打来、再催，一律不接不回。
接下来听民警的。民警不会收钱，也不会让您把钱转到别处。"""
NOT_THAT_TOO = """这一样没给就好，接着也别给。
前面说的钱要是已经转了：马上拨打110，再打银行卡背面的电话，说“我被骗了，请帮我挂失、止付”。"""
KEEP_IT = """别再删了：聊天、转账、通话记录都是追钱的凭证，能截图的先截图，删掉的也告诉民警。
钱已经转了的，马上拨打110，再打银行卡背面的电话挂失、止付。"""
CUT_OFF = """断了就好，那边再打来、换号再加，都别理，也不再给钱。
钱已经转了的，马上拨打110，再打银行卡背面的电话挂失、止付；聊天和转账记录先留着。"""
IT_IS = """很像诈骗，先当诈骗办：马上拨打110，再打银行卡背面的电话挂失、止付，一分钱也不再给。
真是误会，晚一会儿再付也不迟；真是诈骗，早一分钟就多一分希望。"""
CALLED = "好。先打110，再打银行卡背面的电话；打完了，民警说什么、还有哪里不明白，都可以再问我。"
WITH_SOMEBODY = """先叫个人到您身边来。叫不到人就拨打110，民警会来；身体不舒服，拨打120。
钱的事可以慢慢办，人最要紧。"""
SAFE_AGAIN = """人没事就好。有人受伤，拨打120；再有危险，接着拨打110、119。
缓一缓，别的事慢慢说。"""
AFTERWARDS = """事情过去了也能报警：拨打110，说清什么时候、谁、出了什么事。
有人受伤，拨打120；再有危险，先躲开，马上拨打110。"""
STILL_HERE = """您在就好。今晚也叫个人陪着您；又难受起来，随时拨打110，也可以再发给我。
钱的事慢慢办，人最要紧。"""
NOT_YOUR_FAULT = """这不怪您，是骗子太会骗。找个信得过的人陪着，先把两个电话打完：
110，再打银行卡背面的电话，说“我被骗了，请帮我挂失、止付”。
聊天和转账记录留着，别的慢慢来。"""
HOLD_BACK = """劝不住的时候别吵，人陪着，手机和银行卡先替他拿着：
马上拨打110或96110，说家里人正在给骗子转钱，请民警来劝；人在银行，就请柜台先别办。
骗子常教人“谁都别告诉”，家里人越急他越信那边，换民警说更管用。"""
POLICE = """拨打110，一句话就够：“我被骗了，什么时候、转了多少钱、从哪张卡转到哪个账号。”
打不了电话，让身边人打，或者直接去最近的派出所：带身份证、手机、银行卡和转账记录。
接着打银行卡背面的电话挂失、止付。这些越早越好；能不能追回，听办案民警的。"""
WONT_LISTEN = re.compile(
    "(?:爸|妈|爷|奶|姥|老公|老婆|老伴|媳妇|儿子|女儿|孩子|弟|妹|哥|姐|他|她|老人|家里人|父亲|母亲).{0,8}"
    "(?:不听|不信|不承认|听不进|劝不|拦不|还要(?:转|打|汇|给|去)|非要|硬要|偏要|不让我(?:说|管|报)|骂我|不肯|瞒着)"
    "|(?:怎么|咋|如何)(?:劝|拦|跟他说|跟她说)"
)
SAFE = "safe"
"""The outcome of the answer to who says that the danger is over: what comes next is a question like any other."""
SAFE_NOW = re.compile(
    "(?:我|我们|人|他|她|孩子|爸|妈|都|已经|现在|放心|火|谢谢|好了)*(?:没事了?|没事儿了?|安全了?|平安了?|出来了"
    "|逃出来了|跑出来了|灭了|扑灭了|找到了|找着了|回来了|到家了|醒了"
    "|下来了|好多了|想开了|不想死了|不死了|送医院了|在医院了|得救了|没受伤)(?:谢谢|啊|呀|放心吧?|了)*"
    "|(?:警察|民警|救护车|消防|消防队|医生|家里人|我?爸|我?妈|老公|老婆|朋友|邻居)(?:已经|都|就)?(?:来了|到了|过来了|在这"
    "|在我身边)(?:了)?"
)
GONE = re.compile("(?:他|她|他们|那人|那些人|那个人|坏人|歹徒)(?:已经|都)?(?:走|跑|离开)了")
ASKS_NEW = re.compile(
    "(?:诈骗|骗局|骗子|骗人|真的|假的|靠谱|可信|能信|可靠|正规)(?:的)?(?:吗|么|吧|不)|(?:怎么|如何)(?:识别|防范|预防|辨别)|是不是(?:诈骗|骗)"
)
"""What somebody asks whose danger is over is a question like any other."""
_FEELS = (smalltalk.GREET, smalltalk.THANK, smalltalk.BYE, smalltalk.PLEA, smalltalk.SORROW, smalltalk.ABUSE)
"""To “再见” from somebody who spoke of dying there are better answers than to anybody else's."""


def reply(message: Incoming, desk: Desk) -> Reply | None:
    """A nod to the card just read; thanks, farewell or a cry, where it was company."""
    if safe := safe_now(desk):
        return safe
    nods = desk.typed in NODS
    feels = not message.menu_id and any(pattern.fullmatch(desk.typed) for pattern in _FEELS)
    last = fresh(desk) if nods or (feels and not desk.typed.isdigit()) else None
    kept = kept_company(last)
    if last and not kept and smalltalk.SORROW.fullmatch(desk.typed):
        return Reply(NOT_YOUR_FAULT)
    if last and not kept and smalltalk.PLEA.fullmatch(desk.typed):
        return Reply(ON_THE_PHONE)
    return Reply(kept or CALLED) if last and (kept or nods) else None


def safe_now(desk: Desk) -> Reply | None:
    """Who was in danger says that it is over; who spoke of dying is still not left alone."""
    over, gone = SAFE_NOW.fullmatch(desk.typed), GONE.fullmatch(desk.typed)
    kept = kept_company(fresh(desk)) if over or gone else ""
    if kept in (danger_words.NEXT, english_words.SAFETY):
        return Reply(SAFE_AGAIN, outcome=SAFE)
    return Reply(STILL_HERE) if over and kept == WITH_SOMEBODY else None


def fresh(desk: Desk) -> ledger.Answered | None:
    """The first-minutes card, where it is what the person was answered last, within half an hour."""
    last = last_told(desk)
    return last if last and last.outcome == EMERGENCY else None


def last_told(desk: Desk) -> ledger.Answered | None:
    """What the person was told last, if that is fresh; None without a database."""
    if desk.look is None or desk.caller.follower_id is None:
        return None
    return ledger.last_answer(desk.session, desk.caller.follower_id, desk.now - FRESH)


def told_on(message: Incoming, desk: Desk) -> Reply | None:
    """Words nobody else could answer, from somebody who has that card before them: what to do, and nothing to editors."""
    last = last_told(desk)
    if last is None or (ASKS_NEW.search(desk.typed) and (last.outcome == SAFE or kept_company(last))):
        return None
    if last.outcome != EMERGENCY:
        return Reply(AFTERWARDS) if last.outcome == SAFE else None
    return Reply(kept_company(last) or (HOLD_BACK if WONT_LISTEN.search(desk.typed) else POLICE))


def instead(desk: Desk) -> str:
    """What somebody reads instead of the same card once more; "" where it is not fresh."""
    last = fresh(desk)
    if last is None:
        return ""
    if kept := kept_company(last):
        return "" if MONEY.search(desk.typed) else kept
    return HOLD_BACK if WONT_LISTEN.search(desk.typed) else ON_THE_PHONE


def kept_company(last: ledger.Answered | None) -> str:
    """What comes next for somebody who spoke of dying or of danger, or wrote English; "" where the card was the Chinese one."""
    if last is None or last.outcome != EMERGENCY or FIRST_MINUTES in last.reply:
        return ""
    told = next((then for first, then in _COMPANY if first in last.reply), "")
    return told or (danger_words.NEXT if last.reply.startswith(danger.FIRSTS) else "")


_COMPANY = (
    *(
        (said, said)
        for said in (english_words.NEXT, english_words.SAFETY, english_words.COMPANY, WITH_SOMEBODY)
    ),
    (english_words.FIRST, english_words.NEXT),
    (english_words.DANGER, english_words.SAFETY),
    (english_words.DESPAIR, english_words.COMPANY),
    (NOT_ALONE, WITH_SOMEBODY),
)
_SAME = {WITH_SOMEBODY: english_words.COMPANY, danger_words.NEXT: english_words.SAFETY}


def in_english(desk: Desk) -> str:
    """The next step for somebody who goes on in English; "" where nothing was lost a moment ago."""
    last = fresh(desk)
    kept = kept_company(last)
    return _SAME.get(kept, kept or english_words.NEXT) if last else ""


def next_step() -> Reply:
    return Reply(ON_THE_PHONE)


def not_that_too() -> Reply:
    return Reply(NOT_THAT_TOO)


def it_is() -> Reply:
    return Reply(IT_IS)


def stopped(typed: str) -> Reply:
    """To cut off is right; to delete destroys what the police need."""
    return Reply(KEEP_IT if re.search("删|卸载", typed) else CUT_OFF)
