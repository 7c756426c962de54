"""Who is signed in: a frozen picture of one staff member and of what their roles reach; what staff are called on a page."""

from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass

from flask import g
from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.parts import word
from bot.kit import kit
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


def called(login: str | None) -> str:
    """A staff member's name, with the login where two share it; who is none (“load-library”) as `word` says it.

    One query for all that a page asks.
    """
    if "names" not in g:
        with kit().db.reading() as session:
            g.names = _names(session)
    return g.names.get(login) or word(login or "")


def _names(session: Session) -> Mapping[str, str]:
    rows = session.execute(select(Staff.login, Staff.name)).all()
    often = Counter(row.name for row in rows)
    return {row.login: row.name if often[row.name] == 1 else f"{row.name}（{row.login}）" for row in rows}
