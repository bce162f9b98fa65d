"""Keep what happened to a clock, what its limit was taken for, and how far the ladder was followed."""

import sqlalchemy as sa
from alembic import op

revision = "20261124_1405c"
down_revision = "20261124_1502s"

COMPLEXITY = (
    "ALTER TABLE case_clocks ADD COLUMN complexity VARCHAR(24) DEFAULT 'general' NOT NULL "
    "CONSTRAINT ck_case_clocks_complexity "
    "CHECK (complexity IN ('simple', 'general', 'complex', 'special'))"
)
TAKEN_FOR = (
    "UPDATE case_clocks SET complexity = COALESCE((SELECT cases.complexity FROM cases WHERE "
    "cases.region_id = case_clocks.region_id AND cases.id = case_clocks.case_id), 'general') "
    "WHERE step IN ('reply', 'rework', 'rating_rectify')"
)


def upgrade() -> None:
    op.execute(COMPLEXITY)
    op.execute(TAKEN_FOR)
    op.add_column(
        "case_clocks",
        sa.Column("changes", sa.JSON(), server_default=sa.text("'[]'"), nullable=False),
    )
    op.add_column("case_clocks", sa.Column("climbed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("case_clocks", "climbed_at")
    op.drop_column("case_clocks", "changes")
    op.drop_column("case_clocks", "complexity")
