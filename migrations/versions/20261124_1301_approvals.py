"""Keep what a second person decides, and remember that an assignment is final."""

import sqlalchemy as sa
from alembic import op

revision = "20261124_1301"
down_revision = "20261124_1335"

PENDING = sa.text("state = 'pending'")
ALARMED = sa.text("state = 'pending' AND alarm_at IS NOT NULL")
ROLES = (
    "clerk",
    "handler",
    "lead",
    "supervisor",
    "integrity",
    "admin",
    "auditor",
    "complainant",
    "system",
)


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=24)


def upgrade() -> None:
    op.create_table(
        "approvals",
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", _words("kind", "return", "divert", "extension", "pause"), nullable=False),
        sa.Column("subject_kind", sa.String(length=24), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("hall_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("decider_role", _words("decider_role", *ROLES), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("needed", sa.Integer(), nullable=False),
        sa.Column(
            "state", _words("state", "pending", "granted", "refused", "void"), nullable=False
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("alarm_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("needed BETWEEN 1 AND 2", name=op.f("ck_approvals_needed")),
        sa.CheckConstraint(
            "(state = 'pending') = (decided_at IS NULL)",
            name=op.f("ck_approvals_decided_has_time"),
        ),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_approvals")),
    )
    op.create_index(
        "uq_approvals_pending",
        "approvals",
        ["region_id", "kind", "subject_id"],
        unique=True,
        postgresql_where=PENDING,
        sqlite_where=PENDING,
    )
    op.create_index(
        "ix_approvals_decider",
        "approvals",
        ["region_id", "decider_role", "due_at", "id"],
        postgresql_where=PENDING,
        sqlite_where=PENDING,
    )
    op.create_index(
        "ix_approvals_alarm",
        "approvals",
        ["alarm_at"],
        postgresql_where=ALARMED,
        sqlite_where=ALARMED,
    )
    op.create_index("ix_approvals_subject", "approvals", ["region_id", "subject_id", "asked_at"])
    op.create_table(
        "approval_votes",
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("approval_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("verdict", _words("verdict", "endorse", "grant", "refuse"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("voted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("user_id <> asked_by", name=op.f("ck_approval_votes_not_own")),
        sa.ForeignKeyConstraint(
            ["region_id", "approval_id"],
            ["approvals.region_id", "approvals.id"],
            name="fk_approval_votes_approval",
        ),
        sa.PrimaryKeyConstraint(
            "region_id", "approval_id", "user_id", name=op.f("pk_approval_votes")
        ),
    )
    op.add_column(
        "cases",
        sa.Column("final_assignment", sa.Boolean(), server_default=sa.false(), nullable=False),
    )


def downgrade() -> None:
    op.drop_column("cases", "final_assignment")
    op.drop_table("approval_votes")
    op.drop_table("approvals")
