"""Units: earlier names, dated bases, mergers, plans, imports under way."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.mysql import MEDIUMBLOB

from core.db import Moment

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unit_former_names",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_unit_former_names_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_former_names")),
    )
    op.create_index(op.f("ix_unit_former_names_unit_id"), "unit_former_names", ["unit_id"], unique=False)
    op.create_table(
        "unit_bases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("basis", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_unit_bases_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_bases")),
        sa.UniqueConstraint("unit_id", "since", name=op.f("uq_unit_bases_unit_id_since")),
    )
    op.create_table(
        "unit_mergers",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["into_id"], ["units.id"], name=op.f("fk_unit_mergers_into_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_unit_mergers_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_unit_mergers")),
    )
    op.create_index(op.f("ix_unit_mergers_into_id"), "unit_mergers", ["into_id"], unique=False)
    op.create_table(
        "unit_plans",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.String(length=60), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("trouble", sa.String(length=250), nullable=False),
        sa.ForeignKeyConstraint(["into_id"], ["units.id"], name=op.f("fk_unit_plans_into_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_unit_plans_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_unit_plans")),
    )
    op.create_index(op.f("ix_unit_plans_day"), "unit_plans", ["day"], unique=False)
    op.create_table(
        "import_drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(length=60), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("file", sa.String(length=120), nullable=False),
        sa.Column("content", sa.LargeBinary().with_variant(MEDIUMBLOB(), "mysql", "mariadb"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_drafts")),
    )
    op.create_index(op.f("ix_import_drafts_made_by"), "import_drafts", ["made_by"], unique=False)


def downgrade() -> None:
    op.drop_table("import_drafts")
    op.drop_table("unit_plans")
    op.drop_table("unit_mergers")
    op.drop_table("unit_bases")
    op.drop_table("unit_former_names")
