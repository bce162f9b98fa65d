"""Keep the second factor of staff: its seed, encrypted, and the newest half minute taken."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_2230f"
down_revision = "20261130_2200f"


def upgrade() -> None:
    op.add_column("users", sa.Column("totp_e", sa.LargeBinary(), nullable=True))
    op.add_column(
        "users", sa.Column("totp_last_step", sa.BigInteger(), nullable=False, server_default="0")
    )
    with op.batch_alter_table("users") as users:
        users.alter_column("totp_last_step", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("users") as users:
        users.drop_column("totp_last_step")
        users.drop_column("totp_e")
