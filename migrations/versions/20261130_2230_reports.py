"""Keep the reports that were asked for, and standing orders for them."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_2230q"
down_revision = "20261130_2230e"

KINDS = ("register", "bulletin", "letter")
STATES = ("asked", "waiting", "making", "ready", "refused", "failed", "over")
UNMADE = sa.text("state IN ('waiting', 'making')")
NOTICES = (
    "assigned", "returned", "decision", "decided", "mention", "message", "reminder", "amber",
    "card", "urged", "supervised", "escalated", "task", "task_answered", "order_answered",
    "stand_in", "call",
)  # fmt: skip
NEW_NOTICE = "report"


def _one_of(words: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=24)


def _in(words: tuple[str, ...]) -> str:
    return "kind IN ({})".format(", ".join(f"'{word}'" for word in words))


def _allow(words: tuple[str, ...]) -> None:
    with op.batch_alter_table("notice_choices") as batch:
        batch.drop_constraint(op.f("ck_notice_choices_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_notice_choices_kind"), _in(words))


def upgrade() -> None:
    op.create_table(
        "reports",
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", _one_of(KINDS, "kind"), nullable=False),
        sa.Column("state", _one_of(STATES, "state"), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("names", sa.Boolean(), nullable=False),
        sa.Column("standing", sa.Boolean(), nullable=False),
        sa.Column("purpose", sa.String(200), nullable=False),
        sa.Column("lang", sa.String(12), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approval_id", sa.Uuid()),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True)),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("storage_key", sa.String(40)),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("missing", sa.JSON()),
        sa.Column("ready_at", sa.DateTime(timezone=True)),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("first_on <= last_on", name=op.f("ck_reports_period")),
        sa.CheckConstraint(
            "(state = 'ready') = (storage_key IS NOT NULL AND expires_at IS NOT NULL)",
            name=op.f("ck_reports_ready_lies_somewhere"),
        ),
        sa.CheckConstraint(
            "state <> 'asked' OR approval_id IS NOT NULL",
            name=op.f("ck_reports_asked_of_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "approval_id"],
            ["approvals.region_id", "approvals.id"],
            name="fk_reports_approval",
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["users.id"], name=op.f("fk_reports_asked_by")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_reports")),
    )
    op.create_index("ix_reports_mine", "reports", ["asked_by", "asked_at", "id"])
    op.create_index(
        "ix_reports_unmade", "reports", ["asked_at"], postgresql_where=UNMADE, sqlite_where=UNMADE
    )
    op.create_table(
        "report_orders",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", _one_of(KINDS, "kind"), nullable=False),
        sa.Column("rhythm", _one_of(("day", "month"), "rhythm"), nullable=False),
        sa.Column("lang", sa.String(12), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_report_orders_user_id")),
        sa.PrimaryKeyConstraint("user_id", "kind", "rhythm", name=op.f("pk_report_orders")),
    )
    _allow((*NOTICES, NEW_NOTICE))


def downgrade() -> None:
    op.execute("DELETE FROM notice_choices WHERE kind = 'report'")
    _allow(NOTICES)
    op.drop_table("report_orders")
    op.drop_table("reports")
