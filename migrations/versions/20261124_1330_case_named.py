"""Keep away from a case whoever it names."""

import sqlalchemy as sa
from alembic import op

revision = "20261124_1330"
down_revision = "20261124_1010"


def upgrade() -> None:
    op.create_table(
        "case_named",
        sa.Column("region_id", sa.Integer, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("basis", sa.String(24), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.Integer, nullable=True),
        sa.PrimaryKeyConstraint("region_id", "case_id", "user_id", name="pk_case_named"),
        sa.ForeignKeyConstraint(
            ["region_id", "case_id"], ["cases.region_id", "cases.id"], name="fk_case_named_case"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_case_named_user_id"),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name="fk_case_named_by_user_id"),
        sa.CheckConstraint("basis IN ('named', 'rated', 'declared')", name="ck_case_named_basis"),
    )
    op.create_index(
        "ix_case_named_user_id_region_id_case_id",
        "case_named",
        ["user_id", "region_id", "case_id"],
    )


def downgrade() -> None:
    op.drop_table("case_named")
