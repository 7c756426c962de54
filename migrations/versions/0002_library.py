"""The case library."""

import sqlalchemy as sa
from alembic import op

from core.db import Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "asked",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inbound_id", sa.Integer(), nullable=True),
        sa.Column("follower_id", sa.Integer(), nullable=True),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("folded", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asked")),
    )
    op.create_index(op.f("ix_asked_at"), "asked", ["at"], unique=False)
    op.create_index(op.f("ix_asked_folded"), "asked", ["folded"], unique=False)
    op.create_index(op.f("ix_asked_follower_id"), "asked", ["follower_id"], unique=False)
    op.create_index(op.f("ix_asked_inbound_id"), "asked", ["inbound_id"], unique=False)
    op.create_table(
        "scam_types",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("official", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("also", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("signs", sa.Text(), nullable=False),
        sa.Column("actions", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("groups", sa.Text(), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("second", sa.Text(), nullable=False),
        sa.Column("shipped", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_scam_types")),
        sa.UniqueConstraint("name", name=op.f("uq_scam_types_name")),
    )
    op.create_table(
        "cases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("type_code", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("shipped", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["type_code"], ["scam_types.code"], name=op.f("fk_cases_type_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("type_code", "title", name=op.f("uq_cases_type_code_title")),
    )
    op.create_index(op.f("ix_cases_type_code"), "cases", ["type_code"], unique=False)
    op.create_table(
        "phrases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("type_code", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("folded", sa.String(length=200), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("shipped", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["type_code"], ["scam_types.code"], name=op.f("fk_phrases_type_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phrases")),
        sa.UniqueConstraint("kind", "folded", "type_code", name=op.f("uq_phrases_kind_folded_type_code")),
    )
    op.create_index("ix_phrases_type_code", "phrases", ["type_code"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_phrases_type_code", table_name="phrases")
    op.drop_table("phrases")
    op.drop_index(op.f("ix_cases_type_code"), table_name="cases")
    op.drop_table("cases")
    op.drop_table("scam_types")
    op.drop_index(op.f("ix_asked_inbound_id"), table_name="asked")
    op.drop_index(op.f("ix_asked_follower_id"), table_name="asked")
    op.drop_index(op.f("ix_asked_folded"), table_name="asked")
    op.drop_index(op.f("ix_asked_at"), table_name="asked")
    op.drop_table("asked")
