"""What staff may do and where: granting and taking back roles, and never being without an admin."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.registry.models import Staff, StaffRole, Unit
from core.errors import Conflict, NotFound, Refusal

ROLES = ("admin", "editor", "reviewer", "liaison", "school", "viewer")
WHOLE_COUNTY = frozenset({"admin", "editor", "reviewer"})
"""Roles that are never for one unit alone."""
ONE_UNIT = frozenset({"liaison", "school"})
"""Roles that are always for a unit and what stands below it."""


class Grant(NamedTuple):
    """A role a person holds; `unit_code` "" = the whole county."""

    role: str
    unit_code: str
    unit_name: str


def grant(session: Session, staff_id: int, role: str, unit: str | None = None) -> bool:
    """Give the role for the unit with code `unit` and below, or the whole county; False when it was held already.

    Raises Refusal for a role that cannot be held so, NotFound for an unknown unit.
    """
    unit_id = _unit_id(session, role, unit)
    if _held(session, staff_id, role, unit_id) is not None:
        return False
    session.add(StaffRole(staff_id=staff_id, role=role, unit_id=unit_id))
    session.flush()
    return True


def revoke(session: Session, staff_id: int, role: str, unit: str | None = None) -> bool:
    """Take the role back; False when it was not held. Raises Conflict for the last admin's."""
    unit_id = session.scalar(select(Unit.id).where(Unit.code == unit)) if unit else None
    if unit and unit_id is None:
        return False
    if role == "admin":
        keep_an_admin(session, without=staff_id)
    row = _held(session, staff_id, role, unit_id)
    if row is None:
        return False
    session.execute(delete(StaffRole).where(StaffRole.id == row))
    return True


def keep_an_admin(session: Session, without: int) -> None:
    """Raise Conflict when nobody but this person could still administer.

    All admins' rows are held meanwhile, so that two who remove each other come one after the other.
    """
    admins = select(StaffRole.staff_id).where(StaffRole.role == "admin", StaffRole.unit_id.is_(None))
    if without not in (before := set(session.scalars(admins))):
        return
    session.execute(select(Staff.id).where(Staff.id.in_(before)).order_by(Staff.id).with_for_update()).all()
    able = select(Staff.id).where(Staff.active.is_(True), Staff.password_hash != "", Staff.id.in_(admins))
    if set(session.scalars(able)) <= {without}:
        raise Conflict(
            "这是最后一位能登录的管理员，不能停用，也不能去掉管理员角色。请先让另一位管理员登录成功。"
        )


def grants_of(session: Session, staff_id: int) -> list[Grant]:
    """The person's roles in the order of ROLES, then by unit."""
    rows = session.execute(
        select(StaffRole.role, Unit.code, Unit.name)
        .outerjoin(Unit, Unit.id == StaffRole.unit_id)
        .where(StaffRole.staff_id == staff_id)
    )
    held = [Grant(role, code or "", name or "") for role, code, name in rows]
    return in_order(held)


def in_order(grants: Iterable[Grant]) -> list[Grant]:
    """By the order of ROLES, then by unit; a role nobody knows any more comes last."""
    ranks = {role: rank for rank, role in enumerate(ROLES)}
    return sorted(grants, key=lambda each: (ranks.get(each.role, len(ROLES)), each.unit_code))


def unit_called(session: Session, text: str) -> str:
    """The code of the open unit with this code or name. Raises NotFound, Refusal when several have the name."""
    wanted = text.strip()
    if session.scalar(select(Unit.id).where(Unit.code == wanted)) is not None:
        return wanted
    named = (
        select(Unit.code).where(Unit.name == wanted, Unit.closed_on.is_(None)).order_by(Unit.code).limit(6)
    )
    found = list(session.scalars(named))
    if len(found) > 1:
        raise Refusal(
            f"叫“{wanted}”的单位不止一个，请填编号：{'、'.join(found[:5])}{' 等' if len(found) > 5 else ''}。"
        )
    if not found:
        raise NotFound(f"没有叫“{wanted}”的单位，也没有这个编号。请从单位页复制全名或编号。")
    return found[0]


def _unit_id(session: Session, role: str, code: str | None) -> int | None:
    if role not in ROLES:
        raise Refusal(f"角色只能是：{'、'.join(ROLES)}。")
    if not code:
        if role in ONE_UNIT:
            raise Refusal("单位联络员和学校要指明单位。")
        return None
    if role in WHOLE_COUNTY:
        raise Refusal("管理员、编辑和审核管全旗县，不指明单位。")
    found = session.scalar(select(Unit.id).where(Unit.code == code))
    if found is None:
        raise NotFound(f"没有编号为 {code} 的单位。")
    return found


def _held(session: Session, staff_id: int, role: str, unit_id: int | None) -> int | None:
    """The row of this grant; the person's row is held meanwhile, for no database keeps two empty units apart."""
    session.execute(select(Staff.id).where(Staff.id == staff_id).with_for_update()).all()
    same = StaffRole.unit_id == unit_id if unit_id is not None else StaffRole.unit_id.is_(None)
    return session.scalar(
        select(StaffRole.id).where(StaffRole.staff_id == staff_id, StaffRole.role == role, same)
    )
