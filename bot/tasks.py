"""What the worker does. Every task takes ids or nothing, may run twice, and holds no transaction across the network."""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from bot import answering, fitting, seeing, syncing
from bot.content import asked, grouping, owing
from bot.handlers.media import READ_PICTURES
from bot.kit import Kit
from bot.push import notes
from bot.push.models import State
from bot.push.notes import Parcel
from bot.registry import codes, erase, rates, reconcile, sign_in, unit_verbs
from bot.registry.codes import Code
from bot.talk import dialogue, ledger, pictures
from core.clock import county_date
from core.errors import DatabaseAway, TryAgain
from core.spool import Line
from core.wechat.outcome import CallFailed, Outcome

log = logging.getLogger(__name__)

AT_ONCE = 1  # what is claimed when a worker dies is in doubt, so nothing is claimed before it is sent
FIT_MODEL = "fit_model"
MAKE_CODES = "make_codes"
OF_ONE_CODE = {Outcome.BAD_REQUEST, Outcome.UNKNOWN, Outcome.CONTENT}
"""Faults of one code; after any other, the next code would fail as well."""
GROUP_QUESTIONS = "group_questions"
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
        if failure.outcome is Outcome.WINDOW:
            return State.WAITING, failure.code
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


def settle_units(kit: Kit) -> None:
    """Let take effect what was planned for today or earlier: units that move, merge or close."""
    now = kit.clock()
    with kit.db.transaction() as session:
        if changed := unit_verbs.settle(session, now):
            log.info("%d units changed as planned", changed)


def purge(kit: Kit) -> None:
    """Delete what is past its time: messages, answered questions, hashes of people who left, tries to sign in."""
    now, days = kit.clock(), kit.settings.keep_texts_days
    with kit.db.transaction() as session:
        pictures.purge(session, now)
        ledger.purge(session, now, days)
        dialogue.purge(session, now)
        asked.purge(session, now, days)
        notes.purge(session, now, days)
        reconcile.purge(session, county_date(now))
        erase.forget_departed(session, county_date(now))
        sign_in.forget_places(session, kit.real_clock())


def flag_unsure(kit: Kit) -> None:
    """A message cut off while it was being sent waits for a person."""
    with kit.db.transaction() as session:
        notes.mark_unsure(session, kit.clock())


def sync_followers(kit: Kit) -> None:
    """Nightly: bring in followers we do not know, let go of those who left unseen."""
    syncing.nightly(kit)


def group_questions(kit: Kit) -> None:
    """Put like questions together for the editors' inbox, and tell those who wished it what became of theirs."""
    now = kit.clock()
    with kit.db.reading() as session:
        if not (grouping.anything_new(session) or owing.anything_to_tell(session, now)):
            return
    with kit.db.transaction() as session:
        while grouping.group_new(session, now) == grouping.AT_ONCE:
            pass
        told = owing.tell(session, now)
    if told:
        kit.queue.put(answering.SEND_NOTES)


def fit_model(kit: Kit) -> None:
    """Fit the matcher's model when the library moved on since the last fit; web processes follow by themselves."""
    fitting.refit_alone(kit.db, kit.clock(), kit.real_clock)


def make_codes(kit: Kit) -> None:
    """Ask WeChat for the permanent codes that are owed, one after another."""
    going = True
    while going and (scene := _claimed_code(kit)):
        going = _made_code(scene, kit)


def _claimed_code(kit: Kit) -> str | None:
    with kit.db.transaction() as session:
        return codes.claim(session, kit.clock())


def _made_code(scene: str, kit: Kit) -> bool:
    try:
        code_for(scene, kit)
    except CallFailed as failure:
        with kit.db.transaction() as session:
            codes.failed(session, scene, failure.outcome, kit.clock())
        log.warning("a code was not made: %s", failure)
        return failure.outcome in OF_ONE_CODE
    return True


def code_for(scene: str, kit: Kit) -> Code:
    """The permanent code of a scene, asked for when we do not have it yet. Raises CallFailed."""
    now = kit.clock()
    with kit.db.transaction() as session:
        held = codes.codes(session, [scene])
        if not held:
            codes.ask(session, [scene], now)
    if held and held[0].url:
        return held[0]
    made = kit.wechat.create_qr(scene, expires_s=None)
    with kit.db.transaction() as session:
        codes.made(session, scene, made.ticket, made.url, now)
        return codes.codes(session, [scene])[0]


TASKS: dict[str, Callable[[Kit], None]] = {
    answering.SEND_NOTES: send_notes,
    "replay_spool": replay_spool,
    answering.SCRUB: scrub,
    "freeze_counts": freeze_counts,
    "settle_units": settle_units,
    "purge": purge,
    "flag_unsure": flag_unsure,
    "sync_followers": sync_followers,
    GROUP_QUESTIONS: group_questions,
    FIT_MODEL: fit_model,
    MAKE_CODES: make_codes,
    READ_PICTURES: seeing.read_pictures,
}


def serve(kit: Kit) -> None:
    """Run tasks in this process until told to stop."""
    try:
        kit.queue.serve({name: partial(task, kit) for name, task in TASKS.items()})
    finally:
        seeing.close()
