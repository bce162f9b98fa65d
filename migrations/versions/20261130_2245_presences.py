"""Keep who is writing at a case just now."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_2245p"
down_revision = "20261130_2230"


def upgrade() -> None:
    op.create_table(
        "presences",
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["region_id", "case_id"], ["cases.region_id", "cases.id"], name="fk_presences_case"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_presences_user_id")),
        sa.PrimaryKeyConstraint("region_id", "case_id", "user_id", name=op.f("pk_presences")),
    )
    op.create_index("ix_presences_at", "presences", ["at"])


def downgrade() -> None:
    op.drop_table("presences")
