"""Remember when a dead letter was sent out again, and find dead letters without reading all."""

import sqlalchemy as sa
from alembic import op

revision = "20261124_1010"
down_revision = "20261124_0905"

DEAD = sa.text("dead_at IS NOT NULL")


def upgrade() -> None:
    op.add_column("letters", sa.Column("retried_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_letters_dead",
        "letters",
        ["region_id", "written_at", "id"],
        postgresql_where=DEAD,
        sqlite_where=DEAD,
    )


def downgrade() -> None:
    op.drop_index("ix_letters_dead", table_name="letters")
    op.drop_column("letters", "retried_at")
