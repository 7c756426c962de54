"""Pictures that wait to be read."""

import sqlalchemy as sa
from alembic import op

from core.db import Moment

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pictures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inbound_id", sa.Integer(), nullable=False),
        sa.Column("follower_id", sa.Integer(), nullable=False),
        sa.Column("media_id", sa.String(200), nullable=False),
        sa.Column("sent_at", Moment(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["follower_id"], ["followers.id"], name=op.f("fk_pictures_follower_id_followers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pictures")),
        sa.UniqueConstraint("inbound_id", name=op.f("uq_pictures_inbound_id")),
    )
    op.create_index(op.f("ix_pictures_follower_id"), "pictures", ["follower_id"])
    op.create_index(op.f("ix_pictures_due_at"), "pictures", ["due_at"])


def downgrade() -> None:
    op.drop_table("pictures")
