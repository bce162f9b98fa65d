"""Ask complainants: links to answer by, numbers shown for a day, agreed hours, own choices."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_1530p"
down_revision = "20261125_1520c"

REPLIED = sa.text("status = 'replied'")
UNTOLD = sa.text("told_at IS NULL")


def _of_case(table: str, *columns: sa.Column, key: tuple[str, ...]) -> None:
    op.create_table(
        table,
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        *columns,
        sa.ForeignKeyConstraint(
            ["region_id", "case_id"], ["cases.region_id", "cases.id"], name=f"fk_{table}_case"
        ),
        sa.PrimaryKeyConstraint("region_id", *key, name=op.f(f"pk_{table}")),
    )


def upgrade() -> None:
    op.create_index(
        "ix_cases_to_call",
        "cases",
        ["region_id", "hall_id", "next_due_at", "id"],
        postgresql_where=REPLIED,
        sqlite_where=REPLIED,
    )
    _of_case(
        "answer_links",
        sa.Column("token_h", sa.LargeBinary(32), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        key=("token_h",),
    )
    op.create_index(
        op.f("ix_answer_links_region_id_case_id"), "answer_links", ["region_id", "case_id"]
    )
    _of_case(
        "reveal_grants",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_reveal_grants_user_id")),
        key=("case_id", "user_id", "on_day"),
    )
    _of_case(
        "call_plans",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_user_id"], ["users.id"], name=op.f("fk_call_plans_by_user_id")
        ),
        key=("case_id",),
    )
    op.create_index(
        "ix_call_plans_at", "call_plans", ["at"], postgresql_where=UNTOLD, sqlite_where=UNTOLD
    )
    op.create_table(
        "settings",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("active_from", sa.Date(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("set_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_settings_region_id")),
        sa.PrimaryKeyConstraint("region_id", "key", "active_from", name=op.f("pk_settings")),
    )


def downgrade() -> None:
    op.drop_table("settings")
    op.drop_table("call_plans")
    op.drop_table("reveal_grants")
    op.drop_table("answer_links")
    op.drop_index("ix_cases_to_call", table_name="cases")
