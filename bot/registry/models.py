"""Units, head-counts, followers, registration events, staff: the people and places the other rooms speak of."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, Id


class UnitKind(StrEnum):
    """What sort of place a unit is; the value is stored, the office shows its Chinese word (docs/rooms.md)."""

    COUNTY = "county"  # 旗县
    TOWN = "town"  # 苏木镇、乡镇
    PARK = "park"  # 园区
    VILLAGE = "village"  # 嘎查村、社区
    GRID = "grid"  # 网格
    AGENCY = "agency"  # 机关
    COMPANY = "company"  # 企业
    SCHOOL = "school"  # 学校
    BANK = "bank"  # 银行
    OPERATOR = "operator"  # 运营商
    GROUP = "group"  # 归口：只为归类，自己没有人


class CountKind(StrEnum):
    """Which people a head-count counts."""

    RESIDENTS = "residents"  # 常住人口
    ADULTS = "adults"  # 16–60 岁
    STAFF = "staff"  # 在册职工
    PARENTS = "parents"  # 学生家长


class Unit(Base):
    """A place a person can belong to. `parent_id` is today's; `unit_places` knows every day's."""

    __tablename__ = "units"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[UnitKind] = mapped_column(String(12))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    basis: Mapped[CountKind] = mapped_column(String(12))
    """The head-count its rate is measured against unless another is asked for."""
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)
    """Moves at each edit, so that a second editor notices the first."""
    demo: Mapped[bool] = mapped_column(default=False)

    parent: Mapped["Unit | None"] = relationship(remote_side="Unit.id")


class UnitName(Base):
    """Another name people use for a unit: 住建局, 城关."""

    __tablename__ = "unit_names"
    __table_args__ = (UniqueConstraint("unit_id", "name"),)

    id: Mapped[Id]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    name: Mapped[str] = mapped_column(String(120))


class UnitPlace(Base):
    """From `since` on (county days, inclusive) the unit stands under `parent_id`; the latest row wins."""

    __tablename__ = "unit_places"
    __table_args__ = (UniqueConstraint("unit_id", "since"),)

    id: Mapped[Id]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    since: Mapped[date]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))


class HeadCount(Base):
    """How many people of a kind a unit has, from a day on, and who says so. Rows are added, never changed."""

    __tablename__ = "head_counts"
    __table_args__ = (Index("ix_head_counts_unit_kind_since", "unit_id", "kind", "since"),)

    id: Mapped[Id]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    kind: Mapped[CountKind] = mapped_column(String(12))
    since: Mapped[date]
    count: Mapped[int]
    source: Mapped[str] = mapped_column(String(120))
    entered_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(200), default="")
    """Why a past figure is corrected: asked for when `since` lies before the day it was entered."""
    entered_by: Mapped[str] = mapped_column(String(60), default="")
    """Login of who entered it, "" for what was imported or came before this was kept."""


class AppReport(Base):
    """What a unit reports: so many of its people had 国家反诈中心 APP at the end of a county day, says `reporter`.

    Rows are added, never changed. A day's figure is the latest row entered for the latest day on or before it.
    """

    __tablename__ = "app_reports"
    __table_args__ = (Index("ix_app_reports_unit_id_day", "unit_id", "day"),)

    id: Mapped[Id]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    day: Mapped[date]
    total: Mapped[int]
    reporter: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str] = mapped_column(String(200), default="")
    """Why an earlier report is corrected; "" for a report that corrects none."""
    entered_by: Mapped[str] = mapped_column(String(60))
    entered_at: Mapped[datetime]


class Follower(Base):
    """An openid that follows now. Registered when `registered_at` is set: agreed to the consent text, chose a unit.

    Erasing a person deletes the row; `person_no` stays in the events and points at nobody any more.
    """

    __tablename__ = "followers"
    __table_args__ = {"sqlite_autoincrement": True}  # a number once given is never given to another person

    id: Mapped[Id]
    openid: Mapped[str] = mapped_column(String(64), unique=True)
    person_no: Mapped[int] = mapped_column(BigInteger, unique=True)
    followed_at: Mapped[datetime]
    scene: Mapped[str] = mapped_column(String(64), default="")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    registered_at: Mapped[datetime | None]
    consent_version: Mapped[int | None]
    consent_at: Mapped[datetime | None]
    consent_by: Mapped[str] = mapped_column(String(12), default="")
    """Channel of the consent: chat, import, demo."""
    audience: Mapped[str] = mapped_column(String(20), default="")
    """Identity group the person chose, "" when skipped."""
    age_band: Mapped[str] = mapped_column(String(12), default="")
    phone_sealed: Mapped[str | None] = mapped_column(String(255))
    phone_hash: Mapped[str | None] = mapped_column(String(32), index=True)
    waiting: Mapped[int] = mapped_column(default=0)
    """How many messages wait for the next reply, so that a look at the person tells."""
    demo: Mapped[bool] = mapped_column(default=False)

    unit: Mapped[Unit | None] = relationship()


class FamilyMember(Base):
    """A family member without WeChat, counted in 家庭覆盖 and never in a rate."""

    __tablename__ = "family_members"

    id: Mapped[Id]
    follower_id: Mapped[int] = mapped_column(ForeignKey("followers.id"), index=True)
    called: Mapped[str] = mapped_column(String(20))
    relation: Mapped[str] = mapped_column(String(12))
    age_band: Mapped[str] = mapped_column(String(12))


class EventKind(StrEnum):
    JOINED = "joined"
    LEFT = "left"
    MOVED_OUT = "moved_out"
    MOVED_IN = "moved_in"


class RegistrationEvent(Base):
    """One person entered (+1) or left (−1) one unit on one county day. Append-only: every rate is counted from it."""

    __tablename__ = "registration_events"
    __table_args__ = (
        Index("ix_registration_events_day_unit_delta", "day", "unit_id", "delta"),
        Index("ix_registration_events_unit_day", "unit_id", "day"),
    )

    id: Mapped[Id]
    at: Mapped[datetime]
    day: Mapped[date]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    person_no: Mapped[int] = mapped_column(BigInteger, index=True)
    kind: Mapped[EventKind] = mapped_column(String(10))
    delta: Mapped[int]


class DailyCount(Base):
    """People registered with a unit itself at the end of a day; frozen once written. A unit at 0 has no row."""

    __tablename__ = "daily_counts"
    __table_args__ = (UniqueConstraint("day", "unit_id"),)

    id: Mapped[Id]
    day: Mapped[date]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    registered_here: Mapped[int]


class FrozenDay(Base):
    """A day whose counts are frozen, up to and including event `last_event`."""

    __tablename__ = "frozen_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    last_event: Mapped[int]
    frozen_at: Mapped[datetime]


class Departed(Base):
    """Keyed hash of an openid that was erased, kept until the month ends for WeChat's monthly allowance."""

    __tablename__ = "departed"

    openid_hash: Mapped[str] = mapped_column(String(32), primary_key=True)
    until: Mapped[date]
    by_wish: Mapped[bool] = mapped_column(default=False)
    """注销 while still following: a sync must not bring the person back."""


class ConsentText(Base):
    """The words a person agreed to. A change is a new version."""

    __tablename__ = "consent_texts"

    version: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime]
    author: Mapped[str] = mapped_column(String(60), default="")
    """Login of who changed it, "" for the text that was shipped."""


class Option(Base):
    """One thing the office has set, one row a version: the highest number is what holds. Append-only."""

    __tablename__ = "options"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[str] = mapped_column(Text)
    """JSON."""
    set_by: Mapped[str] = mapped_column(String(60))
    set_at: Mapped[datetime]


class QrCode(Base):
    """A permanent code of WeChat, by its scene: owed while `url` is "", then remembered for ever."""

    __tablename__ = "qr_codes"

    scene: Mapped[str] = mapped_column(String(64), primary_key=True)
    ticket: Mapped[str] = mapped_column(String(255), default="")
    url: Mapped[str] = mapped_column(String(255), default="")
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True)
    """When it may next be asked for; a claim moves it on, so that two workers do not ask at once."""
    made_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    fault: Mapped[str] = mapped_column(String(120), default="")
    """Why WeChat did not make it, for the office to read."""


class Promoter(Base):
    """Somebody of a unit who brings people in by a code of their own. `total` counts everybody ever brought in."""

    __tablename__ = "promoters"
    __table_args__ = (UniqueConstraint("unit_id", "label"),)

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(String(12), unique=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    label: Mapped[str] = mapped_column(String(20))
    """A name or a staff number, as the unit chose."""
    total: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(60))
    closed_at: Mapped[datetime | None]


class BroughtIn(Base):
    """A follower whose first registration came by a promoter's code; goes with the follower."""

    __tablename__ = "brought_in"

    follower_id: Mapped[int] = mapped_column(ForeignKey("followers.id", ondelete="CASCADE"), primary_key=True)
    promoter_id: Mapped[int] = mapped_column(ForeignKey("promoters.id"), index=True)


class Reconciling(Base):
    """A unit that may compare its staff list with who is registered; a unit without a row may not."""

    __tablename__ = "reconciling"

    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    since: Mapped[datetime]
    allowed_by: Mapped[str] = mapped_column(String(60))


class Reconciled(Base):
    """How much a unit has compared on a county day. Nothing of the lists themselves."""

    __tablename__ = "reconciled"

    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    lists: Mapped[int]
    numbers: Mapped[int]


class Staff(Base):
    """Somebody who signs in to the office."""

    __tablename__ = "staff"

    id: Mapped[Id]
    login: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    password_hash: Mapped[str] = mapped_column(String(255))
    """"" until the person has set a password by their invitation."""
    active: Mapped[bool] = mapped_column(default=True)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    """Both are of the release before: `sign_in_places` counts now, and a later migration takes them away."""
    session_no: Mapped[int] = mapped_column(default=1)
    """Moves at sign-out everywhere and password change: older cookies are void."""
    demo: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    """Moves when the name changes, so that a second editor notices the first."""
    totp_sealed: Mapped[str | None] = mapped_column(String(255))
    """The secret shared with the person's phone; None = no second step."""
    totp_used: Mapped[int | None] = mapped_column(BigInteger)
    """The time step (30 s) of the last code that was taken; it and older ones are refused."""
    signed_in_at: Mapped[datetime | None]


class StaffRole(Base):
    """One role of one person, for one unit and everything below it; no unit = the whole county."""

    __tablename__ = "staff_roles"
    __table_args__ = (UniqueConstraint("staff_id", "role", "unit_id"),)

    id: Mapped[Id]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    role: Mapped[str] = mapped_column(String(12))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))


class AuditEntry(Base):
    """Who did what to which thing, with the values before and after (JSON, "" = none). Append-only."""

    __tablename__ = "audit_entries"

    id: Mapped[Id]
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(String(60))
    action: Mapped[str] = mapped_column(String(40), index=True)
    subject: Mapped[str] = mapped_column(String(120))
    before: Mapped[str] = mapped_column(Text, default="")
    after: Mapped[str] = mapped_column(Text, default="")


class Version(Base):
    """A number moved in the transaction of every edit of a thing; each process compares it with what it holds."""

    __tablename__ = "versions"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    number: Mapped[int]


class Lease(Base):
    """Who may do a thing that only one process may do, until when (real time)."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    holder: Mapped[str] = mapped_column(String(80))
    until: Mapped[datetime]


class JobRun(Base):
    """When a timed job was last begun, by the product's clock."""

    __tablename__ = "job_runs"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    last_at: Mapped[datetime]


class Cursor(Base):
    """Where a resumable job stands, e.g. the next openid of a followers sync."""

    __tablename__ = "cursors"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    state: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class SyncSeen(Base):
    """A known follower whom WeChat's list named during the followers sync under way."""

    __tablename__ = "sync_seen"

    follower_id: Mapped[int] = mapped_column(ForeignKey("followers.id", ondelete="CASCADE"), primary_key=True)
