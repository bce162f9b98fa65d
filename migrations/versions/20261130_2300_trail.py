"""Let an auditor read the ledger by its dates."""

from alembic import op

revision = "20261130_2300t"
down_revision = "20261130_2245p"


def upgrade() -> None:
    op.create_index("ix_ledger_at", "ledger", ["region_id", "at"])


def downgrade() -> None:
    op.drop_index("ix_ledger_at", table_name="ledger")
