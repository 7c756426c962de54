"""What a running process holds. Built once by wsgi.create_app; opened only by doors."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from flask import current_app

from bot.content.matcher import Matcher
from bot.registry.options import HeldOptions
from bot.registry.search import UnitIndex
from core.cache import Cache
from core.clock import Clock, system_clock
from core.db import Database
from core.queue import Queue
from core.secrets import Vault
from core.settings import Settings
from core.spool import Spool
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
    options: HeldOptions = field(default_factory=HeldOptions)
    aside: ThreadPoolExecutor = field(default_factory=partial(ThreadPoolExecutor, 8, "aside"))
    """Threads for what nobody can wait for long; they start with the first such work, in the process that has it."""
    real_clock: Clock = system_clock
    """The machine's own time, for signatures and leases, whatever the product's clock shows."""


def kit() -> Kit:
    """The kit of the app serving this request or command."""
    held: Kit = current_app.extensions["kit"]
    return held
