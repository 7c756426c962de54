"""What the office sets itself; permanent codes, promoters, and which units may compare their staff lists."""

import sqlalchemy as sa
from alembic import op

from core.db import Moment

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("consent_texts", sa.Column("author", sa.String(60), nullable=False, server_default=""))
    op.create_table(
        "options",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("set_by", sa.String(60), nullable=False),
        sa.Column("set_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("name", "version", name=op.f("pk_options")),
    )
    op.create_table(
        "qr_codes",
        sa.Column("scene", sa.String(64), nullable=False),
        sa.Column("ticket", sa.String(255), nullable=False),
        sa.Column("url", sa.String(255), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("made_at", Moment(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("fault", sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint("scene", name=op.f("pk_qr_codes")),
    )
    op.create_index(op.f("ix_qr_codes_due_at"), "qr_codes", ["due_at"])
    op.create_table(
        "promoters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(12), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(20), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("made_by", sa.String(60), nullable=False),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_promoters_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promoters")),
        sa.UniqueConstraint("code", name=op.f("uq_promoters_code")),
        sa.UniqueConstraint("unit_id", "label", name=op.f("uq_promoters_unit_id_label")),
    )
    op.create_table(
        "brought_in",
        sa.Column("follower_id", sa.Integer(), nullable=False),
        sa.Column("promoter_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["follower_id"], ["followers.id"], name=op.f("fk_brought_in_follower_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["promoter_id"], ["promoters.id"], name=op.f("fk_brought_in_promoter_id")),
        sa.PrimaryKeyConstraint("follower_id", name=op.f("pk_brought_in")),
    )
    op.create_index(op.f("ix_brought_in_promoter_id"), "brought_in", ["promoter_id"])
    op.create_table(
        "reconciling",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("allowed_by", sa.String(60), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_reconciling_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_reconciling")),
    )
    op.create_table(
        "reconciled",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("lists", sa.Integer(), nullable=False),
        sa.Column("numbers", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_reconciled_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", "day", name=op.f("pk_reconciled")),
    )


def downgrade() -> None:
    for table in ("reconciled", "reconciling", "brought_in", "promoters", "qr_codes", "options"):
        op.drop_table(table)
    op.drop_column("consent_texts", "author")
