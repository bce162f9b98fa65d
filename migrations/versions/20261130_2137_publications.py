"""Keep what is published of cases and mended causes, and the complainants' leave to do so."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_2137"
down_revision = "20261130_2140c"

KINDS = ("case", "praise", "improvement")
CAUSES = ("consent", "request", "wrong", "reopened", "taken_back")
LIVE = sa.text("published_at IS NOT NULL AND removed_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "publication_consents",
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.String(length=16), nullable=False),
        sa.Column("lang", sa.String(length=12), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "withdrawn_at IS NULL OR withdrawn_at >= given_at",
            name=op.f("ck_publication_consents_given_first"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "case_id"],
            ["cases.region_id", "cases.id"],
            name="fk_publication_consents_case",
        ),
        sa.PrimaryKeyConstraint(
            "region_id", "case_id", "given_at", name=op.f("pk_publication_consents")
        ),
    )
    op.create_table(
        "publications",
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*KINDS, name="kind", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("undertaking_id", sa.Uuid(), nullable=True),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("lang", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("happened", sa.Text(), nullable=False),
        sa.Column("done", sa.Text(), nullable=False),
        sa.Column("changed", sa.Text(), nullable=True),
        sa.Column("said", sa.Text(), nullable=True),
        sa.Column("answered", sa.JSON(), nullable=False),
        sa.Column("consent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("consent_words", sa.String(length=16), nullable=True),
        sa.Column("written_by", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approval_id", sa.Uuid(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by", sa.Integer(), nullable=True),
        sa.Column(
            "removed_for",
            sa.Enum(
                *CAUSES, name="removed_for", native_enum=False, create_constraint=True, length=24
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "(case_id IS NULL) = (kind = 'improvement')", name=op.f("ck_publications_case_of_kind")
        ),
        sa.CheckConstraint(
            "(undertaking_id IS NOT NULL) = (kind = 'improvement')",
            name=op.f("ck_publications_item_of_kind"),
        ),
        sa.CheckConstraint(
            "kind <> 'praise' OR consent_at IS NOT NULL",
            name=op.f("ck_publications_praise_has_consent"),
        ),
        sa.CheckConstraint(
            "(consent_at IS NULL) = (consent_words IS NULL)",
            name=op.f("ck_publications_consent_has_words"),
        ),
        sa.CheckConstraint(
            "(removed_at IS NULL) = (removed_for IS NULL)",
            name=op.f("ck_publications_removed_has_cause"),
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_publications_department_id")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_publications_item_id")),
        sa.ForeignKeyConstraint(
            ["region_id", "approval_id"],
            ["approvals.region_id", "approvals.id"],
            name="fk_publications_approval",
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "case_id"], ["cases.region_id", "cases.id"], name="fk_publications_case"
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "undertaking_id"],
            ["undertakings.region_id", "undertakings.id"],
            name="fk_publications_undertaking",
        ),
        sa.ForeignKeyConstraint(
            ["region_id"], ["regions.id"], name=op.f("fk_publications_region_id")
        ),
        sa.ForeignKeyConstraint(
            ["removed_by"], ["users.id"], name=op.f("fk_publications_removed_by")
        ),
        sa.ForeignKeyConstraint(
            ["written_by"], ["users.id"], name=op.f("fk_publications_written_by")
        ),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_publications")),
    )
    op.create_index("ix_publications_case", "publications", ["region_id", "case_id"])
    op.create_index(
        "ix_publications_item", "publications", ["region_id", "item_id", "published_at"]
    )
    op.create_index(
        "ix_publications_live",
        "publications",
        ["region_id", "published_at", "id"],
        postgresql_where=LIVE,
        sqlite_where=LIVE,
    )
    op.create_index("ix_publications_written", "publications", ["region_id", "written_at", "id"])


def downgrade() -> None:
    op.drop_table("publications")
    op.drop_table("publication_consents")
