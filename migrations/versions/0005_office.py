"""Sign-in by place, second factor, one-time links."""

import sqlalchemy as sa
from alembic import op

from core.db import Moment

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sign_in_places",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login_hash", sa.String(length=32), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("tried_at", Moment(), nullable=False),
        sa.Column("locked_until", Moment(), nullable=True),
        sa.Column("proven_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_places")),
        sa.UniqueConstraint("login_hash", "place", name=op.f("uq_sign_in_places_login_hash_place")),
    )
    op.create_index(op.f("ix_sign_in_places_tried_at"), "sign_in_places", ["tried_at"], unique=False)
    op.create_table(
        "staff_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("made_by", sa.String(length=60), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.Column("used_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_links_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_staff_links_token_hash")),
    )
    op.create_index(op.f("ix_staff_links_staff_id"), "staff_links", ["staff_id"], unique=False)
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_recovery_codes_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
        sa.UniqueConstraint("staff_id", "code_hash", name=op.f("uq_recovery_codes_staff_id_code_hash")),
    )
    op.add_column("staff", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.add_column("staff", sa.Column("totp_sealed", sa.String(length=255), nullable=True))
    op.add_column("staff", sa.Column("totp_used", sa.BigInteger(), nullable=True))
    op.add_column("staff", sa.Column("signed_in_at", Moment(), nullable=True))


def downgrade() -> None:
    for column in ("signed_in_at", "totp_used", "totp_sealed", "version"):
        op.drop_column("staff", column)
    op.drop_table("recovery_codes")
    op.drop_table("staff_links")
    op.drop_index(op.f("ix_sign_in_places_tried_at"), table_name="sign_in_places")
    op.drop_table("sign_in_places")
