"""Find the lines of the ledger behind a figure by what was done and when."""

from alembic import op

revision = "20261124_0905"
down_revision = "20261124_0830"


def upgrade() -> None:
    op.create_index("ix_ledger_what", "ledger", ["region_id", "what", "at"])


def downgrade() -> None:
    op.drop_index("ix_ledger_what", table_name="ledger")
