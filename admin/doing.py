"""Carrying a change out, again when it met another; or only trying it, to say what it would do."""

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from sqlalchemy.orm import Session

from bot.kit import kit
from core.errors import TryAgain

T = TypeVar("T")
TRIES = 3


class _Undone(Exception):
    """Takes back what was rehearsed."""


def done(work: Callable[[Session], T]) -> T:
    """The result of `work`, kept; when it meets another transaction it begins again. Raises what `work` raises."""
    for _ in range(TRIES - 1):
        try:
            with kit().db.transaction() as session:
                return work(session)
        except TryAgain:
            continue
    with kit().db.transaction() as session:
        return work(session)


def rehearsed(work: Callable[[Session], T]) -> T:
    """The result `work` would have; nothing of it is kept. Raises what `work` raises."""
    results: list[T] = []

    def tried(session: Session) -> None:
        results.append(work(session))
        raise _Undone

    with suppress(_Undone):
        done(tried)
    return results[-1]
