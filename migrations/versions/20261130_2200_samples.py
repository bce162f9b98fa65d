"""Keep what was drawn to be looked at again, how it was drawn, and what was found."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_2200q"
down_revision = "20261130_2145"

KINDS = ("audit", "withdrawn", "diversion", "look_back")
STRATA = (
    "refused", "on_spot", "lapsed", "other", "withdrawn", "diverted", "red", "legacy", "later",
)  # fmt: skip
FINDINGS = ("upheld", "held", "part", "rebound", "overturned")
MANNERS = ("call", "visit", "file")
UNDONE = sa.text("done_at IS NULL")


def _one_of(words: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=24)


def upgrade() -> None:
    op.create_table(
        "campaigns",
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", _one_of(KINDS, "kind"), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("seed", sa.String(32), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("shares", sa.JSON(), nullable=False),
        sa.Column("pots", sa.JSON(), nullable=False),
        sa.CheckConstraint("from_on <= to_on", name=op.f("ck_campaigns_period")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_campaigns")),
        sa.UniqueConstraint(
            "region_id", "kind", "name", name=op.f("uq_campaigns_region_id_kind_name")
        ),
    )
    op.create_table(
        "sample_tasks",
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("stratum", _one_of(STRATA, "stratum"), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.Column("done_by", sa.Integer()),
        sa.Column("finding", _one_of(FINDINGS, "finding")),
        sa.Column("manner", _one_of(MANNERS, "manner")),
        sa.Column("note", sa.Text()),
        sa.CheckConstraint(
            "(done_at IS NULL) = (finding IS NULL) AND (done_at IS NULL) = (done_by IS NULL)"
            " AND (done_at IS NULL) = (manner IS NULL)",
            name=op.f("ck_sample_tasks_done_has_finding"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "campaign_id"],
            ["campaigns.region_id", "campaigns.id"],
            name="fk_sample_tasks_campaign",
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "case_id"], ["cases.region_id", "cases.id"], name="fk_sample_tasks_case"
        ),
        sa.ForeignKeyConstraint(["done_by"], ["users.id"], name=op.f("fk_sample_tasks_done_by")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_sample_tasks")),
        sa.UniqueConstraint(
            "region_id",
            "campaign_id",
            "case_id",
            name=op.f("uq_sample_tasks_region_id_campaign_id_case_id"),
        ),
    )
    op.create_index(
        "ix_sample_tasks_open",
        "sample_tasks",
        ["region_id", "drawn_at", "id"],
        postgresql_where=UNDONE,
        sqlite_where=UNDONE,
    )
    op.create_index("ix_sample_tasks_case", "sample_tasks", ["region_id", "case_id"])


def downgrade() -> None:
    op.drop_table("sample_tasks")
    op.drop_table("campaigns")
