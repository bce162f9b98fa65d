"""Keep what counts in a figure, how far the ledger was followed, and the figures of closed months."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_2200f"
down_revision = "20261130_2200q"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "facts",
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("measure", sa.String(length=40), nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("known_from", INSTANT, nullable=False),
        sa.Column("known_until", INSTANT, nullable=True),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("hall_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("party_kind", sa.String(length=12), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "known_until IS NULL OR known_until >= known_from",
            name=op.f("ck_facts_known_in_order"),
        ),
        sa.CheckConstraint("weight > 0", name=op.f("ck_facts_weighs_something")),
        sa.PrimaryKeyConstraint("region_id", "subject_id", "measure", "n", name=op.f("pk_facts")),
    )
    op.create_index(
        "ix_facts_list", "facts", ["region_id", "measure", "on_date", "subject_id", "n"]
    )
    op.create_table(
        "followed",
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seal_no", sa.Integer(), nullable=False),
        sa.Column("leaves", sa.Integer(), nullable=False),
        sa.Column("known_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("region_id", name=op.f("pk_followed")),
    )
    op.create_table(
        "figures",
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("indicator", sa.String(length=8), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column(
            "unit_kind",
            sa.Enum(
                "region",
                "department",
                name="unit_kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("num", sa.BigInteger(), nullable=False),
        sa.Column("den", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("definition_version", sa.Integer(), nullable=False),
        sa.Column("as_of", INSTANT, nullable=False),
        sa.CheckConstraint("revision >= 0", name=op.f("ck_figures_revision")),
        sa.PrimaryKeyConstraint(
            "region_id",
            "indicator",
            "period",
            "unit_kind",
            "unit_id",
            "revision",
            name=op.f("pk_figures"),
        ),
    )
    op.create_index("ix_figures_as_of", "figures", ["region_id", "as_of"])


def downgrade() -> None:
    op.drop_table("figures")
    op.drop_table("followed")
    op.drop_table("facts")
