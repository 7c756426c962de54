"""How often an account may call what, by its kind, and what is left today.

WeChat docs, API call limits: daily limits end at midnight in Beijing (45009), per-minute ones with the minute
(45011); ten clearings a month (48006).
"""

from typing import Any

from lab.clock import month_of
from lab.errors import Refused

SERVICE: dict[str, int] = {
    "/cgi-bin/token": 2000,
    "/cgi-bin/stable_token": 500_000,
    "/cgi-bin/menu/create": 1000,
    "/cgi-bin/menu/get": 10_000,
    "/cgi-bin/menu/delete": 1000,
    "/cgi-bin/media/upload": 100_000,
    "/cgi-bin/media/get": 200_000,
    "/cgi-bin/message/custom/send": 500_000,
    "/cgi-bin/message/mass": 100,
    "/cgi-bin/message/mass/preview": 100,
    "/cgi-bin/message/template/send": 100_000,
    "/cgi-bin/qrcode/create": 100_000,
    "/cgi-bin/user/get": 500,
    "/cgi-bin/user/info": 5_000_000,
    "/cgi-bin/user/info/updateremark": 10_000,
    "/cgi-bin/draft/add": 1000,
    "/cgi-bin/draft/get": 500,
    "/cgi-bin/draft": 1000,
    "/cgi-bin/freepublish/submit": 100,
    "/cgi-bin/freepublish/delete": 10,
    "/wxa/msg_sec_check": 2_000_000,
    "/wxa/generate_urllink": 500_000,
}
SANDBOX = SERVICE | {
    "/cgi-bin/token": 200,
    "/cgi-bin/menu/create": 100,
    "/cgi-bin/message/custom/send": 50_000,
    "/cgi-bin/qrcode/create": 10_000,
    "/cgi-bin/user/get": 100,
    "/cgi-bin/user/info": 500_000,
    "/cgi-bin/material/batchget_material": 10,
}
DEFAULTS = {"service": SERVICE, "subscription": SERVICE, "miniprogram": SERVICE, "sandbox": SANDBOX}
CODES = {"/wxa/generate_urllink": 44993}
PER_MINUTE_CODES = {"/wxa/msg_sec_check": 44991}
CLEARS_A_MONTH = 10
DAY_S = 86400
BEIJING_S = 8 * 3600


class QuotaDesk:
    """Counts of one account; limits can be changed at run time."""

    def __init__(self) -> None:
        self.limits: dict[str, int] = {}
        self._used: dict[str, int] = {}
        self._day = 0
        self._minute = 0
        self._in_minute: dict[str, int] = {}
        self._clears: dict[str, int] = {}

    def limit(self, name: str, kind: str) -> int | None:
        """Calls a day, None without a limit."""
        found = self.limits.get(name)
        return DEFAULTS[kind].get(name) if found is None else found

    def spend(self, name: str, kind: str, per_minute: int, now: float) -> None:
        """Count one call. Raises Refused 45009, 45011."""
        self._turn(now)
        if per_minute:
            count = self._in_minute[name] = self._in_minute.get(name, 0) + 1
            if count > per_minute:
                raise Refused(PER_MINUTE_CODES.get(name, 45011))
        used, most = self._used.get(name, 0), self.limit(name, kind)
        if most is not None and used >= most:
            raise Refused(CODES.get(name, 45009))
        self._used[name] = used + 1

    def _turn(self, now: float) -> None:
        day, minute = int((now + BEIJING_S) // DAY_S), int(now // 60)
        if day != self._day:
            self._day, self._used = day, {}
        if minute != self._minute:
            self._minute, self._in_minute = minute, {}

    def used(self, name: str, now: float) -> int:
        self._turn(now)
        return self._used.get(name, 0)

    def clear(self, now: float, name: str | None = None) -> None:
        """Forget today's counts, of one row or all. Raises Refused 48006."""
        month = month_of(now)
        if self._clears.get(month, 0) >= CLEARS_A_MONTH:
            raise Refused(48006)
        self._clears[month] = self._clears.get(month, 0) + 1
        if name is None:
            self._used.clear()
        else:
            self._used.pop(name, None)

    def forget(self) -> None:
        """Everything, as a reset of the lab does; changed limits stay."""
        self._used, self._in_minute, self._clears = {}, {}, {}

    def rows(self, kind: str, now: float) -> list[dict[str, Any]]:
        """`{"name","used","limit"}` of everything that has a limit or was used."""
        names = sorted(set(DEFAULTS[kind]) | set(self.limits) | set(self._used))
        return [{"name": n, "used": self.used(n, now), "limit": self.limit(n, kind)} for n in names]

    def dump(self) -> dict[str, Any]:
        return {"day": self._day, "used": self._used, "clears": self._clears, "limits": self.limits}

    def load(self, kept: dict[str, Any]) -> None:
        self._day, self._used = kept["day"], kept["used"]
        self._clears, self.limits = kept["clears"], kept["limits"]
