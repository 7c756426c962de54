"""Ten thousand random acts against a small model of windows and quotas."""

import asyncio
import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from lab import doings
from lab.api import ENDPOINTS, kf
from lab.call import Call
from lab.errors import Refused
from lab.fans import Fan
from lab.options import Options
from lab.platform import spend
from lab.server import world_from

SEND = "/cgi-bin/message/custom/send"
DAY, QUOTA = 86400, 40


class Windows(RuleBasedStateMachine):
    """The model: for each kind of window when it closes and what is left, and today's count of calls."""

    @initialize()
    def begin(self) -> None:
        self.world = world_from(Options())
        self.world.clock.freeze()
        self.world.clock.set(1_800_000_000 - 1_800_000_000 % DAY)
        self.world.default_app.quotas.limits[SEND] = QUOTA
        self.fan = self.world.fans.add(Fan("oModel", self.world.default_app.app_id))
        self.windows = {"message": (0.0, 0), "brief": (0.0, 0)}
        self.day, self.used = 0, 0
        self.loop = asyncio.new_event_loop()

    def teardown(self) -> None:
        if hasattr(self, "loop"):
            self.loop.close()

    @property
    def now(self) -> float:
        return self.world.clock.now()

    def act(self, **order: object) -> None:
        self.loop.run_until_complete(doings.act(self.world, self.fan, order))

    @rule(seconds=st.sampled_from([1, 30, 59, 60, 61, 3600, 47 * 3600, 48 * 3600, DAY]))
    def time_passes(self, seconds: int) -> None:
        self.world.clock.advance(seconds)

    @rule()
    def comes_or_goes(self) -> None:
        if self.fan.follows:
            self.act(do="unfollow")
            self.windows = {"message": (0.0, 0), "brief": (0.0, 0)}
        else:
            self.act(do="follow")
            self.windows["brief"] = (self.now + 60, 3)

    @precondition(lambda self: self.fan.follows)
    @rule()
    def says(self) -> None:
        self.act(do="say", text="x")
        self.windows["message"] = (self.now + 48 * 3600, 5)

    @precondition(lambda self: self.fan.follows)
    @rule(order=st.sampled_from([("click", "key"), ("scan", "scene"), ("tap", "text")]))
    def gestures(self, order: tuple[str, str]) -> None:
        self.act(do=order[0], **{order[1]: "s"})
        self.windows["brief"] = (self.now + 60, 3)

    @rule()
    def sends(self) -> None:
        assert self.sent() == self.expected()

    def sent(self) -> int:
        body = b'{"touser":"oModel","msgtype":"text","text":{"content":"x"}}'
        call = Call(self.world, "POST", SEND, {}, body)
        try:
            spend(call, ENDPOINTS[SEND])
            kf.send(call)
        except Refused as no:
            return no.errcode
        return 0

    def expected(self) -> int:
        day = int((self.now + 8 * 3600) // DAY)
        if day != self.day:
            self.day, self.used = day, 0
        if self.used >= QUOTA:
            return 45009
        self.used += 1
        open_ones = {name: left for name, (until, left) in self.windows.items() if self.now < until}
        if not open_ones:
            return 45015
        if not any(open_ones.values()):
            return 45047
        for name, left in open_ones.items():
            self.windows[name] = (self.windows[name][0], max(0, left - 1))
        return 0


LONG = os.environ.get("REQUIRE_SERVICES") == "1"
Windows.TestCase.settings = settings(
    max_examples=200 if LONG else 40,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestWindows = Windows.TestCase
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
