"""Units, people, what they said and what they are owed."""

import sqlalchemy as sa
from alembic import op

from core.db import Moment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("actor", sa.String(length=60), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    op.create_index(op.f("ix_audit_entries_action"), "audit_entries", ["action"], unique=False)
    op.create_index(op.f("ix_audit_entries_at"), "audit_entries", ["at"], unique=False)
    op.create_table(
        "consent_texts",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_consent_texts")),
    )
    op.create_table(
        "cursors",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_cursors")),
    )
    op.create_table(
        "departed",
        sa.Column("openid_hash", sa.String(length=32), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("by_wish", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("openid_hash", name=op.f("pk_departed")),
    )
    op.create_table(
        "frozen_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("last_event", sa.Integer(), nullable=False),
        sa.Column("frozen_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_frozen_days")),
    )
    op.create_table(
        "job_runs",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("last_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job_runs")),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("holder", sa.String(length=80), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", Moment(), nullable=True),
        sa.Column("session_no", sa.Integer(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("login", name=op.f("uq_staff_login")),
    )
    op.create_table(
        "units",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("basis", sa.String(length=12), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["units.id"], name=op.f("fk_units_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
        sa.UniqueConstraint("code", name=op.f("uq_units_code")),
    )
    op.create_index(op.f("ix_units_parent_id"), "units", ["parent_id"], unique=False)
    op.create_table(
        "versions",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_versions")),
    )
    op.create_table(
        "daily_counts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("registered_here", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_daily_counts_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_daily_counts")),
        sa.UniqueConstraint("day", "unit_id", name=op.f("uq_daily_counts_day_unit_id")),
    )
    op.create_table(
        "followers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("openid", sa.String(length=64), nullable=False),
        sa.Column("person_no", sa.BigInteger(), nullable=False),
        sa.Column("followed_at", Moment(), nullable=False),
        sa.Column("scene", sa.String(length=64), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("registered_at", Moment(), nullable=True),
        sa.Column("consent_version", sa.Integer(), nullable=True),
        sa.Column("consent_at", Moment(), nullable=True),
        sa.Column("consent_by", sa.String(length=12), nullable=False),
        sa.Column("audience", sa.String(length=20), nullable=False),
        sa.Column("age_band", sa.String(length=12), nullable=False),
        sa.Column("phone_sealed", sa.String(length=255), nullable=True),
        sa.Column("phone_hash", sa.String(length=32), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_followers_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_followers")),
        sa.UniqueConstraint("openid", name=op.f("uq_followers_openid")),
        sa.UniqueConstraint("person_no", name=op.f("uq_followers_person_no")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_followers_phone_hash"), "followers", ["phone_hash"], unique=False)
    op.create_index(op.f("ix_followers_unit_id"), "followers", ["unit_id"], unique=False)
    op.create_table(
        "head_counts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("entered_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_head_counts_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_head_counts")),
    )
    op.create_index(
        "ix_head_counts_unit_kind_since", "head_counts", ["unit_id", "kind", "since"], unique=False
    )
    op.create_table(
        "registration_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("person_no", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("delta", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_registration_events_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_events")),
    )
    op.create_index(
        "ix_registration_events_day_unit_delta",
        "registration_events",
        ["day", "unit_id", "delta"],
        unique=False,
    )
    op.create_index(
        op.f("ix_registration_events_person_no"), "registration_events", ["person_no"], unique=False
    )
    op.create_index(
        "ix_registration_events_unit_day", "registration_events", ["unit_id", "day"], unique=False
    )
    op.create_table(
        "staff_roles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_roles_staff_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_staff_roles_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_roles")),
        sa.UniqueConstraint("staff_id", "role", "unit_id", name=op.f("uq_staff_roles_staff_id_role_unit_id")),
    )
    op.create_table(
        "unit_names",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_unit_names_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_names")),
        sa.UniqueConstraint("unit_id", "name", name=op.f("uq_unit_names_unit_id_name")),
    )
    op.create_table(
        "unit_places",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["units.id"], name=op.f("fk_unit_places_parent_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_unit_places_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_places")),
        sa.UniqueConstraint("unit_id", "since", name=op.f("uq_unit_places_unit_id_since")),
    )
    op.create_table(
        "dialogues",
        sa.Column("follower_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["follower_id"], ["followers.id"], name=op.f("fk_dialogues_follower_id")),
        sa.PrimaryKeyConstraint("follower_id", name=op.f("pk_dialogues")),
    )
    op.create_table(
        "family_members",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("follower_id", sa.Integer(), nullable=False),
        sa.Column("called", sa.String(length=20), nullable=False),
        sa.Column("relation", sa.String(length=12), nullable=False),
        sa.Column("age_band", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["follower_id"], ["followers.id"], name=op.f("fk_family_members_follower_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family_members")),
    )
    op.create_index(op.f("ix_family_members_follower_id"), "family_members", ["follower_id"], unique=False)
    op.create_table(
        "inbound",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("twin", sa.String(length=32), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=True),
        sa.Column("body", sa.String(length=64), nullable=True),
        sa.Column("follower_id", sa.Integer(), nullable=True),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("type_code", sa.String(length=20), nullable=True),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["follower_id"], ["followers.id"], name=op.f("fk_inbound_follower_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound")),
        sa.UniqueConstraint("nonce", name=op.f("uq_inbound_nonce")),
        sa.UniqueConstraint("twin", name=op.f("uq_inbound_twin")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_inbound_at"), "inbound", ["at"], unique=False)
    op.create_index("ix_inbound_follower_id_at", "inbound", ["follower_id", "at"], unique=False)
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=60), nullable=False),
        sa.Column("follower_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["follower_id"], ["followers.id"], name=op.f("fk_notes_follower_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
        sa.UniqueConstraint("origin", name=op.f("uq_notes_origin")),
    )
    op.create_index(op.f("ix_notes_follower_id"), "notes", ["follower_id"], unique=False)
    op.create_index("ix_notes_state_due_at", "notes", ["state", "due_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_notes_state_due_at", table_name="notes")
    op.drop_index(op.f("ix_notes_follower_id"), table_name="notes")
    op.drop_table("notes")
    op.drop_index("ix_inbound_follower_id_at", table_name="inbound")
    op.drop_index(op.f("ix_inbound_at"), table_name="inbound")
    op.drop_table("inbound")
    op.drop_index(op.f("ix_family_members_follower_id"), table_name="family_members")
    op.drop_table("family_members")
    op.drop_table("dialogues")
    op.drop_table("unit_places")
    op.drop_table("unit_names")
    op.drop_table("staff_roles")
    op.drop_index("ix_registration_events_unit_day", table_name="registration_events")
    op.drop_index(op.f("ix_registration_events_person_no"), table_name="registration_events")
    op.drop_index("ix_registration_events_day_unit_delta", table_name="registration_events")
    op.drop_table("registration_events")
    op.drop_index("ix_head_counts_unit_kind_since", table_name="head_counts")
    op.drop_table("head_counts")
    op.drop_index(op.f("ix_followers_unit_id"), table_name="followers")
    op.drop_index(op.f("ix_followers_phone_hash"), table_name="followers")
    op.drop_table("followers")
    op.drop_table("daily_counts")
    op.drop_table("versions")
    op.drop_index(op.f("ix_units_parent_id"), table_name="units")
    op.drop_table("units")
    op.drop_table("staff")
    op.drop_table("leases")
    op.drop_table("job_runs")
    op.drop_table("frozen_days")
    op.drop_table("departed")
    op.drop_table("cursors")
    op.drop_table("consent_texts")
    op.drop_index(op.f("ix_audit_entries_at"), table_name="audit_entries")
    op.drop_index(op.f("ix_audit_entries_action"), table_name="audit_entries")
    op.drop_table("audit_entries")
