"""Totals of the other programme; who entered a head-count and why."""

import sqlalchemy as sa
from alembic import op

from core.db import Moment

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "app_reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("reporter", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("entered_by", sa.String(length=60), nullable=False),
        sa.Column("entered_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_app_reports_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_app_reports")),
    )
    op.create_index(op.f("ix_app_reports_unit_id_day"), "app_reports", ["unit_id", "day"], unique=False)
    text = {"nullable": False, "server_default": ""}
    op.add_column("head_counts", sa.Column("reason", sa.String(length=200), **text))
    op.add_column("head_counts", sa.Column("entered_by", sa.String(length=60), **text))


def downgrade() -> None:
    op.drop_column("head_counts", "entered_by")
    op.drop_column("head_counts", "reason")
    op.drop_table("app_reports")
