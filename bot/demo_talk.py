"""Door: what the demo's people asked in the last five weeks, so that a first look at inbox and radar shows something."""

import random
import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bot.content.asked import UNKNOWN, USELESS, grouping_key
from bot.content.fold import fold
from bot.content.models import Asked, ScamType
from bot.registry.models import Follower
from bot.talk.models import Inbound

SEED = 96110
DAYS = 35
QUESTIONS = 900
FASHION = {"kefu": 3.0, "shuadan": 2.5, "invest": 2.0, "baiwan": 2.0, "loan": 1.5, "farm": 1.5, "elder": 1.2}
RISING = {"farm": 4.0, "ticket": 3.0}
"""How often a type is asked about, and how much more often in the last seven days."""
UNANSWERED: tuple[tuple[str, ...], ...] = (
    (
        "上门拿旧手机换脸盆的能换吗",
        "有人来嘎查收旧手机换不锈钢盆，能换吗",
        "旧手机换脸盆的是不是骗人的",
        "收旧手机换盆的靠谱不",
    ),
    ("群里说低价草捆先交订金，敢交吗", "草捆预订要先打订金是真的吗", "低价草捆先交定金"),
    ("扫码领鸡蛋要装个软件，安全吗", "超市门口扫码领鸡蛋让装软件"),
    ("说能代办边防证加急，收五百", "有人说加急代办边防证能信吗"),
    ("寄来一箱没买过的药，让货到付款",),
    ("自称剧组招群演，先收服装押金", "招群众演员要押金靠谱吗"),
)
NO_HELP = ("不是这个意思，他是让我帮忙收钱再转出去", "我问的是真客服怎么找")


def fill(session: Session, now: datetime) -> int:
    """Add questions of the demo's people from the five weeks before `now`; how many. Removing the demo removes them."""
    luck = random.Random(SEED)
    people = list(session.scalars(select(Follower.id).where(Follower.demo).order_by(Follower.id)))
    codes = list(
        session.scalars(select(ScamType.code).where(ScamType.kind != "topic").order_by(ScamType.code))
    )
    if not people or not codes:
        return 0
    rows = [*_answered(luck, people, codes, now)]
    session.execute(insert(Inbound), rows)
    session.execute(insert(Asked), list(_unanswered(luck, people, now)))
    return len(rows)


def _answered(
    luck: random.Random, people: Sequence[int], codes: Sequence[str], now: datetime
) -> Iterator[dict[str, Any]]:
    usual = [FASHION.get(code, 0.4) for code in codes]
    lately = [FASHION.get(code, 0.4) * RISING.get(code, 1.0) for code in codes]
    for _ in range(QUESTIONS):
        ago = luck.uniform(0.1, DAYS)
        (code,) = luck.choices(codes, lately if ago < 7 else usual)
        yield {
            "twin": secrets.token_hex(16), "follower_id": luck.choice(people), "at": now - timedelta(days=ago),
            "kind": "text", "outcome": "card", "type_code": code, "reply": "[]",
        }  # fmt: skip


def _unanswered(luck: random.Random, people: Sequence[int], now: datetime) -> Iterator[dict[str, Any]]:
    told = [(words, UNKNOWN) for group in UNANSWERED for words in group] + [
        (words, USELESS) for words in NO_HELP
    ]
    for words, why in told:
        for _ in range(luck.randint(1, 3)):
            yield {
                "follower_id": luck.choice(people), "at": now - timedelta(days=luck.uniform(0.1, 6)), "text": words,
                "folded": grouping_key(fold(words)), "state": "open", "why": why,
            }  # fmt: skip
