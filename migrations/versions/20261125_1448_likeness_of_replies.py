"""Keep with a reply how much of it stood in an earlier one, in per cent."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_1448c"
down_revision = "20261125_1350c"


def upgrade() -> None:
    op.add_column("replies", sa.Column("likeness", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("replies", "likeness")
