"""The library under editors' hands: drafts, reviews, versions."""

import sqlalchemy as sa
from alembic import op

from core.db import Moment

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("scam_types", sa.Column("live", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("scam_types", sa.Column("review_by", sa.Date(), nullable=True))
    op.add_column("scam_types", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("scam_types", sa.Column("changed_at", Moment(), nullable=True))
    op.add_column("cases", sa.Column("first_title", sa.String(length=60), nullable=False, server_default=""))
    op.add_column("cases", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.create_table(
        "drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.String(length=30), nullable=False),
        sa.Column("type_code", sa.String(length=20), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("author", sa.String(length=60), nullable=False),
        sa.Column("writers", sa.Text(), nullable=False),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("reviewer", sa.String(length=60), nullable=False),
        sa.Column("comment", sa.String(length=500), nullable=False),
        sa.Column("batch", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.Column("open_subject", sa.String(length=30), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        sa.UniqueConstraint("open_subject", name=op.f("uq_drafts_open_subject")),
    )
    for column in ("subject", "type_code", "state", "batch"):
        op.create_index(op.f(f"ix_drafts_{column}"), "drafts", [column], unique=False)
    op.create_table(
        "editions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=30), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("author", sa.String(length=60), nullable=False),
        sa.Column("reviewer", sa.String(length=60), nullable=False),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editions")),
        sa.UniqueConstraint("subject", "number", name=op.f("uq_editions_subject_number")),
    )
    op.create_table(
        "ordinary_texts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("folded", sa.String(length=200), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ordinary_texts")),
        sa.UniqueConstraint("folded", name=op.f("uq_ordinary_texts_folded")),
    )
    op.create_table(
        "quick_acts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("act", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("type_code", sa.String(length=20), nullable=False),
        sa.Column("undone_by", sa.String(length=60), nullable=False),
        sa.Column("undone_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quick_acts")),
    )
    op.create_index(op.f("ix_quick_acts_type_code"), "quick_acts", ["type_code"], unique=False)
    op.create_table(
        "library_settings",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_library_settings")),
    )


def downgrade() -> None:
    op.drop_table("library_settings")
    op.drop_index(op.f("ix_quick_acts_type_code"), table_name="quick_acts")
    op.drop_table("quick_acts")
    op.drop_table("ordinary_texts")
    op.drop_table("editions")
    for column in ("batch", "state", "type_code", "subject"):
        op.drop_index(op.f(f"ix_drafts_{column}"), table_name="drafts")
    op.drop_table("drafts")
    op.drop_column("cases", "version")
    op.drop_column("cases", "first_title")
    for column in ("changed_at", "version", "review_by", "live"):
        op.drop_column("scam_types", column)
