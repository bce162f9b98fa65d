"""Keep changes of items that wait for a second administrator."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_2225"
down_revision = "20261130_2230f"

STATES = ("waiting", "confirmed", "refused", "taken_back")
WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    op.create_table(
        "item_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="state", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.CheckConstraint(
            "(state = 'waiting') = (decided_at IS NULL)",
            name=op.f("ck_item_changes_decided_has_time"),
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR (state = 'taken_back') = (decided_by = asked_by)",
            name=op.f("ck_item_changes_by_another"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id"], ["regions.id"], name=op.f("fk_item_changes_region_id")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_item_changes_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_changes")),
    )
    op.create_index(
        "uq_item_changes_waiting",
        "item_changes",
        ["item_id"],
        unique=True,
        postgresql_where=WAITING,
        sqlite_where=WAITING,
    )


def downgrade() -> None:
    op.drop_table("item_changes")
