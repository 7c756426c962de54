"""Who is signed in: a frozen picture of one staff member and of what their roles reach."""

from collections.abc import Set
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.registry.models import Staff, StaffRole, Unit


@dataclass(frozen=True)
class Person:
    """A signed-in staff member, in the shape Flask-Login asks for."""

    id: int
    session_no: int
    login: str
    name: str
    grants: frozenset[tuple[str, str]]
    """Pairs (role, unit code); code "" = the whole county."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """The session number is part of it: when it moves, older cookies name nobody."""
        return f"{self.id}.{self.session_no}"

    @property
    def roles(self) -> list[str]:
        return sorted({role for role, _ in self.grants})

    def reach(self, roles: Set[str]) -> frozenset[str] | None:
        """Codes of the units these roles give the person, each with all below it; None = the whole county."""
        codes = frozenset(code for role, code in self.grants if role in roles)
        return None if "" in codes else codes


def person_of(session: Session, session_id: str) -> Person | None:
    """The active staff member a cookie names ("12.3" = staff 12 in session 3), or None."""
    staff_id, _, number = session_id.partition(".")
    if not (staff_id.isdecimal() and number.isdecimal()):
        return None
    rows = session.execute(
        select(Staff.login, Staff.name, StaffRole.role, Unit.code)
        .outerjoin(StaffRole, StaffRole.staff_id == Staff.id)
        .outerjoin(Unit, Unit.id == StaffRole.unit_id)
        .where(Staff.id == int(staff_id), Staff.session_no == int(number), Staff.active.is_(True))
    ).all()
    if not rows:
        return None
    grants = frozenset((role, code or "") for _, _, role, code in rows if role)
    return Person(int(staff_id), int(number), rows[0].login, rows[0].name, grants)
