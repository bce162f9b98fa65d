"""Keep supervisors' orders for a written answer, who leads a raised case, and the last nudge."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_1500s"
down_revision = "20261125_1530p"

OPEN = sa.text("state = 'open'")
UNTOLD = sa.text("state = 'open' AND alarm_at IS NOT NULL")
NOTICES = (
    "assigned",
    "returned",
    "decision",
    "decided",
    "mention",
    "message",
    "reminder",
    "amber",
    "card",
    "urged",
    "supervised",
    "escalated",
    "stand_in",
    "call",
    "task",
    "task_answered",
)
NEW_NOTICE = "order_answered"
NEW_LIMIT = sa.text(
    "INSERT INTO sla_rules"
    " (region_id, hall_id, step, complexity, party, limit_n, unit, active_from)"
    " SELECT region_id, 0, 'nudge', 'any', 'any', 2, 'working_day', active_from"
    " FROM sla_rules WHERE step = 'reply_review' AND hall_id = 0"
    " AND complexity = 'any' AND party = 'any' AND active_to IS NULL"
)


def upgrade() -> None:
    op.add_column("cases", sa.Column("leader_id", sa.Integer(), nullable=True))
    op.add_column("cases", sa.Column("nudged_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "case_orders",
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("hall_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_seq", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("alarm_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "answered",
                "lifted",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("answer_seq", sa.Integer(), nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'open') = (ended_at IS NULL)", name=op.f("ck_case_orders_ended_has_time")
        ),
        sa.CheckConstraint(
            "(state = 'open') = (ended_by IS NULL)", name=op.f("ck_case_orders_ended_by_somebody")
        ),
        sa.CheckConstraint(
            "(state = 'answered') = (answer_seq IS NOT NULL)",
            name=op.f("ck_case_orders_answered_has_answer"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "case_id"], ["cases.region_id", "cases.id"], name="fk_case_orders_case"
        ),
        sa.ForeignKeyConstraint(["hall_id"], ["halls.id"], name=op.f("fk_case_orders_hall_id")),
        sa.ForeignKeyConstraint(["asked_by"], ["users.id"], name=op.f("fk_case_orders_asked_by")),
        sa.ForeignKeyConstraint(["ended_by"], ["users.id"], name=op.f("fk_case_orders_ended_by")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_case_orders")),
    )
    op.create_index(
        "uq_case_orders_open",
        "case_orders",
        ["region_id", "case_id"],
        unique=True,
        postgresql_where=OPEN,
        sqlite_where=OPEN,
    )
    op.create_index(
        "ix_case_orders_alarm",
        "case_orders",
        ["alarm_at"],
        postgresql_where=UNTOLD,
        sqlite_where=UNTOLD,
    )
    _allow((*NOTICES, NEW_NOTICE))
    op.execute(NEW_LIMIT)


def _allow(kinds: tuple[str, ...]) -> None:
    """Say which kinds of notice somebody may choose a way for."""
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("notice_choices") as batch:
        batch.drop_constraint(op.f("ck_notice_choices_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_notice_choices_kind"), f"kind IN ({listed})")


def downgrade() -> None:
    choices = sa.table("notice_choices", sa.column("kind", sa.String))
    op.execute(sa.delete(choices).where(choices.c.kind == NEW_NOTICE))
    _allow(NOTICES)
    op.execute("DELETE FROM sla_rules WHERE step = 'nudge'")
    op.drop_table("case_orders")
    op.drop_column("cases", "nudged_at")
    op.drop_column("cases", "leader_id")
