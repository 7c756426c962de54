"""Messages owed to one follower outside the reply to what they wrote. This table is both outbox and log."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Id


class State(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNSURE = "unsure"  # we stopped between asking WeChat and hearing back; a person decides
    WAITING = "waiting"  # the person's window is closed: shown with the next reply they get


class Note(Base):
    """One customer-service message owed to one follower; `origin` says why and makes a second one impossible."""

    __tablename__ = "notes"
    __table_args__ = (Index("ix_notes_state_due_at", "state", "due_at"),)

    id: Mapped[Id]
    origin: Mapped[str] = mapped_column(String(60), unique=True)
    follower_id: Mapped[int] = mapped_column(ForeignKey("followers.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[State] = mapped_column(String(10), default=State.QUEUED)
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    code: Mapped[int | None]
    changed_at: Mapped[datetime]
    waits: Mapped[bool] = mapped_column(default=False)
    """Worth keeping for the next reply when the person's window is closed."""
    ruling_id: Mapped[int | None] = mapped_column(index=True)
    """The editor's act that it tells of; undone, what was not yet shown is withdrawn."""
