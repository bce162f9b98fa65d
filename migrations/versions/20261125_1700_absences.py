"""Keep when somebody is away and who stands in."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_1700p"
down_revision = "20261125_1531q"


def upgrade() -> None:
    op.create_table(
        "absences",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("stand_in_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("stand_in_id <> user_id", name=op.f("ck_absences_stand_in_is_another")),
        sa.CheckConstraint("from_on <= until_on", name=op.f("ck_absences_from_before_until")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_absences_user_id")),
        sa.ForeignKeyConstraint(
            ["stand_in_id"], ["users.id"], name=op.f("fk_absences_stand_in_id")
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_absences")),
    )
    op.create_index(op.f("ix_absences_stand_in_id"), "absences", ["stand_in_id"])


def downgrade() -> None:
    op.drop_table("absences")
