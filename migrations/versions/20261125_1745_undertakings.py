"""Keep what is undertaken so that a cause goes away, and which cases showed it."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_1745u"
down_revision = "20261125_1748b"

T = "undertakings"


def upgrade() -> None:
    def one_of(name: str, *values: str) -> sa.Enum:
        return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=24)

    op.create_table(
        T,
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", one_of("kind", "improvement", "plan", "task", "measure"), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("root_cause", sa.String(length=12), nullable=True),
        sa.Column("owner_department_id", sa.Integer(), nullable=False),
        sa.Column("owner_user_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", one_of("state", "open", "done"), nullable=False),
        sa.Column("measure_text", sa.Text(), nullable=False),
        sa.Column("indicator", sa.String(length=120), nullable=True),
        sa.Column("before", sa.String(length=60), nullable=True),
        sa.Column("after", sa.String(length=60), nullable=True),
        sa.Column("proof", sa.Text(), nullable=True),
        sa.Column("opened_by", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_by", sa.Integer(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'done') = (done_at IS NOT NULL)", name=op.f("ck_undertakings_done_has_time")
        ),
        sa.CheckConstraint(
            "state = 'open' OR proof IS NOT NULL", name=op.f("ck_undertakings_done_has_proof")
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "parent_id"],
            ["undertakings.region_id", "undertakings.id"],
            name="fk_undertakings_parent",
        ),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_{T}_{column}"))
            for column, table in (
                ("item_id", "items"),
                ("owner_department_id", "departments"),
                ("owner_user_id", "users"),
                ("opened_by", "users"),
                ("done_by", "users"),
            )
        ),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_undertakings")),
    )
    op.create_index(
        op.f("ix_undertakings_region_id_state_due_on"), T, ["region_id", "state", "due_on"]
    )
    op.create_index(
        op.f("ix_undertakings_region_id_item_id_root_cause"),
        T,
        ["region_id", "item_id", "root_cause"],
    )
    op.create_index("ix_undertakings_opened", T, ["region_id", "opened_at", "id"])
    op.create_table(
        "case_undertakings",
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("undertaking_id", sa.Uuid(), nullable=False),
        sa.Column("linked_by", sa.Integer(), nullable=True),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["region_id", "case_id"],
            ["cases.region_id", "cases.id"],
            name="fk_case_undertakings_case",
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "undertaking_id"],
            ["undertakings.region_id", "undertakings.id"],
            name="fk_case_undertakings_undertaking",
        ),
        sa.ForeignKeyConstraint(
            ["linked_by"], ["users.id"], name=op.f("fk_case_undertakings_linked_by")
        ),
        sa.PrimaryKeyConstraint(
            "region_id", "case_id", "undertaking_id", name=op.f("pk_case_undertakings")
        ),
    )
    op.create_index(
        op.f("ix_case_undertakings_region_id_undertaking_id"),
        "case_undertakings",
        ["region_id", "undertaking_id"],
    )


def downgrade() -> None:
    op.drop_table("case_undertakings")
    op.drop_table(T)
