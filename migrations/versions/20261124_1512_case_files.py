"""Say which files belong to a case."""

import sqlalchemy as sa
from alembic import op

revision = "20261124_1512f"
down_revision = "20261124_1410p"


def upgrade() -> None:
    op.create_table(
        "case_files",
        sa.Column("region_id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("file_id", sa.Uuid, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "story",
                "evidence",
                "internal",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("from_complainant", sa.Boolean, nullable=False),
        sa.Column("message_seq", sa.Integer, nullable=True),
        sa.Column("reply_n", sa.Integer, nullable=True),
        sa.Column("passed_on_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("passed_on_by", sa.Integer, nullable=True),
        sa.CheckConstraint(
            "message_seq IS NULL OR reply_n IS NULL", name=op.f("ck_case_files_one_place")
        ),
        sa.CheckConstraint(
            "kind <> 'evidence' OR NOT from_complainant",
            name=op.f("ck_case_files_evidence_of_staff"),
        ),
        sa.CheckConstraint(
            "(passed_on_at IS NULL) = (passed_on_by IS NULL)",
            name=op.f("ck_case_files_passed_on_by_whom"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "case_id"], ["cases.region_id", "cases.id"], name="fk_case_files_case"
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "file_id"], ["files.region_id", "files.id"], name="fk_case_files_file"
        ),
        sa.ForeignKeyConstraint(
            ["passed_on_by"], ["users.id"], name=op.f("fk_case_files_passed_on_by")
        ),
        sa.PrimaryKeyConstraint("region_id", "case_id", "file_id", name=op.f("pk_case_files")),
        sa.UniqueConstraint("region_id", "file_id", name=op.f("uq_case_files_region_id_file_id")),
    )


def downgrade() -> None:
    op.drop_table("case_files")
