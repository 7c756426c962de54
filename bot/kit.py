"""What a running process holds. Built once by wsgi.create_app; opened only by doors."""

from dataclasses import dataclass, field

from flask import current_app

from bot.content.matcher import Matcher
from bot.registry.search import UnitIndex
from core.cache import Cache
from core.clock import Clock, system_clock
from core.db import Database
from core.queue import Queue
from core.secrets import Vault
from core.settings import Settings
from core.spool import Spool
from core.timely import Timely
from core.wechat.door import Doorman
from core.wechat.gateway import Gateway


@dataclass(frozen=True)
class Kit:
    settings: Settings
    db: Database
    clock: Clock
    cache: Cache
    queue: Queue
    wechat: Gateway
    doorman: Doorman
    vault: Vault
    spool: Spool
    matcher: Matcher = field(default_factory=Matcher)
    units: UnitIndex = field(default_factory=UnitIndex)
    timely: Timely = field(default_factory=Timely)
    real_clock: Clock = system_clock
    """The machine's own time, for signatures and leases, whatever the product's clock shows."""


def kit() -> Kit:
    """The kit of the app serving this request or command."""
    held: Kit = current_app.extensions["kit"]
    return held
