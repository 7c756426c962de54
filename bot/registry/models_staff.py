"""Around the staff's accounts: from where a login was tried, one-time links, recovery codes."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Id


class SignInPlace(Base):
    """A place from which a login was tried: one browser, one address, or all unknown places together.

    Kept by a hash of the login, also of one that does not exist, so that the two take the same way.
    """

    __tablename__ = "sign_in_places"
    __table_args__ = (UniqueConstraint("login_hash", "place"),)

    id: Mapped[Id]
    login_hash: Mapped[str] = mapped_column(String(32))
    place: Mapped[str] = mapped_column(String(80))
    failures: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime] = mapped_column(index=True)
    locked_until: Mapped[datetime | None]
    proven_at: Mapped[datetime | None]
    """The last time this login was signed in from here."""


class LinkKind(StrEnum):
    INVITE = "invite"  # 邀请
    RESET = "reset"  # 重设密码


class StaffLink(Base):
    """A link by which one person sets their own password, once. Only the hash of its token is kept."""

    __tablename__ = "staff_links"

    id: Mapped[Id]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    kind: Mapped[LinkKind] = mapped_column(String(8))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(60))
    until: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """A code that replaces the phone's, once. Only its hash is kept."""

    __tablename__ = "recovery_codes"
    __table_args__ = (UniqueConstraint("staff_id", "code_hash"),)

    id: Mapped[Id]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]
