"""What a handler may touch, and what it hands back."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self

from sqlalchemy.orm import Session

from bot.content.answer import Judged
from bot.content.matcher import Matcher
from bot.registry.options import Options
from bot.registry.search import UnitIndex
from bot.talk.dialogue import Step
from bot.talk.ledger import Caller
from core.db import Look
from core.errors import DatabaseAway
from core.secrets import Vault
from core.wechat.incoming import Incoming


@dataclass(frozen=True, slots=True)
class Work:
    """What an effect may touch, inside the one transaction that also keeps the message and its reply."""

    session: Session
    now: datetime
    follower_id: int
    vault: Vault
    inbound_id: int = 0
    """The row of the message itself, where there is one."""


Effect = Callable[[Work], object]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer and everything it changes. Nothing has happened yet: the door carries it out."""

    text: str
    effects: tuple[Effect, ...] = ()
    dialogue: Step | None = None
    """Where the dialogue goes on; None leaves it where it is."""
    outcome: str = "chat"
    type_code: str | None = None
    keeps_text: bool = False
    """A question, kept (masked) so that editors can learn from it; commands and dialogue answers are not."""
    unanswered: bool = False
    erases: bool = False
    """The person is erased by this very message."""
    task: str = ""
    """What the worker is asked to do as soon as this is kept; its timer finds the work in any case."""
    needs_follower: bool = True
    """False for events that must not make a follower of somebody unknown."""
    turn: int | None = None
    """Which question of the person this answers; None where the next line does not look back at it."""
    run: int = 1
    """How many lines were read together for it."""
    before: str = ""
    """The lines before this one that were read with it, masked."""

    @property
    def writes(self) -> bool:
        """True when giving this answer without keeping it would be a lie."""
        return bool(self.effects) or self.dialogue is not None or self.erases

    def with_more(self, text: str) -> Self:
        return replace(self, text=f"{self.text}\n\n{text}")


@dataclass(frozen=True, slots=True)
class Desk:
    """One incoming message's surroundings. Without a database there is no session, and asking for it says so."""

    caller: Caller
    now: datetime
    matcher: Matcher
    units: UnitIndex
    judged: Judged
    vault: Vault
    options: Options = field(default_factory=Options)
    typed: str = ""
    """What the person typed, made comparable (bot.handlers.typed)."""
    site: str = ""
    """Where residents' phones reach us; links in messages begin with it."""
    look: Look | None = field(default=None, repr=False)

    @property
    def session(self) -> Session:
        if self.look is None:
            raise DatabaseAway("answering from memory")
        return self.look.session


Handler = Callable[[Incoming, Desk], Reply | None]
