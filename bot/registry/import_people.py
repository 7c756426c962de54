"""Importing registrations from a list a county kept before: all or nothing, dated at the import."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from bot.registry import consent, events
from bot.registry.models import Departed, EventKind, Follower, RegistrationEvent, Unit
from bot.registry.people import is_phone, mobile, new_person_no
from bot.registry.units import NOBODY_IN
from core.clock import COUNTY_TIME, county_date
from core.errors import RowErrors
from core.secrets import Vault
from core.sheets import Row, cell, has_column, read_date

HEADINGS = {
    "openid": ("openid", "微信标识"),
    "unit": ("单位编号", "编号", "unit", "code"),
    "registered": ("登记日期", "登记时间", "registered_at", "registered"),
    "phone": ("手机号", "手机", "phone"),
    "consent": ("同意版本", "consent version", "consent_version", "consent"),
}
NEEDED = ("openid", "unit", "consent")
CHUNK = 500
_OPENID = re.compile(r"o[A-Za-z0-9_-]{27}")


@dataclass(frozen=True, slots=True)
class RegistrationsResult:
    """What an import of registrations did; `created` of the registered were not known as followers before."""

    registered: int
    moved: int
    unchanged: int
    created: int


@dataclass(slots=True)
class _Line:
    row: int
    openid: str
    unit_id: int
    registered_at: datetime
    phone: str
    version: int


@dataclass(slots=True)
class _Known:
    """What the rows are checked against, and the faults found so far."""

    now: datetime
    units: dict[str, Unit]
    newest_consent: int
    followers: dict[str, Follower] = field(default_factory=dict)
    faults: list[tuple[int, str, str]] = field(default_factory=list)

    def fault(self, row: int, column: str, sentence: str) -> None:
        self.faults.append((row, HEADINGS[column][0], sentence))


def import_registrations(
    session: Session, rows: list[Row], vault: Vault, now: datetime, *, create: bool = False
) -> RegistrationsResult:
    """Register the people of a list with their units, from a table with the columns of HEADINGS.

    Events are dated at the import, never back: a rate of a past day keeps its figure, and the list's people
    count from today on. The list's own date is kept as the person's time of registering and consent. Somebody
    we do not know as a follower is a fault, unless `create`; whoever erased themselves is one always.
    Raises RowErrors naming every fault; faults never repeat an openid or a phone.
    """
    units = {unit.code: unit for unit in session.scalars(select(Unit))}
    known = _Known(now, units, consent.current(session)[0])
    _needed_columns(rows)
    lines = [line for number, cells in rows if (line := _understood(known, number, cells))]
    known.followers = _followers(session, [line.openid for line in lines])
    _check_people(session, known, lines, vault, create=create)
    if known.faults:
        raise RowErrors(sorted(known.faults))
    created = _create(session, known, lines)
    result = _write(session, known, lines, vault)
    return RegistrationsResult(*result, created)


def _needed_columns(rows: list[Row]) -> None:
    missing = [HEADINGS[column][0] for column in NEEDED if not has_column(rows, HEADINGS[column])]
    if missing:
        raise RowErrors([(1, name, "缺少这一列，或文件里没有内容。第一行应是列名。") for name in missing])


def _understood(known: _Known, row: int, cells: Mapping[str, str]) -> _Line | None:
    before = len(known.faults)
    openid, phone, version = (
        cell(cells, HEADINGS["openid"]),
        cell(cells, HEADINGS["phone"]),
        cell(cells, HEADINGS["consent"]),
    )
    if not _OPENID.fullmatch(openid):
        known.fault(row, "openid", "应是 o 开头的 28 个字符。")
    unit = _unit(known, row, cell(cells, HEADINGS["unit"]))
    if phone and not is_phone(phone):
        known.fault(row, "phone", "应是 11 位手机号。")
    if not (version.isascii() and version.isdecimal() and 1 <= int(version) <= known.newest_consent):
        known.fault(
            row, "consent", f"应是 1 到 {known.newest_consent} 之间的版本号：没有同意过登记说明的人不能导入。"
        )
    registered_at = _moment(known, row, cell(cells, HEADINGS["registered"]))
    if len(known.faults) > before or unit is None:
        return None
    return _Line(row, openid, unit.id, registered_at, phone, int(version))


def _unit(known: _Known, row: int, code: str) -> Unit | None:
    unit = known.units.get(code)
    if unit is None:
        known.fault(row, "unit", f"没有编号为 {code or '（空）'} 的单位。")
        return None
    day = county_date(known.now)
    if unit.kind in NOBODY_IN:
        known.fault(row, "unit", f"“{unit.name}”下面的具体单位才能登记。")
    elif unit.opened_on > day or (unit.closed_on and unit.closed_on <= day):
        known.fault(row, "unit", f"“{unit.name}”已撤销或还没有设立。")
    return unit


def _moment(known: _Known, row: int, text: str) -> datetime:
    """Noon of the day the list names, or now; never later than now."""
    if not text:
        return known.now
    day = read_date(text)
    if day is None or day > county_date(known.now):
        known.fault(row, "registered", f"“{text}”不是日期或在将来，应写成 2026-03-01。")
        return known.now
    return min(known.now, datetime.combine(day, time(12), COUNTY_TIME).astimezone(UTC))


def _chunks(items: Sequence[Any]) -> list[Sequence[Any]]:
    return [items[start : start + CHUNK] for start in range(0, len(items), CHUNK)]


def _followers(session: Session, openids: list[str]) -> dict[str, Follower]:
    found: dict[str, Follower] = {}
    for chunk in _chunks(sorted(set(openids))):
        held = select(Follower).where(Follower.openid.in_(chunk)).order_by(Follower.id).with_for_update()
        found |= {each.openid: each for each in session.scalars(held)}
    return found


def _check_people(session: Session, known: _Known, lines: list[_Line], vault: Vault, *, create: bool) -> None:
    first: dict[str, int] = {}
    wished = _by_wish(session, [line.openid for line in lines if line.openid not in known.followers], vault)
    for line in lines:
        if line.openid in first:
            known.fault(line.row, "openid", f"与第 {first[line.openid]} 行是同一人。")
        first.setdefault(line.openid, line.row)
        if line.openid in wished:
            known.fault(line.row, "openid", "这个人已经注销，不能再导入。")
        elif line.openid not in known.followers and not create:
            known.fault(line.row, "openid", "这个人没有关注公众号。")


def _by_wish(session: Session, openids: list[str], vault: Vault) -> set[str]:
    by_hash = {vault.digest("openid", openid): openid for openid in openids}
    found: set[str] = set()
    for chunk in _chunks(list(by_hash)):
        wished = select(Departed.openid_hash).where(Departed.openid_hash.in_(chunk), Departed.by_wish)
        found |= {by_hash[each] for each in session.scalars(wished)}
    return found


def _create(session: Session, known: _Known, lines: list[_Line]) -> int:
    strangers = [line.openid for line in lines if line.openid not in known.followers]
    rows = [{"openid": each, "person_no": new_person_no(), "followed_at": known.now} for each in strangers]
    if rows:
        session.execute(insert(Follower), rows)
        known.followers |= _followers(session, strangers)
    return len(rows)


def _write(session: Session, known: _Known, lines: list[_Line], vault: Vault) -> tuple[int, int, int]:
    day = events.open_day(session, known.now)
    people, steps, moved, unchanged = [], list[dict[str, Any]](), 0, 0
    for line in lines:
        follower = known.followers[line.openid]
        was = follower.unit_id
        people.append(_person(follower, line, vault))
        if was == line.unit_id:
            unchanged += 1
            continue
        moved += was is not None
        way = [(EventKind.JOINED, line.unit_id)] if was is None else _way(was, line.unit_id)
        steps += [
            {
                "at": known.now, "day": day, "unit_id": unit_id, "person_no": follower.person_no, "kind": kind,
                "delta": events.DELTAS[kind],
            }
            for kind, unit_id in way
        ]  # fmt: skip
    if people:
        session.execute(update(Follower), people)
    if steps:
        session.execute(insert(RegistrationEvent), steps)
    session.expire_all()
    return len(lines) - moved - unchanged, moved, unchanged


def _way(was: int, unit_id: int) -> list[tuple[EventKind, int]]:
    return [(EventKind.MOVED_OUT, was), (EventKind.MOVED_IN, unit_id)]


def _person(follower: Follower, line: _Line, vault: Vault) -> dict[str, Any]:
    phone = mobile(line.phone) if line.phone else None
    return {
        "id": follower.id, "unit_id": line.unit_id, "registered_at": follower.registered_at or line.registered_at,
        "consent_version": max(line.version, follower.consent_version or 0),
        "consent_at": follower.consent_at or line.registered_at, "consent_by": follower.consent_by or "import",
        "phone_sealed": vault.seal(phone) if phone else follower.phone_sealed,
        "phone_hash": vault.digest("phone", phone) if phone else follower.phone_hash,
    }  # fmt: skip
