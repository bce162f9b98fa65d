"""Find what somebody wrote and has not sent, without reading the drafts of others."""

from alembic import op

revision = "20261125_1402c"
down_revision = "20261125_1110a"


def upgrade() -> None:
    op.create_index(op.f("ix_case_drafts_user_id_kept_at"), "case_drafts", ["user_id", "kept_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_case_drafts_user_id_kept_at"), table_name="case_drafts")
