"""Scam types with their cards, cases, the phrases residents use; questions for editors and what became of them."""

from datetime import date, datetime

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
    live: Mapped[bool] = mapped_column(default=True)
    review_by: Mapped[date | None]
    """The day by which an editor should read the card again."""
    version: Mapped[int] = mapped_column(default=1)
    """Moves whenever the card residents read changes."""
    changed_at: Mapped[datetime | None]
    """When that last happened; None while it was never noted."""


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
    first_title: Mapped[str] = mapped_column(String(60), default="")
    """The title it was shipped under, when an editor gave it another."""
    version: Mapped[int] = mapped_column(default=1)


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
    """A question for editors, masked: no answer was found, or it did not help. The person goes at an erasure, the text too."""

    __tablename__ = "asked"

    id: Mapped[Id]
    inbound_id: Mapped[int | None] = mapped_column(index=True)
    follower_id: Mapped[int | None] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    text: Mapped[str] = mapped_column(Text)
    folded: Mapped[str] = mapped_column(String(200), index=True)
    state: Mapped[str] = mapped_column(String(10), default="open")
    """open, or done by the ruling."""
    why: Mapped[str] = mapped_column(String(10), default="unknown")
    """unknown, useless (the person said so of the card), picture (nothing could be read)."""
    type_code: Mapped[str | None] = mapped_column(String(20))
    """The type whose card did not help."""
    group_no: Mapped[int | None] = mapped_column(index=True)
    """Questions that say the same bear the id of the first of them; None until they are compared."""
    ruling_id: Mapped[int | None] = mapped_column(ForeignKey("rulings.id"), index=True)
    wish_at: Mapped[datetime | None]
    """When the person agreed to be told of an answer."""


class Ruling(Base):
    """What an editor made of one group of questions. Undone, the questions are open again."""

    __tablename__ = "rulings"

    id: Mapped[Id]
    group_no: Mapped[int] = mapped_column(index=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(60))
    act: Mapped[str] = mapped_column(String(10))  # alias, question, case, ordinary, ignore, answer, known
    type_code: Mapped[str | None] = mapped_column(String(20))
    made_id: Mapped[int | None]
    """The phrase, case draft or ordinary message that the act made."""
    words: Mapped[str] = mapped_column(Text, default="")
    """What was added or answered; blanked when its time is over."""
    told: Mapped[bool] = mapped_column(default=False)
    """Those who wished it were told; a case is told of when it goes live."""
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str] = mapped_column(String(60), default="")


class Verdict(Base):
    """What one person said of one card: useful or not. It names nobody."""

    __tablename__ = "verdicts"
    __table_args__ = (Index("ix_verdicts_type_code_at", "type_code", "at"),)

    id: Mapped[Id]
    inbound_id: Mapped[int] = mapped_column(unique=True)
    type_code: Mapped[str | None] = mapped_column(String(20))
    useful: Mapped[bool]
    at: Mapped[datetime]


class IssueNote(Base):
    """A line that an editor put aside for the weekly issue."""

    __tablename__ = "issue_notes"

    id: Mapped[Id]
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(String(60))
    type_code: Mapped[str | None] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(String(400))
    week: Mapped[date] = mapped_column(index=True)
    """The Monday of the week whose issue it is for."""


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


class Draft(Base):
    """A card or a case as an editor would have it; residents read it after a second person approved it."""

    __tablename__ = "drafts"

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(10))  # type, case
    subject: Mapped[str] = mapped_column(String(30), index=True)
    """`type:shuadan`, `case:12`; "" for a case that does not exist yet."""
    type_code: Mapped[str] = mapped_column(String(20), index=True)
    body: Mapped[str] = mapped_column(Text)
    """JSON of every field, as bot.content.bodies makes it."""
    base: Mapped[int]
    """The version residents read when it was begun; 0 when there was none."""
    state: Mapped[str] = mapped_column(String(10), index=True)  # draft, review, returned, approved, withdrawn
    author: Mapped[str] = mapped_column(String(60))
    writers: Mapped[str] = mapped_column(Text)
    """JSON list of everybody who wrote in it: none of them may approve it."""
    why: Mapped[str] = mapped_column(String(200))
    reviewer: Mapped[str] = mapped_column(String(60), default="")
    comment: Mapped[str] = mapped_column(String(500), default="")
    batch: Mapped[str] = mapped_column(String(16), default="", index=True)
    """What came in one file is read and approved together."""
    version: Mapped[int] = mapped_column(default=1)
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    open_subject: Mapped[str | None] = mapped_column(String(30), unique=True)
    """The subject while it is open: nobody can begin a second draft of one thing."""


class Edition(Base):
    """What a card or a case said in one of its versions. Append-only."""

    __tablename__ = "editions"
    __table_args__ = (UniqueConstraint("subject", "number"),)

    id: Mapped[Id]
    subject: Mapped[str] = mapped_column(String(30))
    number: Mapped[int]
    at: Mapped[datetime]
    author: Mapped[str] = mapped_column(String(60))
    reviewer: Mapped[str] = mapped_column(String(60))
    why: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)


class OrdinaryText(Base):
    """A message that an editor called ordinary talk; `folded` is what is compared."""

    __tablename__ = "ordinary_texts"

    id: Mapped[Id]
    text: Mapped[str] = mapped_column(String(200))
    folded: Mapped[str] = mapped_column(String(200), unique=True)
    live: Mapped[bool] = mapped_column(default=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(60))


class QuickAct(Base):
    """An alias, a question or an ordinary message that one editor added or took away at once; it can be undone."""

    __tablename__ = "quick_acts"

    id: Mapped[Id]
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(60))
    act: Mapped[str] = mapped_column(String(10))  # add, retire
    kind: Mapped[str] = mapped_column(String(10))  # alias, question, ordinary
    item_id: Mapped[int]
    text: Mapped[str] = mapped_column(String(200))
    type_code: Mapped[str] = mapped_column(String(20), index=True)
    """"" for ordinary talk."""
    undone_by: Mapped[str] = mapped_column(String(60), default="")
    undone_at: Mapped[datetime | None]


class LibrarySetting(Base):
    """One thing about the library that editors set, by name; JSON."""

    __tablename__ = "library_settings"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(60))
