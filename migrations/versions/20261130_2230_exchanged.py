"""Keep which ratings were told upwards, to whom, and what they said."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_2230e"
down_revision = "20261130_2225"

T = "rating_exchanges"
UNANSWERED = sa.text("answered_at IS NULL")


def upgrade() -> None:
    op.create_table(
        T,
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("target", sa.String(length=32), nullable=False),
        sa.Column("rating_id", sa.Uuid(), nullable=False),
        sa.Column("effective", sa.Boolean(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused", sa.String(length=200), nullable=True),
        sa.CheckConstraint("times >= 1", name=op.f(f"ck_{T}_times")),
        sa.CheckConstraint(
            "refused IS NULL OR answered_at IS NOT NULL", name=op.f(f"ck_{T}_refused_is_an_answer")
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "rating_id"], ["ratings.region_id", "ratings.id"], name=f"fk_{T}_rating"
        ),
        sa.PrimaryKeyConstraint("region_id", "target", "rating_id", name=op.f(f"pk_{T}")),
    )
    op.create_index(
        f"ix_{T}_unanswered",
        T,
        ["region_id", "target", "sent_at"],
        postgresql_where=UNANSWERED,
        sqlite_where=UNANSWERED,
    )


def downgrade() -> None:
    op.drop_table(T)
