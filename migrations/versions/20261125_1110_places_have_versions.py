"""Tell who changed a place meanwhile: regions, halls, departments and windows have versions."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_1110a"
down_revision = "20261124_1540s"

TABLES = ("regions", "halls", "departments", "windows")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(
            table, sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False)
        )


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "version")
