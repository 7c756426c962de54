"""A load generator: many people write at a given rate, whether or not answers have come."""

import asyncio
import itertools
from dataclasses import asdict, dataclass, field
from typing import Any

from lab import callbacks, ids, xmlwire
from lab.acts import header
from lab.clock import stopwatch
from lab.fans import Fan, new_openid
from lab.wire import Broken, Pool
from lab.world import World

TEXTS = ["这是不是诈骗？", "他让我转到安全账户", "刷单返利能信吗", "你好", "我的"]
MOST_WAITING = 4000
TIMEOUT_S = 5.0


@dataclass(kw_only=True)
class Plan:
    """`rate` messages a second for `seconds`, from `fans` people; `rate` 0 sends as fast as answers come."""

    rate: float = 200.0
    seconds: float = 10.0
    fans: int = 200
    connections: int = 64
    texts: list[str] = field(default_factory=lambda: list(TEXTS))
    app: str = ""


@dataclass
class Result:
    """Counts, and the quantiles of the answer time in milliseconds."""

    sent: int = 0
    answered: int = 0
    failed: int = 0
    late: int = 0
    seconds: float = 0.0
    per_second: float = 0.0
    p50: float = 0.0
    p95: float = 0.0
    p99: float = 0.0
    worst: float = 0.0


class Generator:
    """One run against the callback of one account."""

    def __init__(self, world: World, plan: Plan) -> None:
        self.world, self.plan = world, plan
        self.app = world.app(plan.app)
        self.result = Result()
        self.times: list[float] = []
        people = world.fans.followers(self.app.app_id)[: plan.fans]
        people += [Fan(new_openid(), self.app.app_id) for _ in range(plan.fans - len(people))]
        self._people = itertools.cycle(people)
        self._texts = itertools.cycle(plan.texts)

    async def run(self) -> dict[str, Any]:
        pool = Pool(self.app.callback_url, self.plan.connections, TIMEOUT_S)
        begin = stopwatch()
        await (self._open_loop(pool) if self.plan.rate else self._closed_loop(pool))
        pool.close()
        return self._summary(stopwatch() - begin)

    async def _open_loop(self, pool: Pool) -> None:
        """Arrivals keep to the clock: a slow answer does not hold the next person back."""
        waiting: set[asyncio.Task[None]] = set()
        begin, total = stopwatch(), int(self.plan.rate * self.plan.seconds)
        while self.result.sent < total:
            due = min(total, int((stopwatch() - begin) * self.plan.rate) + 1)
            for _ in range(due - self.result.sent):
                if len(waiting) >= MOST_WAITING:
                    self.result.late += 1
                self.result.sent += 1
                task = asyncio.create_task(self._one(pool))
                waiting.add(task)
                task.add_done_callback(waiting.discard)
            await asyncio.sleep(0.001)
        if waiting:
            await asyncio.wait(waiting)

    async def _closed_loop(self, pool: Pool) -> None:
        until = stopwatch() + self.plan.seconds

        async def worker() -> None:
            while stopwatch() < until:
                self.result.sent += 1
                await self._one(pool)

        await asyncio.gather(*(worker() for _ in range(self.plan.connections)))

    async def _one(self, pool: Pool) -> None:
        fan, text = next(self._people), next(self._texts)
        fields = [("MsgType", "text"), ("Content", text), ("MsgId", ids.message_id())]
        plain = xmlwire.render(header(self.world, self.app, fan.openid) + fields)
        letter = callbacks.sealed(self.app, fan.openid, plain)
        begin = stopwatch()
        try:
            good = await pool.post(letter.query, letter.body) == 200
        except (TimeoutError, Broken, OSError):
            good = False
        self.times.append((stopwatch() - begin) * 1000)
        self.result.answered += good
        self.result.failed += not good

    def _summary(self, seconds: float) -> dict[str, Any]:
        result, times = self.result, sorted(self.times) or [0.0]
        result.seconds = round(seconds, 3)
        result.per_second = round(result.answered / seconds, 1)
        for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("worst", 1.0)):
            setattr(result, name, round(times[min(len(times) - 1, int(len(times) * share))], 2))
        return asdict(result)


async def run_load(world: World, plan: Plan) -> dict[str, Any]:
    """Run the plan and report it; nothing appears in the chats."""
    return await Generator(world, plan).run()
