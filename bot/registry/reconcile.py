"""Comparing a unit's own staff list with who is registered. Nothing of the list stays here once it is answered."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.registry import audit, consent
from bot.registry.models import Follower, HeadCount, Reconciled, Reconciling, Unit
from bot.registry.people import mobile
from core.clock import county_date
from core.errors import NotAllowed, Refusal
from core.secrets import Vault

MARK = "核对"
"""The word by which a consent text tells people that their unit may compare: no word, no answer about a person."""
LISTS_A_DAY = 5
WITHOUT_HEAD_COUNT = 200
MOST_NUMBERS = 5_000
CHUNK = 500


class Standing(StrEnum):
    """What the answer says of a row."""

    FOUND = "已登记"
    NOT_FOUND = "未找到"
    NO_NUMBER = "号码有误"


class Line(NamedTuple):
    """A row of the unit's list: its number in the file, and what stands there."""

    row: int
    name: str
    phone: str


class Answer(NamedTuple):
    """Each row with its standing, and the unit's own counts (registered with it or below it)."""

    rows: list[tuple[Line, Standing]]
    registered: int
    without_phone: int
    under_older_text: int
    """Registered with a phone, but under a consent text that says nothing of comparing: not looked at."""

    def count(self, standing: Standing) -> int:
        return sum(one is standing for _, one in self.rows)


def allow(session: Session, unit: Unit, on: bool, actor: str, now: datetime) -> None:
    """Switch comparing on or off for a unit. Raises Refusal while the consent text in use does not speak of it."""
    held = session.get(Reconciling, unit.id)
    if on == (held is not None):
        return
    if on and MARK not in consent.current(session)[1]:
        raise Refusal(f"现在的登记说明没有写明单位可以“{MARK}”名单，不能开通。请先修改登记说明。")
    if held is None:
        session.add(Reconciling(unit_id=unit.id, since=now, allowed_by=actor[:60]))
    else:
        session.delete(held)
    session.flush()
    words = ("未开通", "已开通") if on else ("已开通", "未开通")
    audit.note(
        session, actor, "reconcile.allow", unit.name, now, {"名单核对": words[0]}, {"名单核对": words[1]}
    )


def allowed(session: Session) -> set[int]:
    """The ids of the units that may compare."""
    return set(session.scalars(select(Reconciling.unit_id)))


def compare(
    session: Session, unit: Unit, below: Collection[int], lines: Sequence[Line], vault: Vault,
    actor: str, now: datetime,
) -> Answer:  # fmt: skip
    """Compare a list with the people registered with the unit or below it (`below`: ids, the unit's own among them).

    Who is registered elsewhere is 未找到, like everybody unknown. Counts towards the day's limit and leaves an audit
    entry of numbers. Raises NotAllowed, Refusal.
    """
    if session.get(Reconciling, unit.id, with_for_update=True) is None:  # two at once take turns
        raise NotAllowed(f"“{unit.name}”没有开通名单核对。需要时请联系反诈办。")
    numbers = [_number(line.phone) for line in lines]
    _use_up(session, unit, len({number for number in numbers if number}), now)
    hashes, answer = _people(session, set(below))
    rows = [(line, _standing(number, hashes, vault)) for line, number in zip(lines, numbers, strict=True)]
    answer = answer._replace(rows=rows)
    told = {
        "名单": len(rows),
        "已登记": answer.count(Standing.FOUND),
        "未找到": answer.count(Standing.NOT_FOUND),
    }
    audit.note(session, actor, "reconcile", unit.name, now, after=told)
    return answer


def _number(phone: str) -> str:
    try:
        return mobile(phone)
    except Refusal:
        return ""


def _standing(number: str, hashes: set[str], vault: Vault) -> Standing:
    if not number:
        return Standing.NO_NUMBER
    return Standing.FOUND if vault.digest("phone", number) in hashes else Standing.NOT_FOUND


def _people(session: Session, below: set[int]) -> tuple[set[str], Answer]:
    """The hashes that may be compared, and the counts. The list's own numbers never go to the database."""
    own: list[tuple[str | None, int | None]] = []
    ids = sorted(below)
    for start in range(0, len(ids), CHUNK):
        here = Follower.unit_id.in_(ids[start : start + CHUNK]) & Follower.registered_at.is_not(None)
        rows = session.execute(select(Follower.phone_hash, Follower.consent_version).where(here))
        own += [(hashed, version) for hashed, version in rows]
    told = consent.versions_with(session, MARK)
    hashes = {hashed for hashed, version in own if hashed and version in told}
    older = sum(bool(hashed) and version not in told for hashed, version in own)
    return hashes, Answer([], len(own), sum(not hashed for hashed, _ in own), older)


def numbers_a_day(session: Session, unit: Unit, day: date) -> int:
    """How many different numbers a unit may compare on one day: twice its head-count, so that nobody can try through."""
    valid = (HeadCount.unit_id == unit.id) & (HeadCount.kind == unit.basis) & (HeadCount.since <= day)
    newest = (
        select(HeadCount.count).where(valid).order_by(HeadCount.since.desc(), HeadCount.id.desc()).limit(1)
    )
    count = session.scalar(newest)
    return min(2 * count if count else WITHOUT_HEAD_COUNT, MOST_NUMBERS)


def _use_up(session: Session, unit: Unit, numbers: int, now: datetime) -> None:
    day = county_date(now)
    used = session.get(Reconciled, (unit.id, day), populate_existing=True)
    if used is None:
        used = Reconciled(unit_id=unit.id, day=day, lists=0, numbers=0)
        session.add(used)
    most = numbers_a_day(session, unit, day)
    if used.lists >= LISTS_A_DAY:
        raise NotAllowed(f"今天已经核对了 {LISTS_A_DAY} 次，请明天再来。")
    if used.numbers + numbers > most:
        left = max(0, most - used.numbers)
        raise NotAllowed(
            f"今天还可以核对 {left:,} 个号码，这份名单有 {numbers:,} 个。（每天最多 {most:,} 个，按应登记人数的两倍算）"
        )
    used.lists, used.numbers = used.lists + 1, used.numbers + numbers
    session.flush()


def used_today(session: Session, unit_id: int, day: date) -> tuple[int, int]:
    """Lists and numbers compared on a day."""
    used = session.get(Reconciled, (unit_id, day))
    return (used.lists, used.numbers) if used else (0, 0)


def purge(session: Session, today: date) -> None:
    """Forget how much was compared on days that are over."""
    for used in session.scalars(select(Reconciled).where(Reconciled.day < today)):
        session.delete(used)
    session.flush()
