"""Say which cases have to do with one another."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_1520c"
down_revision = "20261125_1510p"

KINDS = ("duplicate", "related", "handover", "split")


def upgrade() -> None:
    kind = sa.Enum(*KINDS, name="kind", native_enum=False, create_constraint=True, length=24)
    op.create_table(
        "case_links",
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", kind, nullable=False),
        sa.Column("to_number", sa.String(length=24), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("linked_by", sa.Integer(), nullable=True),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["region_id", "case_id"], ["cases.region_id", "cases.id"], name="fk_case_links_case"
        ),
        sa.ForeignKeyConstraint(["linked_by"], ["users.id"], name=op.f("fk_case_links_linked_by")),
        sa.PrimaryKeyConstraint(
            "region_id", "case_id", "kind", "to_number", name=op.f("pk_case_links")
        ),
    )
    op.create_index(
        op.f("ix_case_links_region_id_to_number"), "case_links", ["region_id", "to_number"]
    )


def downgrade() -> None:
    op.drop_table("case_links")
