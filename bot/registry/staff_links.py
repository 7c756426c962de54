"""One-time links by which people set their own password: invitations, and resets that another person starts."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.registry import sign_in
from bot.registry.models import Staff
from bot.registry.models_staff import LinkKind, StaffLink
from bot.registry.staff import held, set_password, void_links
from core.errors import Conflict, NotAllowed, NotFound

LASTS = {LinkKind.INVITE: timedelta(days=7), LinkKind.RESET: timedelta(days=1)}
NO_LINK = "这个链接不对，或者已经用过、过期了。请联系发给您链接的管理员，重新生成一个。"


def make_link(session: Session, staff_id: int, actor: str, now: datetime) -> tuple[StaffLink, str]:
    """A fresh link for the person, as (row, token); older ones open nothing any more.

    The token leaves with this return and is kept nowhere. The password that is set stays valid until the link is
    used. Raises NotAllowed for one's own account, Conflict for a closed one, NotFound.
    """
    staff = held(session, staff_id)
    if staff.login == actor:
        raise NotAllowed("自己的密码请在“修改密码”里改；忘记了要由另一位管理员重设。")
    if not staff.active:
        raise Conflict("这个账号已停用，请先恢复使用。")
    void_links(session, staff_id)
    kind = LinkKind.RESET if staff.password_hash else LinkKind.INVITE
    token = secrets.token_urlsafe(32)
    link = StaffLink(
        staff_id=staff_id, kind=kind, token_hash=_hashed(token), made_at=now, made_by=actor, until=now + LASTS[kind]
    )  # fmt: skip
    session.add(link)
    session.flush()
    return link, token


def holder_of(session: Session, token: str, now: datetime) -> Staff:
    """Whose link it is. Raises NotFound when it opens nothing (any more); reading it does not use it up."""
    found = session.scalar(
        select(Staff)
        .join(StaffLink, StaffLink.staff_id == Staff.id)
        .where(
            StaffLink.token_hash == _hashed(token), StaffLink.used_at.is_(None), StaffLink.until > now,
            Staff.active.is_(True),
        )
    )  # fmt: skip
    if found is None:
        raise NotFound(NO_LINK)
    return found


def use_link(session: Session, token: str, password_hash: str, now: datetime) -> Staff:
    """Set the password of the link's person; the link is used up, and nobody is locked out any more. Raises NotFound."""
    staff = holder_of(session, token, now)
    link = session.scalars(
        select(StaffLink).where(StaffLink.token_hash == _hashed(token)).with_for_update(),
        execution_options={"populate_existing": True},
    ).one()
    if link.used_at is not None or link.until <= now:  # another request was first
        raise NotFound(NO_LINK)
    link.used_at = now
    sign_in.forget_login(session, staff.login)
    return set_password(session, staff.id, password_hash)


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
