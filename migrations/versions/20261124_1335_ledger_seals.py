"""Seal the chains together, and let nobody change a seal."""

import sqlalchemy as sa
from alembic import op

revision = "20261124_1335"
down_revision = "20261124_1330"

SQLITE = (
    "CREATE TRIGGER ledger_seals_no_delete BEFORE DELETE ON ledger_seals "
    "BEGIN SELECT RAISE(ABORT, 'ledger_seals is append-only'); END",
    "CREATE TRIGGER ledger_seals_no_update BEFORE UPDATE ON ledger_seals "
    "BEGIN SELECT RAISE(ABORT, 'ledger_seals is append-only'); END",
)
POSTGRES = (
    "CREATE TRIGGER ledger_seals_no_change BEFORE UPDATE OR DELETE ON ledger_seals "
    "FOR EACH ROW EXECUTE FUNCTION desk_append_only()",
    "CREATE TRIGGER ledger_seals_no_truncate BEFORE TRUNCATE ON ledger_seals "
    "FOR EACH STATEMENT EXECUTE FUNCTION desk_append_only()",
)


def upgrade() -> None:
    op.create_table(
        "ledger_seals",
        sa.Column("region_id", sa.Integer, nullable=False),
        sa.Column("no", sa.BigInteger, nullable=False),
        sa.Column("prev", sa.LargeBinary(32), nullable=False),
        sa.Column("root", sa.LargeBinary(32), nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("leaves", sa.LargeBinary, nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.Column("signature", sa.LargeBinary(64), nullable=False),
        sa.PrimaryKeyConstraint("region_id", "no", name="pk_ledger_seals"),
    )
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRES:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("ledger_seals")
