"""Name the chunk a rating was told in, so that its line in the ledger can be held against it."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_2210e"
down_revision = "20261130_2200i"


def upgrade() -> None:
    op.add_column("ratings", sa.Column("batch_key", sa.Uuid(), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            """CREATE TRIGGER ratings_keep_chunk BEFORE UPDATE ON ratings
            WHEN NEW.batch_key IS NOT OLD.batch_key
            BEGIN SELECT RAISE(ABORT, 'ratings are never edited'); END"""
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER ratings_keep_chunk")
    op.drop_column("ratings", "batch_key")
