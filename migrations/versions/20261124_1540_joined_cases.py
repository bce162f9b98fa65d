"""Say which messages everybody joined to a case reads, and what a reply says to them."""

import sqlalchemy as sa
from alembic import op

revision = "20261124_1540s"
down_revision = "20261124_1610c"


def upgrade() -> None:
    op.add_column(
        "case_messages",
        sa.Column("to_all", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column("replies", sa.Column("to_all", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("replies", "to_all")
    op.drop_column("case_messages", "to_all")
