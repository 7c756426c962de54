"""The matcher's fitted models."""

import sqlalchemy as sa
from alembic import op

from core.db import Moment

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fitted_models",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fitted_at", Moment(), nullable=False),
        sa.Column("covers", sa.Integer(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fitted_models")),
    )
    op.create_table(
        "model_pieces",
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["model_id"], ["fitted_models.id"], name=op.f("fk_model_pieces_model_id")),
        sa.PrimaryKeyConstraint("model_id", "number", name=op.f("pk_model_pieces")),
    )


def downgrade() -> None:
    op.drop_table("model_pieces")
    op.drop_table("fitted_models")
