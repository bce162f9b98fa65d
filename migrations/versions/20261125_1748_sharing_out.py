"""Let a department give its cases to whoever has the fewest, and keep whom it gave one last."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_1748b"
down_revision = "20261125_1700p"


def upgrade() -> None:
    op.add_column(
        "departments",
        sa.Column("by_load", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.create_table(
        "handouts",
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_handouts_department_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_handouts_user_id")),
        sa.PrimaryKeyConstraint("department_id", "user_id", name=op.f("pk_handouts")),
    )


def downgrade() -> None:
    op.drop_table("handouts")
    op.drop_column("departments", "by_load")
