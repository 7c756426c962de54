"""The people of the office as the admins see them: one page of the list, one person."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from bot.registry.models import Staff, StaffRole, Unit
from bot.registry.models_staff import LinkKind, StaffLink
from bot.registry.staff_roles import Grant, grants_of, in_order
from core.errors import NotFound

STATES = ("working", "invited", "closed")


class OpenLink(NamedTuple):
    """A link that was made for somebody and not used yet; its token is not known."""

    kind: LinkKind
    made_at: datetime
    made_by: str
    until: datetime


@dataclass(frozen=True)
class Member:
    """One person of the office. `state` is one of STATES; `link` is one that opens their account now."""

    id: int
    login: str
    name: str
    state: str
    second_step: bool
    version: int
    signed_in_at: datetime | None
    grants: list[Grant]
    link: OpenLink | None = None


def members(
    session: Session, *, find: str = "", role: str = "", state: str = "", page: int = 1, size: int = 50
) -> tuple[list[Member], int]:
    """One page of the people whose login, name or unit contains `find`, by login; and how many there are in all."""
    wanted = _wanted(find.strip(), role, state)
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    rows = list(
        session.scalars(
            select(Staff)
            .where(Staff.id.in_(wanted))
            .order_by(Staff.login)
            .offset((page - 1) * size)
            .limit(size)
        )
    )
    grants = _grants(session, [row.id for row in rows])
    return [_member(row, grants[row.id]) for row in rows], total


def member(session: Session, staff_id: int, now: datetime) -> Member:
    """One person with the link that is open for them, if one is. Raises NotFound."""
    staff = session.get(Staff, staff_id)
    if staff is None:
        raise NotFound("没有这个账号。")
    link = session.execute(
        select(StaffLink.kind, StaffLink.made_at, StaffLink.made_by, StaffLink.until)
        .where(StaffLink.staff_id == staff_id, StaffLink.used_at.is_(None), StaffLink.until > now)
        .order_by(StaffLink.id.desc())
        .limit(1)
    ).first()
    return _member(staff, grants_of(session, staff_id), OpenLink(*link) if link else None)


def _wanted(find: str, role: str, state: str) -> Select[int]:
    """The ids of the people asked for."""
    wanted = select(Staff.id)
    if find:
        units = (
            select(StaffRole.staff_id)
            .join(Unit, Unit.id == StaffRole.unit_id)
            .where(or_(Unit.name.contains(find, autoescape=True), Unit.code == find))
        )
        named = Staff.name.contains(find, autoescape=True), Staff.login.contains(find, autoescape=True)
        wanted = wanted.where(or_(*named, Staff.id.in_(units)))
    if role:
        wanted = wanted.where(Staff.id.in_(select(StaffRole.staff_id).where(StaffRole.role == role)))
    if state in STATES:
        wanted = wanted.where(Staff.active.is_(state != "closed"))
    if state in ("working", "invited"):
        wanted = wanted.where(Staff.password_hash == "" if state == "invited" else Staff.password_hash != "")
    return wanted


def _grants(session: Session, ids: Iterable[int]) -> dict[int, list[Grant]]:
    """The roles of these people, by person, in the order of ROLES."""
    rows = session.execute(
        select(StaffRole.staff_id, StaffRole.role, Unit.code, Unit.name)
        .outerjoin(Unit, Unit.id == StaffRole.unit_id)
        .where(StaffRole.staff_id.in_(list(ids)))
    )
    found: dict[int, list[Grant]] = defaultdict(list)
    for staff_id, role, code, name in rows:
        found[staff_id].append(Grant(role, code or "", name or ""))
    return defaultdict(list, {staff_id: in_order(grants) for staff_id, grants in found.items()})


def _member(staff: Staff, grants: list[Grant], link: OpenLink | None = None) -> Member:
    state = "closed" if not staff.active else "working" if staff.password_hash else "invited"
    return Member(
        staff.id, staff.login, staff.name, state, staff.totp_sealed is not None, staff.version,
        staff.signed_in_at, grants, link,
    )  # fmt: skip
