"""Lines that come one upon another, a chat forwarded line by line, are read as one; nobody waits for the next line."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Self

from bot.content import asked
from bot.content.answer import judge
from bot.content.mask import mask
from bot.content.matcher import Match
from bot.handlers import going_on
from bot.handlers.desk import Desk, Reply, Work
from bot.handlers.going_on import MOST, READ
from bot.talk.ledger import Line
from core.wechat.incoming import Incoming

CLOSE = timedelta(seconds=1.5)
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a question stands among the person's questions, and the one that came just before, if any.

    Without a `turn` the next line does not look back at it, and nothing keeps two of them from coming at once.
    """

    turn: int | None = None
    before: Line | None = None

    def alone(self) -> Self:
        return replace(self, before=None)

    def words(self, message: Incoming) -> str:
        return f"{self.before.text}\n{message.text}"[-READ:] if self.before else message.text


def place_of(message: Incoming, desk: Desk) -> Place:
    """Typed lines alone are read together, and none while a dialogue waits for an answer.

    WeChat's own time counts whole seconds only, so what counts is when the lines reached us. What says the same as
    the line before is the same question once more.
    """
    if message.kind != "text" or message.menu_id:
        return Place()
    last = desk.caller.last
    if last is None:
        return Place(1)
    if abs(desk.now - last.at) > CLOSE:
        return Place(last.turn + 1)
    if last.run >= MOST or f"\n{last.text}".endswith(f"\n{mask(message.text)}"):
        return Place()
    return Place(last.turn + 1, None if desk.caller.step else last)


def read(message: Incoming, desk: Desk) -> tuple[Match, Place]:
    """What the talk so far is about; where the whole says nothing, the line by itself.

    Whether somebody is losing money is judged of every single line, and before this: lines this close were not typed
    by the person, and the words of a swindler must not count as theirs.
    """
    place = place_of(message, desk)
    if place.before is None:
        joined = going_on.whole_of(message, desk) if place.turn is not None else None
        return (joined, replace(place, before=desk.caller.last)) if joined else (desk.judged.match, place)
    whole = judge(place.words(message), desk.matcher, emergency=False).match
    if whole.says_something or not desk.judged.match.says_something:
        return whole, place
    return desk.judged.match, place.alone()


def same_as_before(place: Place, code: str, outcome: str) -> bool:
    """Whether the person has just read this very answer."""
    last = place.before
    return last is not None and last.type_code == code and last.outcome == outcome


def put(reply: Reply, place: Place) -> Reply:
    """The reply with its place, and with the line before taken from the editors: the whole is asked or answered now."""
    reply = replace(reply, turn=place.turn)
    last = place.before
    if last is None:
        return reply

    def absorb(work: Work) -> None:
        asked.absorb(work.session, last.inbound_id)

    effects = (*reply.effects, absorb) if last.outcome == UNKNOWN else reply.effects
    return replace(reply, effects=effects, run=last.run + 1, before=last.text)
