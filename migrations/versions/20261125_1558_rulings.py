"""Keep what supervisors decided for good about whose an item is."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_1558s"
down_revision = "20261125_1500s"


def upgrade() -> None:
    op.create_table(
        "rulings",
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["region_id", "case_id"], ["cases.region_id", "cases.id"], name="fk_rulings_case"
        ),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_rulings_item_id")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_rulings_department_id")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_rulings_decided_by")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_rulings")),
    )
    op.create_index(
        op.f("ix_rulings_region_id_item_id_decided_at"),
        "rulings",
        ["region_id", "item_id", "decided_at"],
    )


def downgrade() -> None:
    op.drop_table("rulings")
