"""What the worker does. Every task takes ids or nothing, may run twice, and holds no transaction across the network."""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from bot import answering, fitting, syncing
from bot.content import asked
from bot.kit import Kit
from bot.push import notes
from bot.push.models import State
from bot.push.notes import Parcel
from bot.registry import erase, rates
from bot.talk import dialogue, ledger
from core.clock import county_date
from core.errors import DatabaseAway, TryAgain
from core.spool import Line
from core.wechat.outcome import CallFailed, Outcome

log = logging.getLogger(__name__)

AT_ONCE = 1  # what is claimed when a worker dies is in doubt, so nothing is claimed before it is sent
FIT_MODEL = "fit_model"
AGAIN = {Outcome.TRANSIENT, Outcome.MINUTE, Outcome.TOKEN}


def send_notes(kit: Kit) -> None:
    """Send the customer-service messages that are due, one after another, until none is left."""
    while parcels := _claimed(kit):
        for parcel in parcels:
            state, code = _send(parcel, kit)
            with kit.db.transaction() as session:
                notes.record(session, parcel, state, kit.clock(), code)


def _claimed(kit: Kit) -> list[Parcel]:
    with kit.db.transaction() as session:
        return notes.claim(session, kit.clock(), AT_ONCE)


def _send(parcel: Parcel, kit: Kit) -> tuple[State, int | None]:
    """Silence is doubt: WeChat has no idempotency key here, so an unsure message is never sent again by itself."""
    try:
        kit.wechat.send_text(parcel.openid, parcel.text)
    except CallFailed as failure:
        if failure.outcome in AGAIN:
            return State.QUEUED, failure.code
        return (State.UNSURE if failure.outcome is Outcome.UNSURE else State.FAILED), failure.code
    return State.SENT, None


def replay_spool(kit: Kit) -> None:
    """Give the events that came while the database was away their effect, in order."""

    def take(line: Line) -> bool:
        try:
            answering.kept(answering.from_spool(line), kit)
        except (DatabaseAway, TryAgain):
            return False
        return True

    if taken := kit.spool.replay(take):
        log.info("%d spooled events had their effect", taken)
        kit.queue.put(answering.SCRUB)


def scrub(kit: Kit) -> None:
    """Take what was erased out of the database's own log, too; what is read just then waits for the next time."""
    if not kit.db.scrub():
        log.info("the write-ahead log is in use")


def freeze_counts(kit: Kit) -> None:
    """Freeze yesterday's counts, and any earlier day that was missed."""
    now = kit.clock()
    with kit.db.transaction() as session:
        rates.freeze(session, county_date(now) - timedelta(days=1), now)


def purge(kit: Kit) -> None:
    """Delete what is past its time: messages, answered questions, hashes of people who left."""
    now, days = kit.clock(), kit.settings.keep_texts_days
    with kit.db.transaction() as session:
        ledger.purge(session, now, days)
        dialogue.purge(session, now)
        asked.purge(session, now, days)
        erase.forget_departed(session, county_date(now))


def flag_unsure(kit: Kit) -> None:
    """A message cut off while it was being sent waits for a person."""
    with kit.db.transaction() as session:
        notes.mark_unsure(session, kit.clock())


def sync_followers(kit: Kit) -> None:
    """Nightly: bring in followers we do not know, let go of those who left unseen."""
    syncing.nightly(kit)


def fit_model(kit: Kit) -> None:
    """Fit the matcher's model when the library moved on since the last fit; web processes follow by themselves."""
    fitting.refit_if_due(kit.db, kit.clock())


TASKS: dict[str, Callable[[Kit], None]] = {
    answering.SEND_NOTES: send_notes,
    "replay_spool": replay_spool,
    answering.SCRUB: scrub,
    "freeze_counts": freeze_counts,
    "purge": purge,
    "flag_unsure": flag_unsure,
    "sync_followers": sync_followers,
    FIT_MODEL: fit_model,
}


def serve(kit: Kit) -> None:
    """Run tasks in this process until told to stop."""
    kit.queue.serve({name: partial(task, kit) for name, task in TASKS.items()})
