"""Let a case ask other departments for their part, within a limit of its own."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_1410s"
down_revision = "20261124_1512f"

OPEN = sa.text("state = 'open'")
LIMITS = (
    ("simple", 4, "working_hour"),
    ("general", 1, "working_day"),
    ("complex", 3, "working_day"),
    ("special", 5, "working_day"),
)
"""Of a desk that is set up already; a new one takes them from its list of limits."""


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
)
NEW_NOTICES = ("task", "task_answered")
NEW_LIMIT = sa.text(
    "INSERT INTO sla_rules"
    " (region_id, hall_id, step, complexity, party, limit_n, unit, active_from)"
    " SELECT region_id, 0, 'task', :complexity, 'any', :n, :unit, active_from"
    " FROM sla_rules WHERE step = 'reply_review' AND hall_id = 0"
    " AND complexity = 'any' AND party = 'any' AND active_to IS NULL"
)


def upgrade() -> None:
    op.create_table(
        "case_tasks",
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("brief", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "answered",
                "dropped",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'open') = (ended_at IS NULL)", name=op.f("ck_case_tasks_ended_has_time")
        ),
        sa.CheckConstraint(
            "(state = 'answered') = (answer IS NOT NULL)",
            name=op.f("ck_case_tasks_answered_has_answer"),
        ),
        sa.CheckConstraint(
            "answer IS NULL OR ended_by IS NOT NULL",
            name=op.f("ck_case_tasks_answered_by_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "case_id"], ["cases.region_id", "cases.id"], name="fk_case_tasks_case"
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_case_tasks_department_id")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["users.id"], name=op.f("fk_case_tasks_asked_by")),
        sa.ForeignKeyConstraint(["ended_by"], ["users.id"], name=op.f("fk_case_tasks_ended_by")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_case_tasks")),
    )
    op.create_index(
        "uq_case_tasks_open",
        "case_tasks",
        ["region_id", "case_id", "department_id"],
        unique=True,
        postgresql_where=OPEN,
        sqlite_where=OPEN,
    )
    op.create_index(
        "ix_case_tasks_open",
        "case_tasks",
        ["region_id", "department_id", "due_at", "id"],
        postgresql_where=OPEN,
        sqlite_where=OPEN,
    )
    op.create_index(
        "ix_case_tasks_ended", "case_tasks", ["region_id", "department_id", "ended_at", "id"]
    )
    op.create_index("ix_case_tasks_case", "case_tasks", ["region_id", "case_id", "asked_at"])
    _allow(NOTICES + NEW_NOTICES)
    for complexity, n, unit in LIMITS:
        op.execute(NEW_LIMIT.bindparams(complexity=complexity, n=n, unit=unit))


def _allow(kinds: tuple[str, ...]) -> None:
    """Say which kinds of notice somebody may choose a way for."""
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("notice_choices") as batch:
        batch.drop_constraint(op.f("ck_notice_choices_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_notice_choices_kind"), f"kind IN ({listed})")


def downgrade() -> None:
    choices = sa.table("notice_choices", sa.column("kind", sa.String))
    op.execute(sa.delete(choices).where(choices.c.kind.in_(NEW_NOTICES)))
    _allow(NOTICES)
    op.execute("DELETE FROM sla_rules WHERE step = 'task'")
    op.drop_table("case_tasks")
