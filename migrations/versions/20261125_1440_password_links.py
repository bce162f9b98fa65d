"""Keep the links by which staff set a password: the hash of each, once and for a while."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_1440a"
down_revision = "20261125_1448c"


def upgrade() -> None:
    op.create_table(
        "password_links",
        sa.Column("token_h", sa.LargeBinary(length=32), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_password_links_user_id")),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_password_links_made_by")),
        sa.PrimaryKeyConstraint("token_h", name=op.f("pk_password_links")),
    )
    op.create_index(op.f("ix_password_links_user_id"), "password_links", ["user_id"])
    op.create_index(op.f("ix_password_links_expires_at"), "password_links", ["expires_at"])


def downgrade() -> None:
    op.drop_table("password_links")
