"""Staff of the office: adding them, and checking passwords with a lock-out that the database remembers."""

import re
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.registry.models import Staff, StaffRole, Unit
from core.errors import Conflict, NotAllowed, NotFound, Refusal

ROLES = ("admin", "editor", "reviewer", "liaison", "school", "viewer")
SHORTEST = 8
TRIES = 5
FIRST_LOCK = timedelta(minutes=15)
LONGEST_LOCK = timedelta(hours=8)
WRONG = "账号或密码不正确。连续输错 5 次会暂停登录 15 分钟以上，请稍后再试或联系管理员。"
"""One sentence for an unknown login, a wrong password and a locked account, so that none can be told apart."""
_LOGIN = re.compile(r"[A-Za-z0-9._-]{2,40}")
_HASHER = PasswordHasher()
_NOBODYS = _HASHER.hash("nobody's password")


def make_staff(
    session: Session, login: str, name: str, password: str, role: str, unit: str | None = None
) -> Staff:
    """Add a person with one role, for the unit with code `unit` and below, or the whole county.

    Raises Refusal, Conflict when the login is taken, NotFound for an unknown unit.
    """
    if role not in ROLES:
        raise Refusal(f"角色只能是：{'、'.join(ROLES)}。")
    if not _LOGIN.fullmatch(login) or not name.strip():
        raise Refusal("账号是 2 到 40 个字母、数字或 . _ -，姓名不能为空。")
    if session.scalar(select(Staff.id).where(Staff.login == login)) is not None:
        raise Conflict(f"账号 {login} 已经有了。")
    staff = Staff(login=login, name=name.strip()[:40], password_hash=_hashed(password))
    session.add(staff)
    session.flush()
    session.add(StaffRole(staff_id=staff.id, role=role, unit_id=_unit_id(session, unit)))
    session.flush()
    return staff


def _unit_id(session: Session, code: str | None) -> int | None:
    if code is None:
        return None
    found = session.scalar(select(Unit.id).where(Unit.code == code))
    if found is None:
        raise NotFound(f"没有编号为 {code} 的单位。")
    return found


def _hashed(password: str) -> str:
    if len(password) < SHORTEST:
        raise Refusal(f"密码至少 {SHORTEST} 位。")
    return _HASHER.hash(password)


def check_password(session: Session, login: str, password: str, now: datetime) -> Staff:
    """The person of this login and password. Raises NotAllowed, always with the same sentence.

    Failures are counted on the row: the caller catches the refusal inside its transaction, so that they are
    kept. From the fifth on each failure locks the account, 15 minutes at first, then twice as long each time,
    8 hours at most. An unknown login takes as long as a wrong password.
    """
    staff = session.scalar(
        select(Staff).where(Staff.login == login).with_for_update(),
        execution_options={"populate_existing": True},
    )
    right = _fits(staff.password_hash if staff else _NOBODYS, password)
    if staff is None or not staff.active or (staff.locked_until and staff.locked_until > now):
        raise NotAllowed(WRONG)
    if not right:
        _count_failure(staff, now)
        session.flush()
        raise NotAllowed(WRONG)
    staff.failures, staff.locked_until = 0, None
    if _HASHER.check_needs_rehash(staff.password_hash):
        staff.password_hash = _HASHER.hash(password)
    session.flush()
    return staff


def _fits(password_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def _count_failure(staff: Staff, now: datetime) -> None:
    staff.failures += 1
    if staff.failures >= TRIES:
        doubled = min(staff.failures - TRIES, 10)  # beyond ten the longest lock is reached anyway
        staff.locked_until = now + min(FIRST_LOCK * 2**doubled, LONGEST_LOCK)


def change_password(session: Session, staff_id: int, old: str, new: str, now: datetime) -> Staff:
    """Set one's own password; every older cookie becomes void. Raises NotAllowed when `old` is wrong.

    A wrong `old` counts as a failure: the caller catches the refusal inside its transaction.
    """
    login = session.scalar(select(Staff.login).where(Staff.id == staff_id))
    staff = check_password(session, login or "", old, now)
    staff.password_hash = _hashed(new)
    staff.session_no += 1
    session.flush()
    return staff
