"""One message in, one reply out, exactly once: the path of every message, whichever process and whatever is away."""

import logging
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot import handlers
from bot.content import answer as library
from bot.content import asked
from bot.content.fold import fold
from bot.content.mask import mask
from bot.handlers import media, waiting
from bot.handlers.desk import Desk, Reply, Work
from bot.handlers.typed import bare, number_in
from bot.handlers.words import AWAY, HELLO_AWAY, SORRY
from bot.kit import Kit
from bot.push import notes
from bot.registry import people
from bot.talk import dialogue, ledger
from bot.talk.ledger import Caller, Entry
from core.db import Look
from core.errors import DatabaseAway, Refusal, TryAgain
from core.spool import Line
from core.wechat.incoming import Incoming
from core.wechat.reply import split

log = logging.getLogger(__name__)

TRIES = 8  # each further one means that another message of the same person came in between
CROWDED = 4  # after so many, a question no longer waits for its turn among those that come at once
TEXT_KEPT = 1000  # characters of a question
LEAVING = frozenset({"unsubscribe", "user_authorization_revoke", "user_authorization_cancellation"})
NOT_REPEATED = LEAVING | {"subscribe"}
SEND_NOTES = notes.SEND_NOTES
SCRUB = "scrub"
REPLAY_SPOOL = "replay_spool"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A verified message. `nonce` and `body` are set only where the signature does not cover the body."""

    message: Incoming
    nonce: str | None = None
    body: str | None = None
    emergency: bool | None = None
    """Whether somebody is losing money now, where the door has looked already."""
    heard: bool = True
    """False for an event from the spool: nobody reads its reply, so no step may wait for an answer to it."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the person gets: parts of at most 2,000 bytes, the first in the reply, the rest as notes."""

    parts: tuple[str, ...]
    twin: str
    owed: bool = False
    erased: bool = False
    task: str = ""

    @property
    def first(self) -> str:
        return self.parts[0] if self.parts else ""


def answer(arrival: Arrival, kit: Kit) -> Said:
    """Whatever happens, a person gets a sentence and not an error. Raises only NonceReused."""
    arrival = replace(arrival, message=media.as_text(arrival.message))
    if arrival.message.event in LEAVING and not kit.spool.empty():
        return _after_what_waits(arrival.message, kit)
    try:
        said = kept(arrival, kit)
    except DatabaseAway:
        return _from_memory(arrival, twin_of(arrival.message, kit), kit)
    except ledger.NonceReused:
        raise
    except Exception:
        log.exception("a %s %s was not kept", arrival.message.kind, arrival.message.event)
        return Said((SORRY,), twin_of(arrival.message, kit))
    if said.owed:
        kit.queue.put(SEND_NOTES)
    if said.erased:
        kit.queue.put(SCRUB)
    if said.task:
        kit.queue.put(said.task)
    return said


def _after_what_waits(message: Incoming, kit: Kit) -> Said:
    """Somebody leaves while events still wait in the spool: their own follow may be among them and must not come after."""
    kit.spool.add(spooled(message))
    kit.queue.put(REPLAY_SPOOL)
    return Said((), twin_of(message, kit))


def twin_of(message: Incoming, kit: Kit) -> str:
    """The keyed hash by which every delivery of one message is known."""
    return kit.vault.digest("twin", f"{message.openid}\n{message.key}")


def kept(arrival: Arrival, kit: Kit) -> Said:
    """Look, answer, then keep everything in one transaction; begin again when somebody came in between.

    Raises DatabaseAway when the answer changes something and cannot be kept.
    """
    twin = twin_of(arrival.message, kit)
    for tried in range(TRIES):
        now = kit.clock()
        caller, reply = _look(arrival, now, kit)
        if tried >= CROWDED:
            reply = replace(reply, turn=None)
        try:
            return _keep_or_refuse(arrival, twin, caller, reply, now, kit)
        except (IntegrityError, TryAgain, dialogue.Moved):
            with kit.db.reading() as session:
                given = ledger.reply_given(session, twin, arrival.nonce, arrival.body)
            if given is not None:
                return Said(tuple(given), twin)
        except DatabaseAway:
            if reply.writes or arrival.message.kind == "event" or reply.outcome == "unknown":
                raise
            return Said(tuple(split(reply.text)), twin)  # an answer is an answer; only its record is lost
    raise DatabaseAway("too many collisions")


def _look(arrival: Arrival, now: datetime, kit: Kit) -> tuple[Caller, Reply]:
    """The caller as the database shows them, and the reply; nothing is changed."""
    with kit.db.look() as look:
        caller = ledger.caller_of(look, arrival.message.openid, now)
        if kit.matcher.behind(caller.library_version):
            kit.matcher.refresh_to(look.session, caller.library_version)
        if caller.units_version != kit.units.version:
            kit.units.refresh(look.session)
        if caller.options_version != kit.options.version:
            kit.options.refresh(look.session)
        desk = _desk(arrival, caller, now, kit, look)
        reply = _reply(arrival.message, desk)
        if not arrival.heard:
            return caller, replace(reply, text="", dialogue=None)
        return caller, waiting.carried(reply, desk)


def _desk(arrival: Arrival, caller: Caller, now: datetime, kit: Kit, look: Look | None) -> Desk:
    message = arrival.message
    own_words = message.kind in ("text", "voice")  # the title of a link somebody forwards is not
    emergency = arrival.emergency if own_words else False
    judged = library.judge(message.text, kit.matcher, emergency=emergency)
    options, site = kit.options.options, kit.settings.public_url
    return Desk(caller, now, kit.matcher, kit.units, judged, kit.vault, options, bare(judged.key), site, look)


def rehearse(text: str, kit: Kit) -> tuple[str, str, str]:
    """What somebody we do not know would read in answer to `text`, who answers (`handlers.gesture`), and the outcome.

    Nothing of it is kept. For the test bench.
    """
    now = kit.clock()
    message = Incoming(key="", openid="", account="", at=now, kind="text", text=text)
    with kit.db.look() as look:
        desk = _desk(Arrival(message), Caller(""), now, kit, look)
        reply = _reply(message, desk)
        unsaid = reply.outcome in ("refused", "failed")
        return reply.text, "" if unsaid else handlers.gesture(message, desk), reply.outcome


def _reply(message: Incoming, desk: Desk) -> Reply:
    """A refusal is a reply; a bug is an apology and a line in the log."""
    try:
        return handlers.answer(message, desk) or Reply("", outcome="event", needs_follower=False)
    except Refusal as refusal:
        return Reply(refusal.message, outcome="refused")
    except (DatabaseAway, OperationalError, InterfaceError, PoolTimeout):
        raise
    except Exception:
        log.exception("a %s %s was not answered", message.kind, message.event)
        return Reply(SORRY, outcome="failed")


def _keep_or_refuse(
    arrival: Arrival, twin: str, caller: Caller, reply: Reply, now: datetime, kit: Kit
) -> Said:
    """An effect that finds its rule broken after all (the unit closed meanwhile) undoes everything but the message."""
    try:
        return _keep(arrival, twin, caller, reply, now, kit)
    except Refusal as refusal:
        return _keep(arrival, twin, caller, Reply(refusal.message, outcome="refused"), now, kit)


def _keep(arrival: Arrival, twin: str, caller: Caller, reply: Reply, now: datetime, kit: Kit) -> Said:
    message, parts = arrival.message, split(reply.text)
    entry = Entry(
        twin, now, message.kind, reply.outcome, parts, _words_kept(message, reply), reply.type_code,
        arrival.nonce, arrival.body, reply.turn, reply.run,
    )  # fmt: skip
    if _changes_nothing(caller, reply, parts):
        ledger.keep_alone(kit.db, entry, caller.follower_id)
        return Said(tuple(parts), twin)
    with kit.db.transaction() as session:
        follower_id = caller.follower_id
        if follower_id is None and reply.needs_follower:
            since = min(message.at, now)
            follower_id = people.follower_id_of(session, message.openid, since, message.scene)
        inbound_id = ledger.keep(session, entry, None if reply.erases else follower_id)
        if follower_id is not None:
            _carry_out(Work(session, now, follower_id, kit.vault, inbound_id), reply, caller)
            for number, part in enumerate(parts[1:], 2):
                notes.owe(session, f"in:{twin}:{number}", follower_id, part, now)
        if reply.unanswered:
            asked.keep_question(
                session, inbound_id, follower_id, entry.text or "", fold(entry.text or ""), now
            )
    return Said(tuple(parts), twin, owed=len(parts) > 1, erased=reply.erases, task=reply.task)


def _words_kept(message: Incoming, reply: Reply) -> str | None:
    """The question, masked, behind the lines that were read with it; of a long talk the end."""
    if not reply.keeps_text:
        return None
    own = mask(message.text)[:TEXT_KEPT]
    return f"{reply.before}\n{own}"[-TEXT_KEPT:] if reply.before else own


def _changes_nothing(caller: Caller, reply: Reply, parts: list[str]) -> bool:
    """Whether the message is written down and that is all: then one statement is enough."""
    known = caller.follower_id is not None or not reply.needs_follower
    return known and len(parts) <= 1 and not reply.writes and not reply.unanswered


def _carry_out(work: Work, reply: Reply, caller: Caller) -> None:
    for effect in reply.effects:
        effect(work)
    if reply.dialogue is not None:
        seen = caller.dialogue_version
        dialogue.advance(work.session, work.follower_id, reply.dialogue, seen, work.now)


def _from_memory(arrival: Arrival, twin: str, kit: Kit) -> Said:
    """The database is away: what needs no writing is answered, what WeChat will not repeat goes to the spool."""
    message = arrival.message
    if message.kind == "event" and message.event in NOT_REPEATED:
        kit.spool.add(spooled(message))
        return Said((HELLO_AWAY,) if message.event == "subscribe" else (), twin)
    desk = _desk(arrival, Caller(message.openid), kit.clock(), kit, None)
    try:
        reply = handlers.answer(message, desk)
    except (DatabaseAway, Refusal):
        reply = None
    if message.kind == "event" and not reply:
        return Said((), twin)
    answers_a_step = number_in(desk.typed) is not None  # perhaps a registration: which one, we cannot see now
    if reply is None or reply.writes or reply.unanswered or reply.outcome == "chat" or answers_a_step:
        return Said((AWAY,), twin)
    return Said(tuple(split(reply.text))[:1], twin)


def spooled(message: Incoming) -> Line:
    """An event as the spool keeps it: what is needed to have its effect later."""
    at = message.at.timestamp()
    return {
        "key": message.key,
        "openid": message.openid,
        "event": message.event,
        "scene": message.scene,
        "at": at,
    }


def from_spool(line: Line) -> Arrival:
    at = datetime.fromtimestamp(line["at"], UTC)
    message = Incoming(
        key=line["key"],
        openid=line["openid"],
        account="",
        at=at,
        kind="event",
        event=line["event"],
        scene=line["scene"],
    )
    return Arrival(message, heard=False)
