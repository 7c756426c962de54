"""Access tokens of one account: /token and stable_token, each with its own chain.

WeChat docs, access token: a new /token replaces the old one, which works for about five minutes more;
stable_token gives the same token while more than five minutes are left; forced renewal at most 20 times a
day and no closer than 30 seconds.
"""

from dataclasses import dataclass
from typing import Any

from lab import ids
from lab.clock import day_of
from lab.errors import Refused
from lab.settings import Settings

HINT = (
    "invalid credential, access_token is invalid or not latest, could get access_token by "
    "getStableAccessToken, more details at https://mmbizurl.cn/s/JtxxFh33r"
)


@dataclass(slots=True)
class Token:
    """One access token; `dies` is when the platform stops taking it, `expires` what the caller was told."""

    text: str
    chain: str
    expires: float
    dies: float


class TokenDesk:
    """Tokens of one account."""

    def __init__(self) -> None:
        self._all: dict[str, Token] = {}
        self._latest: dict[str, Token] = {}
        self._forced: list[float] = []

    def plain(self, now: float, settings: Settings) -> Token:
        """/cgi-bin/token: always a new one."""
        return self._issue("plain", now, settings)

    def stable(self, now: float, force: bool, settings: Settings) -> Token:
        """/cgi-bin/stable_token: the same one, unless it ends soon or a forced renewal is allowed."""
        token = self._latest.get("stable")
        if token is None or token.expires - now <= settings.stable_renew_s:
            return self._issue("stable", now, settings)
        if force and self._may_force(now, settings):
            self._forced.append(now)
            return self._issue("stable", now, settings)
        return token

    def _may_force(self, now: float, settings: Settings) -> bool:
        today = [at for at in self._forced if day_of(at) == day_of(now)]
        if len(today) >= settings.stable_force_per_day:
            raise Refused(45009)
        self._forced = today
        return not today or now - today[-1] >= settings.stable_force_gap_s

    def _issue(self, chain: str, now: float, settings: Settings) -> Token:
        old = self._latest.get(chain)
        overlap = 0.0 if settings.token_strict_latest else settings.token_overlap_s
        # Only the one before the newest stays good: a second renewal kills a leaked token.
        for token in self._all.values():
            if token.chain == chain and token is not old:
                token.dies = min(token.dies, now)
        if old is not None:
            old.dies = min(old.expires, now + overlap)
        token = Token(
            f"99_{ids.new_key(133)}", chain, now + settings.token_life_s, now + settings.token_life_s
        )
        self._all = {t.text: t for t in self._all.values() if t.dies + 86400 > now}
        self._all[token.text] = self._latest[chain] = token
        return token

    def check(self, text: str, now: float) -> None:
        """Raises Refused 41001, 40014, 40001 or 42001."""
        if not text:
            raise Refused(41001)
        token = self._all.get(text)
        if token is None:
            raise Refused(40001, HINT) if len(text) >= 64 else Refused(40014)
        if now >= token.expires:
            raise Refused(42001)
        if now >= token.dies:
            raise Refused(40001, HINT)

    def expire_all(self, now: float) -> None:
        """The console's button: every token has just ended."""
        for token in self._all.values():
            token.expires = token.dies = min(token.expires, now)

    def knows(self, text: str) -> bool:
        return text in self._all

    def dump(self) -> list[list[Any]]:
        return [
            [t.text, t.chain, t.expires, t.dies, self._latest.get(t.chain) is t] for t in self._all.values()
        ]

    def load(self, kept: list[list[Any]]) -> None:
        for text, chain, expires, dies, latest in kept:
            token = self._all[text] = Token(text, chain, expires, dies)
            if latest:
                self._latest[chain] = token
