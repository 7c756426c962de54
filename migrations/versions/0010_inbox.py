"""Questions for editors: groups, answers, who wants to be told; notes for the weekly issue."""

import sqlalchemy as sa
from alembic import op

from core.db import Moment

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rulings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_no", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("actor", sa.String(60), nullable=False),
        sa.Column("act", sa.String(10), nullable=False),
        sa.Column("type_code", sa.String(20), nullable=True),
        sa.Column("made_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("undone_at", Moment(), nullable=True),
        sa.Column("undone_by", sa.String(60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rulings")),
    )
    op.create_index(op.f("ix_rulings_group_no"), "rulings", ["group_no"])
    op.create_table(
        "verdicts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inbound_id", sa.Integer(), nullable=False),
        sa.Column("type_code", sa.String(20), nullable=True),
        sa.Column("useful", sa.Boolean(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdicts")),
        sa.UniqueConstraint("inbound_id", name=op.f("uq_verdicts_inbound_id")),
    )
    op.create_index(op.f("ix_verdicts_type_code_at"), "verdicts", ["type_code", "at"])
    op.create_table(
        "issue_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("actor", sa.String(60), nullable=False),
        sa.Column("type_code", sa.String(20), nullable=True),
        sa.Column("text", sa.String(400), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_notes")),
    )
    op.create_index(op.f("ix_issue_notes_at"), "issue_notes", ["at"])
    op.create_index(op.f("ix_issue_notes_week"), "issue_notes", ["week"])
    with op.batch_alter_table("asked") as table:
        table.add_column(sa.Column("why", sa.String(10), nullable=False, server_default="unknown"))
        table.add_column(sa.Column("type_code", sa.String(20), nullable=True))
        table.add_column(sa.Column("group_no", sa.Integer(), nullable=True))
        table.add_column(sa.Column("ruling_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("wish_at", Moment(), nullable=True))
        table.create_index(op.f("ix_asked_group_no"), ["group_no"])
        table.create_index(op.f("ix_asked_ruling_id"), ["ruling_id"])
        table.create_foreign_key(op.f("fk_asked_ruling_id"), "rulings", ["ruling_id"], ["id"])
    op.add_column("notes", sa.Column("waits", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("notes", sa.Column("ruling_id", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_notes_ruling_id"), "notes", ["ruling_id"])
    op.add_column("followers", sa.Column("waiting", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("inbound", sa.Column("turn", sa.Integer(), nullable=True))
    op.add_column("inbound", sa.Column("run", sa.Integer(), nullable=False, server_default="1"))
    op.create_index(op.f("ix_inbound_follower_id_turn"), "inbound", ["follower_id", "turn"], unique=True)
    op.drop_index(op.f("ix_inbound_follower_id_at"), table_name="inbound")


def downgrade() -> None:
    op.create_index(op.f("ix_inbound_follower_id_at"), "inbound", ["follower_id", "at"])
    op.drop_index(op.f("ix_inbound_follower_id_turn"), table_name="inbound")
    op.drop_column("inbound", "run")
    op.drop_column("inbound", "turn")
    op.drop_column("followers", "waiting")
    op.drop_index(op.f("ix_notes_ruling_id"), table_name="notes")
    op.drop_column("notes", "ruling_id")
    op.drop_column("notes", "waits")
    with op.batch_alter_table("asked") as table:
        table.drop_constraint(op.f("fk_asked_ruling_id"), type_="foreignkey")
        table.drop_index(op.f("ix_asked_ruling_id"))
        table.drop_index(op.f("ix_asked_group_no"))
        for name in ("wish_at", "ruling_id", "group_no", "type_code", "why"):
            table.drop_column(name)
    for name in ("issue_notes", "verdicts", "rulings"):
        op.drop_table(name)
