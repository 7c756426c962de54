"""`doctor`: everything the service stands on, each line OK or what to do about it."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from sqlalchemy import func, select

from bot import seeing
from bot.kit import Kit
from bot.registry.models import Lease, Version
from bot.talk.models import Inbound
from core import migrating
from core.clock import COUNTY_TIME
from core.db import NoTables
from core.errors import DatabaseAway
from core.wechat import probe
from core.wechat.outcome import CallFailed


class Finding(NamedTuple):
    what: str
    ok: bool
    said: str


NOT_YET = Finding("数据库", False, "还没有建表：先运行 init-db。")


def run(kit: Kit) -> list[Finding]:
    """Every check, in the order in which they should be mended."""
    findings: list[Finding] = []
    for check in CHECKS:  # several ask the database; its one fault is told once
        findings += [finding for finding in _tried(check, kit) if finding not in findings]
    return findings


def _tried(check: Callable[[Kit], Iterator[Finding]], kit: Kit) -> list[Finding]:
    try:
        return list(check(kit))
    except NoTables:
        return [NOT_YET]
    except DatabaseAway:
        return [Finding("数据库", False, "连不上，或正被别的进程写着。先看数据库服务和 DATABASE_URL。")]


def _database(kit: Kit) -> Iterator[Finding]:
    with kit.db.reading() as session:
        revision = migrating.revision_of(session.connection())
    if revision is None:
        raise NoTables
    newest = migrating.newest()
    hint = f"版本 {newest}" if revision == newest else f"版本 {revision}，应为 {newest}：运行 init-db。"
    yield Finding("数据库", revision == newest, f"{kit.db.dialect}，{hint}")


def _library(kit: Kit) -> Iterator[Finding]:
    with kit.db.reading() as session:
        number = session.scalar(select(Version.number).where(Version.name == "library")) or 0
        kit.matcher.refresh(session)
    size = len(kit.matcher.cards)
    yield Finding("案例库", size > 0, f"{size} 类，版本 {number}" if size else "是空的：运行 load-library。")


def _redis(kit: Kit) -> Iterator[Finding]:
    if not kit.settings.redis_url:
        yield Finding("Redis", True, "没有配置，单机运行，不需要")
        return
    alive = kit.cache.alive()
    yield Finding(
        "Redis",
        alive,
        "能连上" if alive else "连不上：看 Redis 服务和 REDIS_URL。聊天照常，排队的工作会等它回来。",
    )


def _queue(kit: Kit) -> Iterator[Finding]:
    waiting = kit.queue.waiting()
    ok = 0 <= waiting < 1000
    yield Finding("队列", ok, f"{waiting} 件在等" if ok else f"{waiting} 件在等：看 worker 是否在运行。")


def _scheduler(kit: Kit) -> Iterator[Finding]:
    with kit.db.reading() as session:
        lease = session.get(Lease, "scheduler")
        alive = lease is not None and lease.until > kit.real_clock()
    yield Finding(
        "定时", alive, f"{lease.holder} 在值班" if alive and lease else "没有 scheduler 在运行：启动它。"
    )


def _token(kit: Kit) -> Iterator[Finding]:
    try:
        seconds = kit.wechat.token_check()
    except CallFailed as failure:
        yield Finding(
            "微信令牌", False, f"{failure}。核对 WECHAT_APP_ID、WECHAT_APP_SECRET 和公众平台的 IP 白名单。"
        )
        return
    yield Finding("微信令牌", True, f"还有 {int(seconds)} 秒")


def _skew(kit: Kit) -> Iterator[Finding]:
    try:
        skew = (probe.server_time(kit.settings.wechat_api_base) - kit.real_clock()).total_seconds()
    except probe.Unreachable as reason:
        yield Finding("时钟", False, f"问不到微信的时间（{reason}）：看服务器能否上网。")
        return
    ok = abs(skew) < 60
    yield Finding(
        "时钟",
        ok,
        f"与微信相差 {skew:.0f} 秒" + ("" if ok else "：请打开时间同步，相差 5 分钟以上会拒收消息。"),
    )


def _callback(kit: Kit) -> Iterator[Finding]:
    address = f"{kit.settings.public_url.rstrip('/')}/wechat"
    try:
        probe.callback_answers(address, kit.settings.wechat_token, kit.real_clock())
    except probe.Unreachable as reason:
        yield Finding(
            "回调地址", False, f"{address} 没有正确答复（{reason}）：核对 PUBLIC_URL、反向代理和 web 进程。"
        )
        return
    yield Finding("回调地址", True, f"{address} 答复正确")


def _modes(kit: Kit) -> Iterator[Finding]:
    mode = kit.settings.wechat_mode
    hint = "" if mode == "safe" else "：建议在公众平台和 WECHAT_MODE 都改为 safe（安全模式）。"
    yield Finding("加解密", mode == "safe", f"{mode}{hint}")


def _last_callback(kit: Kit) -> Iterator[Finding]:
    with kit.db.reading() as session:
        last = session.scalar(select(func.max(Inbound.at)))
    shown = (
        f"{last.astimezone(COUNTY_TIME):%Y-%m-%d %H:%M:%S}"
        if last
        else "还没有收到过消息：在公众平台启用服务器配置，再发一句话试试。"
    )
    yield Finding("最近一条消息", last is not None, shown)


def _spool(kit: Kit) -> Iterator[Finding]:
    empty = kit.spool.empty()
    yield Finding("暂存", empty, "空" if empty else "有事件等着补做：数据库恢复后 worker 会处理。")


def _pictures(kit: Kit) -> Iterator[Finding]:
    ok = seeing.can_see()
    hint = (
        "能读截图"
        if ok
        else "读不了截图，居民会收到请打字的说明：装 libgl1、libglib2.0-0，再装 requirements.txt。"
    )
    yield Finding("看图", ok, hint)


CHECKS: tuple[Callable[[Kit], Iterator[Finding]], ...] = (
    *(_database, _library, _redis, _queue, _scheduler, _spool, _pictures),
    *(_token, _skew, _modes, _callback, _last_callback),
)
