"""What happened to units and what is planned for them: earlier names, dated bases, mergers, plans, imports under way."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.dialects.mysql import MEDIUMBLOB
from sqlalchemy.orm import Mapped, mapped_column

from bot.registry.models import CountKind
from core.db import Base, Id


class FormerName(Base):
    """A name the unit bore until the day before `until`."""

    __tablename__ = "unit_former_names"

    id: Mapped[Id]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    until: Mapped[date]


class UnitBasis(Base):
    """From `since` on the unit's rate is measured against this kind of head-count; the latest row wins.

    A unit whose basis never changed has no row: `units.basis` holds for all its days.
    """

    __tablename__ = "unit_bases"
    __table_args__ = (UniqueConstraint("unit_id", "since"),)

    id: Mapped[Id]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    since: Mapped[date]
    basis: Mapped[CountKind] = mapped_column(String(12))


class UnitMerger(Base):
    """The unit was merged into another on that day; its codes lead there ever after."""

    __tablename__ = "unit_mergers"

    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True, autoincrement=False)
    into_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    day: Mapped[date]
    people: Mapped[int]
    """How many registered people went over."""


class UnitPlan(Base):
    """The unit is to be closed on a later day, or merged into another when `into_id` is set. One for each unit."""

    __tablename__ = "unit_plans"

    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(index=True)
    into_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    made_by: Mapped[str] = mapped_column(String(60))
    made_at: Mapped[datetime]
    trouble: Mapped[str] = mapped_column(String(250), default="")
    """Why it could not be carried out when its day had come; "" while nothing is wrong."""


class ImportDraft(Base):
    """A table somebody sent and has not confirmed yet: its rows, compressed."""

    __tablename__ = "import_drafts"

    id: Mapped[Id]
    made_by: Mapped[str] = mapped_column(String(60), index=True)
    made_at: Mapped[datetime]
    file: Mapped[str] = mapped_column(String(120))
    content: Mapped[bytes] = mapped_column(LargeBinary().with_variant(MEDIUMBLOB(), "mysql", "mariadb"))
