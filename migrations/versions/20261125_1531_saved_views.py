"""Keep lists of the queue under a name, and who wants no keys."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_1531q"
down_revision = "20261125_1558s"


def upgrade() -> None:
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("hall_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("listing", sa.String(length=600), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "hall_id = 0 OR department_id = 0", name=op.f("ck_saved_views_one_unit")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_saved_views_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("user_id", "name", name=op.f("uq_saved_views_user_id_name")),
    )
    op.create_index(
        op.f("ix_saved_views_hall_id_department_id"), "saved_views", ["hall_id", "department_id"]
    )
    op.create_index(op.f("ix_saved_views_department_id"), "saved_views", ["department_id"])
    op.add_column(
        "users", sa.Column("keys_off", sa.Boolean(), server_default=sa.false(), nullable=False)
    )


def downgrade() -> None:
    op.drop_column("users", "keys_off")
    op.drop_table("saved_views")
