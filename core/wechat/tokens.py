"""The access token: one fetch at a time, renewed only when it differs from the one that failed."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from core.clock import Clock
from core.wechat.outcome import CallFailed, Outcome

TOKEN_PATH = "/cgi-bin/stable_token"
MARGIN = timedelta(seconds=120)  # WeChat renews in the last 300 s and honours both tokens meanwhile
FORCE_APART = timedelta(seconds=30)  # WeChat ignores forced renewals closer than this …
FORCES_A_DAY = 5  # … and allows 20 a day in all; other processes need some too
WAIT_S = 20.0  # longer than one fetch with its timeouts


class TokenStore(Protocol):
    """Where a token may be shared between processes. `expires_at` is an aware UTC moment."""

    def get(self) -> tuple[str, datetime] | None: ...
    def put(self, token: str, expires_at: datetime) -> None: ...


class MemoryTokenStore:
    """A store for one process; enough, as stable_token gives every process the same token."""

    def __init__(self) -> None:
        self._held: tuple[str, datetime] | None = None

    def get(self) -> tuple[str, datetime] | None:
        return self._held

    def put(self, token: str, expires_at: datetime) -> None:
        self._held = (token, expires_at)


@dataclass(frozen=True, slots=True)
class Grant:
    """A token as WeChat gave it, with the seconds it lives."""

    token: str
    lives_s: float

    def __repr__(self) -> str:
        return f"<Grant for {self.lives_s:.0f} s>"


class TokenKeeper:
    """Hands out the current token; shareable between threads.

    `fetch(force)` asks WeChat for a Grant and raises CallFailed.
    """

    def __init__(self, fetch: Callable[[bool], Grant], clock: Clock, store: TokenStore) -> None:
        self._fetch, self._clock, self._store = fetch, clock, store
        self._own = MemoryTokenStore()  # spares the shared store a question per call
        self._lock = threading.Lock()
        self._failures = 0
        self._last_failure: CallFailed | None = None
        self._same: tuple[str, datetime] | None = None  # the rejected token that WeChat gave again, and when
        self._forced: list[datetime] = []

    def current(self) -> str:
        """A token with some life left; raises CallFailed."""
        return self._live(self._own, bad="") or self._renewed(bad="")

    def replaced(self, bad: str) -> str:
        """A token other than `bad`, which WeChat has just refused, or "" while WeChat has no other.

        Raises CallFailed when WeChat cannot be asked.
        """
        return self._renewed(bad)

    def grant(self) -> Grant:
        """Ask WeChat now, without forcing, and keep the answer; raises CallFailed."""
        with self._lock:
            return self._kept(self._fetch(False))

    def _renewed(self, bad: str) -> str:
        failures = self._failures
        if not self._lock.acquire(timeout=WAIT_S):
            raise CallFailed(Outcome.TRANSIENT, None, TOKEN_PATH)
        try:
            return self._live(self._own, bad) or self._adopted(bad) or self._asked(bad, failures)
        finally:
            self._lock.release()

    def _live(self, store: TokenStore, bad: str) -> str:
        held = store.get()
        if held is None or held[0] == bad or held[1] - self._clock() < MARGIN:
            return ""
        return held[0]

    def _adopted(self, bad: str) -> str:
        """What another process put into the shared store."""
        held = self._store.get()
        if held and self._live(self._store, bad):
            self._own.put(*held)
            return held[0]
        return ""

    def _asked(self, bad: str, failures: int) -> str:
        """Ask WeChat, unless the thread this one waited for has just failed: it would only fail again."""
        if self._failures != failures and self._last_failure:
            raise CallFailed(*self._last_failure.args)
        try:
            return self._exchanged(bad)
        except CallFailed as failure:
            self._failures, self._last_failure = self._failures + 1, failure.with_traceback(None)
            raise

    def _exchanged(self, bad: str) -> str:
        """The first refusal of a token is never forced: WeChat may simply hold a newer one."""
        given_again = bool(bad) and self._same is not None and self._same[0] == bad
        if given_again and not self._may_force():
            return ""
        grant = self._kept(self._fetch(given_again))
        if grant.token == bad:
            self._same = (bad, self._clock())
            return ""
        return grant.token

    def _may_force(self) -> bool:
        now = self._clock()
        self._forced = [moment for moment in self._forced if now - moment < timedelta(days=1)]
        last = max([*self._forced, *([self._same[1]] if self._same else [])])
        allowed = now - last >= FORCE_APART and len(self._forced) < FORCES_A_DAY
        if allowed:
            self._forced.append(now)
        return allowed

    def _kept(self, grant: Grant) -> Grant:
        expires_at = self._clock() + timedelta(seconds=grant.lives_s)
        self._own.put(grant.token, expires_at)
        self._store.put(grant.token, expires_at)
        return grant
