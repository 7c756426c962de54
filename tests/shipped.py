"""The shipped library, fitted: what a county answers with before anybody has changed a word."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot import fitting
from bot.content.library import load_library
from bot.content.matcher import Matcher
from core.clock import system_clock
from core.db import Database
from tests.services import ready, scratch_database


@contextmanager
def shipped_matcher(folder: Path) -> Iterator[Matcher]:
    """A matcher that serves it, for as long as its database is there."""
    with scratch_database("sqlite", "shipped", folder) as url:
        db = Database(ready(url))
        with db.transaction() as session:
            load_library(session, system_clock())
        fitting.refit(db, system_clock())
        made = Matcher()
        with db.reading() as session:
            made.refresh(session)
        yield made
