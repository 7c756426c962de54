"""Staff of the office: adding them, naming them, letting them work or not."""

import re
from collections.abc import Iterable

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.registry import sign_in
from bot.registry.models import Staff
from bot.registry.models_staff import StaffLink
from bot.registry.names import syllables
from bot.registry.passwords import hashed
from bot.registry.staff_roles import ROLES, grant, keep_an_admin
from core.errors import Conflict, NotAllowed, NotFound, Refusal

__all__ = ["ROLES"]
LONGEST_NAME = 40
_LOGIN = re.compile(r"[A-Za-z0-9._-]{2,40}")


def make_staff(
    session: Session, login: str, name: str, password: str, role: str, unit: str | None = None
) -> Staff:
    """Add a person with a password and one role, for the unit with code `unit` and below, or the whole county.

    Raises Refusal, Conflict when the login is taken, NotFound for an unknown unit.
    """
    return add_staff(session, login, name, role, unit, password_hash=hashed(password, login))


def add_staff(
    session: Session, login: str, name: str, role: str, unit: str | None = None, *, password_hash: str = ""
) -> Staff:
    """Add a person with one role; without a password they come in by an invitation. Raises as `make_staff`."""
    if not _LOGIN.fullmatch(login):
        raise Refusal("账号是 2 到 40 个字母、数字或 . _ -。")
    if session.scalar(select(Staff.id).where(Staff.login == login)) is not None:
        raise Conflict(f"账号 {login} 已经有了。")
    staff = Staff(login=login, name=_name(name), password_hash=password_hash)
    session.add(staff)
    session.flush()
    grant(session, staff.id, role, unit)
    return staff


def _name(name: str) -> str:
    tidy = " ".join(name.split())
    if not 0 < len(tidy) <= LONGEST_NAME:
        raise Refusal(f"姓名不能为空，最多 {LONGEST_NAME} 个字。")
    return tidy


def held(session: Session, staff_id: int) -> Staff:
    """The person's row, held until the transaction ends. Raises NotFound."""
    staff = session.get(Staff, staff_id, with_for_update=True, populate_existing=True)
    if staff is None:
        raise NotFound("没有这个账号。")
    return staff


def rename(session: Session, staff_id: int, name: str, version: int) -> Staff:
    """Give the person another name. Raises Conflict when somebody else did since `version` was read."""
    staff = held(session, staff_id)
    new = _name(name)
    if staff.version != version and staff.name != new:
        raise Conflict(f"别人刚把姓名改成了“{staff.name}”，您的改动没有保存。要用您的写法，请再保存一次。")
    if staff.name != new:
        staff.name, staff.version = new, staff.version + 1
    session.flush()
    return staff


def set_password(session: Session, staff_id: int, password_hash: str) -> Staff:
    """Set a password that was hashed before; every older cookie and link becomes void."""
    staff = held(session, staff_id)
    staff.password_hash = password_hash
    staff.session_no += 1
    void_links(session, staff_id)
    session.flush()
    return staff


def close(session: Session, staff_id: int, actor_id: int) -> Staff:
    """Let nobody in under this account any more; what they did stays. Raises NotAllowed, Conflict for the last admin."""
    if staff_id == actor_id:
        raise NotAllowed("不能停用自己的账号，请另一位管理员来做。")
    keep_an_admin(session, without=staff_id)
    staff = held(session, staff_id)
    if staff.active:
        staff.active, staff.session_no = False, staff.session_no + 1
        void_links(session, staff_id)
        sign_in.forget_login(session, staff.login)
        session.flush()
    return staff


def reopen(session: Session, staff_id: int) -> Staff:
    """Let the person in again, with the password and roles they had."""
    staff = held(session, staff_id)
    staff.active = True
    session.flush()
    return staff


def sign_out_everywhere(session: Session, staff_id: int) -> Staff:
    """Make every cookie of the person void, and forget the browsers that signed in."""
    staff = held(session, staff_id)
    staff.session_no += 1
    sign_in.forget_login(session, staff.login)
    session.flush()
    return staff


def void_links(session: Session, staff_id: int) -> None:
    """The person's links open nothing any more."""
    unused = update(StaffLink).where(StaffLink.staff_id == staff_id, StaffLink.used_at.is_(None))
    session.execute(unused.values(until=StaffLink.made_at))


def free_login(session: Session, name: str, taken: Iterable[str] = ()) -> str:
    """A login from the name's pinyin that nobody has: zhangwei, zhangwei2, …"""
    letters = "".join(re.findall(r"[a-z0-9]", "".join(syllables(name)).lower()))[:30] or "user"
    base = letters if len(letters) > 1 else f"{letters}-user"
    like = select(Staff.login).where(Staff.login.startswith(base, autoescape=True))
    gone = {*taken, *session.scalars(like)}
    return next(login for n in range(1, 100_000) if (login := f"{base}{n if n > 1 else ''}") not in gone)


def touch_hash(session: Session, staff_id: int, password_hash: str) -> None:
    """Keep the same password under stronger parameters; cookies stay valid."""
    session.execute(update(Staff).where(Staff.id == staff_id).values(password_hash=password_hash))
