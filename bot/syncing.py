"""Comparing WeChat's list of followers with ours, page by page, with no transaction open while WeChat is asked."""

import logging

from bot.handlers.desk import Work
from bot.handlers.leave import erase_everywhere
from bot.kit import Kit
from bot.registry import sync
from core.errors import Conflict

log = logging.getLogger(__name__)
PEOPLE_AT_ONCE = 200


def run(kit: Kit, *, agreed: bool = False) -> dict[str, int]:
    """Take up the sync where it stands and carry it to its end: {"seen", "added", "gone"} in people.

    Raises CallFailed when WeChat does not answer (the next run goes on from the same page) and Conflict when
    more than 2 % would go and nobody agreed.
    """
    with kit.db.transaction() as session:
        state = sync.start(session, kit.clock())
    while not state.complete:
        page = kit.wechat.followers(state.next_openid)
        with kit.db.transaction() as session:
            following = page.next_openid if page.openids else ""
            state = sync.plan_page(session, page.openids, following, kit.vault, kit.clock())
    with kit.db.reading() as session:
        gone = sync.finish(session, agreed=agreed)
    for start in range(0, len(gone), PEOPLE_AT_ONCE):
        _let_go(kit, gone[start : start + PEOPLE_AT_ONCE])
    with kit.db.transaction() as session:
        sync.close(session)
    return {"seen": state.seen, "added": state.added, "gone": len(gone)}


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
