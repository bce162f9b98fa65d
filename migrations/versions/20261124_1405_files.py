"""Keep attachments: one table of files."""

import sqlalchemy as sa
from alembic import op

revision = "20261124_1405f"
down_revision = "20261124_1405c"

STATES = ("received", "scanning", "clean", "infected", "failed")
TROUBLES = (
    "empty", "too_large", "type", "old_office", "mismatch", "encrypted", "macros", "pixels",
    "moving", "bomb", "cut_off", "unreadable", "infected",
)  # fmt: skip


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=24)


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    waits = sa.text("state IN ('received', 'scanning')")
    held = sa.text("kept_until IS NOT NULL")
    op.create_table(
        "files",
        sa.Column("region_id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("media_type", sa.String(80), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("received_sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("storage_key", sa.String(40), nullable=False),
        sa.Column("original_key", sa.String(40), nullable=True),
        sa.Column("state", _words("state", *STATES), nullable=False),
        sa.Column("trouble", _words("trouble", *TROUBLES), nullable=True),
        sa.Column("finding", sa.String(80), nullable=True),
        sa.Column("by_kind", _words("by_kind", "staff", "complainant", "system"), nullable=False),
        sa.Column("by_user_id", sa.Integer, nullable=True),
        sa.Column("added_at", moment, nullable=False),
        sa.Column("checked_at", moment, nullable=True),
        sa.Column("scanned_at", moment, nullable=True),
        sa.Column("kept_until", moment, nullable=True),
        sa.Column("disposed_at", moment, nullable=True),
        sa.Column("not_before", moment, nullable=False),
        sa.Column("leased_until", moment, nullable=True),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("breaks", sa.Integer, nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_files_not_empty")),
        sa.CheckConstraint(
            "(state IN ('received', 'scanning') AND disposed_at IS NULL)"
            " = (original_key IS NOT NULL)",
            name=op.f("ck_files_original_while_waiting"),
        ),
        sa.CheckConstraint(
            "(state IN ('infected', 'failed')) = (trouble IS NOT NULL)",
            name=op.f("ck_files_trouble_has_word"),
        ),
        sa.CheckConstraint(
            "(state = 'infected') = (finding IS NOT NULL)", name=op.f("ck_files_infected_has_name")
        ),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_files")),
        sa.UniqueConstraint(
            "region_id", "storage_key", name=op.f("uq_files_region_id_storage_key")
        ),
        sa.UniqueConstraint(
            "region_id", "original_key", name=op.f("uq_files_region_id_original_key")
        ),
    )
    op.create_index(
        "ix_files_waiting",
        "files",
        ["not_before", "id"],
        postgresql_where=waits,
        sqlite_where=waits,
    )
    op.create_index(
        "ix_files_held", "files", ["kept_until"], postgresql_where=held, sqlite_where=held
    )


def downgrade() -> None:
    op.drop_table("files")
