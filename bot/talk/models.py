"""Incoming messages with the replies they got, and dialogues under way."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Id


class Inbound(Base):
    """One message WeChat delivered, however often, and the one reply it got.

    `twin` is a keyed hash of WeChat's identity of the message; its uniqueness is what makes three deliveries one.
    After an erasure only `twin` and `at` remain, so that a late copy is still recognised and answered with nothing.
    """

    __tablename__ = "inbound"
    __table_args__ = (
        Index("ix_inbound_follower_id_turn", "follower_id", "turn", unique=True),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    twin: Mapped[str] = mapped_column(String(32), unique=True)
    nonce: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Only where WeChat's signature does not cover the body: hash of its timestamp and nonce, used once."""
    body: Mapped[str | None] = mapped_column(String(64))
    """Hash of the body that came with that nonce."""
    follower_id: Mapped[int | None] = mapped_column(ForeignKey("followers.id"))
    at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(12))
    text: Mapped[str | None] = mapped_column(Text)
    """What the person asked, masked; absent for events and dialogue answers."""
    outcome: Mapped[str] = mapped_column(String(12))
    """What became of it: card, choice, unknown, emergency, dialogue, command, feedback, chat, event."""
    type_code: Mapped[str | None] = mapped_column(String(20))
    reply: Mapped[str] = mapped_column(Text)
    turn: Mapped[int | None]
    """Which question of the person this is; uniqueness lets of two lines that come at once the second see the first."""
    run: Mapped[int] = mapped_column(default=1)
    """How many lines that came one upon another were read together here; `text` holds them all."""


class Dialogue(Base):
    """Where a person stands in a short conversation. A step that nobody answers for 30 minutes is over."""

    __tablename__ = "dialogues"

    follower_id: Mapped[int] = mapped_column(ForeignKey("followers.id"), primary_key=True)
    step: Mapped[str] = mapped_column(String(20))
    data: Mapped[str] = mapped_column(Text, default="{}")
    until: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class Picture(Base):
    """A picture that waits to be read. It stays with WeChat; the row goes when it was read or its person went."""

    __tablename__ = "pictures"

    id: Mapped[Id]
    inbound_id: Mapped[int] = mapped_column(unique=True)
    follower_id: Mapped[int] = mapped_column(ForeignKey("followers.id"), index=True)
    media_id: Mapped[str] = mapped_column(String(200))
    sent_at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(default=0)
    """How often a reader took it up: also tells a reader whether it still is the one."""
