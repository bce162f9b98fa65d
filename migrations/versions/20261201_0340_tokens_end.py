"""Keep to when the token of a system holds, and when it was used last."""

import sqlalchemy as sa
from alembic import op

revision = "20261201_0340"
down_revision = "20261201_0330"


def upgrade() -> None:
    with op.batch_alter_table("api_clients") as batch:
        batch.add_column(sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("used_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("api_clients") as batch:
        batch.drop_column("used_at")
        batch.drop_column("expires_at")
