"""Door: the worker reads pictures people sent and answers each with a customer-service message, exactly once."""

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.answering import SEND_NOTES
from bot.content import answer as library
from bot.content import asked
from bot.content.emergency import is_emergency, leaning
from bot.content.fold import fold
from bot.content.mask import mask
from bot.content.screenshot import Bubble, bubbles, words_of
from bot.handlers import emergency as first_minutes
from bot.handlers import library as by_library
from bot.handlers.desk import Desk, Reply
from bot.handlers.typed import bare
from bot.kit import Kit
from bot.push import notes
from bot.talk import pictures
from bot.talk.ledger import Caller
from bot.talk.pictures import Claimed
from core.sight import Blind, NoPicture, Sight, TooLarge
from core.wechat.incoming import Incoming
from core.wechat.outcome import CallFailed, Outcome
from core.wechat.reply import split

log = logging.getLogger(__name__)

TYPE_IT = "请把对方的原话打字或复制发给我。\n已经转账先拨打110，拿不准拨打96110。"
OR_TYPE = TYPE_IT.replace("请把", "也可以把", 1)
GONE = f"这张图从微信取不到了，请再发一次。{OR_TYPE}"
TOO_LARGE = f"这张图太大，我看不了。请截一小块再发。{OR_TYPE}"
NO_PICTURE = f"这个文件不是我能看的图。{TYPE_IT}"
NO_WORDS = f"图里没看出文字。请发聊天或短信的截图。{OR_TYPE}"
BLIND = f"图这会儿看不了。{TYPE_IT}"
SAW = "图里写的是“{words}”。\n"
SHOWN = 24  # characters of what was read that the person is shown, to see that it was read rightly
LEAST = 2
PLAIN = 0.7  # a leaning of the whole picture that leaves little doubt
FAILED = "failed"
BUSY = {Outcome.TRANSIENT, Outcome.MINUTE, Outcome.TOKEN}
PAUSE = timedelta(seconds=5)

_sight = Sight()
_wanted = threading.Event()
_one = threading.Lock()


@dataclass(frozen=True, slots=True)
class Seen:
    """What a picture came to: the answer, and the words in it as they may be kept."""

    reply: Reply
    text_masked: str | None = None


def read_pictures(kit: Kit) -> None:
    """Read what waits, one picture at a time; a second worker thread leaves it to the first and stays free."""
    _wanted.set()
    while _wanted.is_set() and _one.acquire(blocking=False):
        try:
            _wanted.clear()
            while (taken := _claimed(kit)) is not None:
                _read(taken, kit)
        finally:
            _one.release()


def can_see() -> bool:
    """Whether pictures can be read on this machine."""
    sight = Sight()
    try:
        sight.ready()
    except Blind:
        return False
    finally:
        sight.close()
    return True


def close() -> None:
    """End the child that reads."""
    _sight.close()


def _claimed(kit: Kit) -> Claimed | None:
    with kit.db.transaction() as session:
        return pictures.claim(session, kit.clock())


def _read(taken: Claimed, kit: Kit) -> None:
    """Fetch, read, judge and owe the answer. A picture that ends its reader again and again is given up."""
    if taken.tries > pictures.MOST_TRIES:
        _owe(taken, _sorry(BLIND), kit)
        return
    try:
        seen = _seen(kit.wechat.fetch_media(taken.media_id).data, taken, kit)
    except CallFailed as failure:
        if failure.outcome in BUSY and taken.tries < pictures.MOST_TRIES:
            _later(taken, kit)
            return
        seen = _sorry(_why_not(failure))
    _owe(taken, seen, kit)


def _why_not(failure: CallFailed) -> str:
    """Without a code of WeChat's a refused fetch means that we stopped at the limit."""
    return TOO_LARGE if failure.outcome is Outcome.BAD_REQUEST and failure.code is None else GONE


def _later(taken: Claimed, kit: Kit) -> None:
    due_at = kit.clock() + PAUSE * 2**taken.tries
    with kit.db.transaction() as session:
        pictures.postpone(session, taken, due_at)


def _seen(data: bytes, taken: Claimed, kit: Kit) -> Seen:
    """The answer to a picture, or the sentence that says why there is none."""
    try:
        page = _sight.read(data)
    except NoPicture:
        return _sorry(NO_PICTURE)
    except TooLarge:
        return _sorry(TOO_LARGE)
    except Blind as reason:
        log.warning("a picture was not read: %s", reason)
        return _sorry(BLIND)
    said = bubbles(page)
    if len(fold(words_of(said))) < LEAST:
        return _sorry(NO_WORDS)
    return judged(said, taken, kit)


def judged(said: Sequence[Bubble], taken: Claimed, kit: Kit) -> Seen:
    """The same judgement and the same words as for a typed message; the owner's own bubbles count by themselves."""
    text = words_of(said)
    with kit.db.reading() as session:
        kit.matcher.refresh(session)
        kit.options.refresh(session)
        full = asked.enough_of(session, taken.follower_id)
    found = library.judge(text, kit.matcher, emergency=is_losing(said))
    message = Incoming(key="", openid=taken.openid, account="", at=kit.clock(), kind="image", text=text)
    desk = Desk(
        Caller(taken.openid, taken.follower_id), kit.clock(), kit.matcher, kit.units, found, kit.vault,
        kit.options.options, bare(found.key), kit.settings.public_url,
    )  # fmt: skip
    reply, words = _answered(message, desk), mask(text)
    if reply.unanswered and full:
        leans = library.leaning_of(found.match, kit.matcher.cards)
        reply = replace(reply, text=library.render_none_more(leans), unanswered=False)
    return Seen(_with_words(reply, words), words)


def is_losing(said: Sequence[Bubble]) -> bool:
    """Whether the phone's owner is losing money: by their own bubbles, or where all of it says so plainly.

    Most of a screenshot are a swindler's words, and what he asks for has not happened; his threats have.
    """
    return leaning(words_of(said)) > PLAIN or any(bubble.own and is_emergency(bubble.text) for bubble in said)


def _answered(message: Incoming, desk: Desk) -> Reply:
    return (
        first_minutes.reply(message, desk)
        or by_library.judged(message, desk)
        or by_library.unknown(message, desk)
    )


def _with_words(reply: Reply, words: str) -> Reply:
    """Nothing stands before the first-minutes card; any other answer says what was read."""
    if reply.outcome == first_minutes.OUTCOME:
        return reply
    plain = " ".join(words.split()).replace("<", "＜")
    shown = plain if len(plain) <= SHOWN else f"{plain[:SHOWN]}…"
    return replace(reply, text=SAW.format(words=shown) + reply.text)


def _sorry(text: str) -> Seen:
    return Seen(Reply(text, outcome=FAILED))


def _owe(taken: Claimed, seen: Seen, kit: Kit) -> None:
    """The end of the picture and the answer owed, in one transaction: read twice, it is still answered once."""
    reply, now = seen.reply, kit.clock()
    with kit.db.transaction() as session:
        if not pictures.finish(session, taken, reply.outcome, seen.text_masked, reply.type_code):
            return
        for number, part in enumerate(split(reply.text), 1):
            notes.owe(session, f"picture:{taken.inbound_id}:{number}", taken.follower_id, part, now)
        if reply.unanswered:
            words = seen.text_masked or ""
            asked.keep_question(
                session, taken.inbound_id, taken.follower_id, words, fold(words), now, asked.PICTURE
            )
    kit.queue.put(SEND_NOTES)
