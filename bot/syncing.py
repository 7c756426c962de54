"""Comparing WeChat's list of followers with ours, page by page, with no transaction open while WeChat is asked."""

import logging
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from bot.handlers.desk import Work
from bot.handlers.leave import erase_everywhere
from bot.kit import Kit
from bot.registry import lease, sync
from bot.registry.sync import Sync
from core.errors import Conflict
from core.wechat.gateway import FollowerPage

log = logging.getLogger(__name__)
AT_ONCE = 1000  # people in one transaction: on SQLite everybody else waits for it
ERASED_AT_ONCE = 50
LEASE = "followers-sync"
LEASE_S = 300


def run(kit: Kit, *, agreed: bool = False) -> dict[str, int]:
    """Take up the sync where it stands and carry it to its end: {"seen", "added", "gone"} in people.

    Raises CallFailed when WeChat does not answer (the next run goes on from the same page) and Conflict when
    another sync runs, or when more than 2 % would go and nobody agreed; the list is then read anew next time.
    """
    with _alone(kit) as renew:
        with kit.db.transaction() as session:
            state = sync.start(session, kit.clock())
        while not state.complete:
            page = kit.wechat.followers(state.next_openid)
            renew()
            state = _take(kit, state, page)
        gone = _gone(kit, agreed)
        for start in range(0, len(gone), ERASED_AT_ONCE):
            renew()
            _let_go(kit, gone[start : start + ERASED_AT_ONCE])
        with kit.db.transaction() as session:
            sync.close(session)
    return {"seen": state.seen, "added": state.added, "gone": len(gone)}


@contextmanager
def _alone(kit: Kit) -> Iterator[Callable[[], None]]:
    """One sync at a time, whoever starts it; a lease, so that one that was killed does not block for ever."""
    holder = secrets.token_hex(8)

    def renew() -> None:
        with kit.db.transaction() as session:
            if not lease.take(session, LEASE, holder, kit.real_clock(), LEASE_S):
                raise Conflict("另一次同步正在进行，请等它结束。")

    renew()
    try:
        yield renew
    finally:
        with kit.db.transaction() as session:
            lease.drop(session, LEASE, holder, kit.real_clock())


def _take(kit: Kit, state: Sync, page: FollowerPage) -> Sync:
    following = page.next_openid if page.openids else ""
    pieces: list[Sequence[str]] = [
        page.openids[at : at + AT_ONCE] for at in range(0, len(page.openids), AT_ONCE)
    ] or [()]
    for number, piece in enumerate(pieces, 1):
        with kit.db.transaction() as session:
            part = number < len(pieces)
            state = sync.plan_page(session, state, piece, following, kit.vault, kit.clock(), part=part)
    return state


def _gone(kit: Kit, agreed: bool) -> list[int]:
    """Whom WeChat no longer lists. Without agreement the reading is thrown away: a person must look at fresh figures."""
    try:
        with kit.db.reading() as session:
            return sync.finish(session, agreed=agreed)
    except Conflict:
        with kit.db.transaction() as session:
            sync.close(session)
        raise


def _let_go(kit: Kit, follower_ids: list[int]) -> None:
    """People who unfollowed while we were down are erased as if we had seen it."""
    with kit.db.transaction() as session:
        for follower_id in follower_ids:
            erase_everywhere(Work(session, kit.clock(), follower_id, kit.vault), by_wish=False)


def nightly(kit: Kit) -> None:
    """The same without a person at hand: what needs agreement is left as it is, and said in the log."""
    try:
        run(kit)
    except Conflict as conflict:
        log.warning("followers sync stopped: %s", conflict.message)
