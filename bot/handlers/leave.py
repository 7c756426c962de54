"""Going: `0` leaves a dialogue, `注销` (two steps) and unfollowing erase the person."""

from bot.content import asked
from bot.handlers.desk import Desk, Reply, Work
from bot.handlers.words import LEFT
from bot.push import notes
from bot.registry import erase
from bot.talk import ledger, pictures
from bot.talk.dialogue import OVER, Step
from core.wechat.incoming import Incoming

STEP = "erase"
CONFIRM = ("确认注销", "确定注销")
EXPLAIN = """注销会删掉您的单位、身份、手机号、家人和提问记录，不能恢复；您还可以继续关注和提问。
确定的话请回复“确认注销”。回复 0 退出。"""
ERASED = "已经注销，您的信息都删掉了。以后想登记，再回复“登记”。\n遇到可疑的事，照样可以发来问。"


def stop(message: Incoming, desk: Desk) -> Reply | None:
    """`0`: out of any dialogue."""
    if desk.typed not in ("0", "退出", "取消", "返回"):
        return None
    return Reply(LEFT, dialogue=OVER, outcome="command")


def ask(message: Incoming, desk: Desk) -> Reply:
    return Reply(EXPLAIN, dialogue=Step(STEP), outcome="command")


def confirmed(message: Incoming, desk: Desk) -> Reply | None:
    if desk.typed not in CONFIRM:
        return None
    return Reply(
        ERASED, (lambda work: erase_everywhere(work, by_wish=True),), outcome="dialogue", erases=True
    )


def unfollowed(message: Incoming, desk: Desk) -> Reply | None:
    """`unsubscribe`: WeChat asks that everything about the person goes. An older event than the follow is ignored."""
    caller = desk.caller
    if caller.follower_id is None or (
        caller.followed_at and message.at.timestamp() < int(caller.followed_at.timestamp())
    ):
        return None
    return Reply("", (lambda work: erase_everywhere(work, by_wish=False),), outcome="event", erases=True)


def erase_everywhere(work: Work, *, by_wish: bool) -> None:
    """Every room forgets the person, in one transaction. What stays are counts and keyed hashes."""
    for room in (asked, notes, pictures, ledger):
        room.forget(work.session, work.follower_id)
    erase.erase(work.session, work.follower_id, work.vault, work.now, by_wish=by_wish)
