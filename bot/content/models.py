"""Scam types with their cards, cases, the phrases residents use, and questions that found no answer."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Id


class ScamType(Base):
    """One kind of fraud (or everyday topic) and the card residents read. List fields are JSON arrays of strings."""

    __tablename__ = "scam_types"

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(10))  # scam, technique, topic
    official: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int]
    also: Mapped[str] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text)
    steps: Mapped[str] = mapped_column(Text)
    signs: Mapped[str] = mapped_column(Text)
    actions: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, default="")
    groups: Mapped[str] = mapped_column(Text)
    tags: Mapped[str] = mapped_column(Text)
    second: Mapped[str] = mapped_column(Text)
    shipped: Mapped[str] = mapped_column(String(64), default="")
    """Hash of the shipped card this row was loaded from; another value means an editor changed it since."""


class Case(Base):
    """One short story of a fraud."""

    __tablename__ = "cases"
    __table_args__ = (UniqueConstraint("type_code", "title"),)

    id: Mapped[Id]
    type_code: Mapped[str] = mapped_column(ForeignKey("scam_types.code"), index=True)
    title: Mapped[str] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(Text)
    tags: Mapped[str] = mapped_column(Text)
    live: Mapped[bool] = mapped_column(default=True)
    shipped: Mapped[str] = mapped_column(String(64), default="")


class Phrase(Base):
    """An alias (a telling word) or a question (a whole message) that points to a type; `folded` is what is compared."""

    __tablename__ = "phrases"
    __table_args__ = (
        UniqueConstraint("kind", "folded", "type_code"),
        Index("ix_phrases_type_code", "type_code"),
    )

    id: Mapped[Id]
    type_code: Mapped[str] = mapped_column(ForeignKey("scam_types.code"))
    kind: Mapped[str] = mapped_column(String(10))  # alias, question
    text: Mapped[str] = mapped_column(String(200))
    folded: Mapped[str] = mapped_column(String(200))
    live: Mapped[bool] = mapped_column(default=True)
    shipped: Mapped[bool] = mapped_column(default=False)


class Asked(Base):
    """A question that found no answer, masked, kept for editors. The person goes at an erasure, the text too."""

    __tablename__ = "asked"

    id: Mapped[Id]
    inbound_id: Mapped[int | None] = mapped_column(index=True)
    follower_id: Mapped[int | None] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    text: Mapped[str] = mapped_column(Text)
    folded: Mapped[str] = mapped_column(String(200), index=True)
    state: Mapped[str] = mapped_column(String(10), default="open")


class FittedModel(Base):
    """One fit of the linear scorer. The newest live one is served; its numbers stand in its pieces."""

    __tablename__ = "fitted_models"

    id: Mapped[Id]
    fitted_at: Mapped[datetime]
    covers: Mapped[int]
    """The library version whose texts it has seen."""
    live: Mapped[bool] = mapped_column(default=True)
    report: Mapped[str] = mapped_column(Text)
    """JSON: what the folds showed — accuracy, cut-offs, confusable pairs, counts."""


class ModelPiece(Base):
    """One slice of a fitted model's bytes, small enough for a MariaDB BLOB (65,535)."""

    __tablename__ = "model_pieces"

    model_id: Mapped[int] = mapped_column(ForeignKey("fitted_models.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    data: Mapped[bytes] = mapped_column(LargeBinary)
