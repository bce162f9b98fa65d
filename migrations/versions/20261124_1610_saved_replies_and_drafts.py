"""Keep replies ready for those who write, and what they typed and have not sent."""

import sqlalchemy as sa
from alembic import op

revision = "20261124_1610c"
down_revision = "20261124_1405f"

PURPOSES = (
    "any",
    "message",
    "supplement",
    "reply",
    "brief",
    "more_time",
    "divert",
    "unsolved",
    "send_back",
    "note",
    "call",
)


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=24)


def upgrade() -> None:
    op.create_table(
        "reply_templates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reach", _words("reach", "region", "hall", "department", "own"), nullable=False),
        sa.Column("hall_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("purpose", _words("purpose", *PURPOSES), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(reach = 'hall') = (hall_id <> 0)", name=op.f("ck_reply_templates_hall_reach")
        ),
        sa.CheckConstraint(
            "(reach = 'department') = (department_id <> 0)",
            name=op.f("ck_reply_templates_department_reach"),
        ),
        sa.CheckConstraint(
            "(reach = 'own') = (user_id <> 0)", name=op.f("ck_reply_templates_own_reach")
        ),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["users.id"], name=op.f("fk_reply_templates_changed_by")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_reply_templates_item_id")),
        sa.ForeignKeyConstraint(
            ["region_id"], ["regions.id"], name=op.f("fk_reply_templates_region_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_templates")),
    )
    op.create_index(
        op.f("ix_reply_templates_region_id_purpose"), "reply_templates", ["region_id", "purpose"]
    )
    op.create_index(
        op.f("ix_reply_templates_user_id_purpose"), "reply_templates", ["user_id", "purpose"]
    )
    op.create_table(
        "case_drafts",
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("form", sa.String(length=32), nullable=False),
        sa.Column("body_e", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["region_id", "case_id"], ["cases.region_id", "cases.id"], name="fk_case_drafts_case"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_case_drafts_user_id")),
        sa.PrimaryKeyConstraint(
            "region_id", "case_id", "user_id", "form", name=op.f("pk_case_drafts")
        ),
    )
    op.create_index(op.f("ix_case_drafts_expires_at"), "case_drafts", ["expires_at"])


def downgrade() -> None:
    op.drop_table("case_drafts")
    op.drop_table("reply_templates")
