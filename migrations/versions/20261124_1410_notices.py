"""Tell staff in the desk and by mail, each in the way they chose."""

import sqlalchemy as sa
from alembic import op

revision = "20261124_1410p"
down_revision = "20261125_1402c"

NOTICES = sa.text("channel = 'in_app'")
UNREAD = sa.text("channel = 'in_app' AND read_at IS NULL")
KINDS = (
    "assigned",
    "returned",
    "decision",
    "decided",
    "mention",
    "message",
    "reminder",
    "amber",
    "card",
    "urged",
    "supervised",
    "escalated",
    "stand_in",
    "call",
)


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=24)


def _one_of(*channels: str) -> str:
    return f"channel IN ({', '.join(repr(channel) for channel in channels)})"


def _letters(*channels: str) -> sa.Table:
    """Describe the table of letters as it stands, for SQLite, which makes it anew."""
    return sa.Table(
        "letters",
        sa.MetaData(),
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dedupe_key", sa.String(length=120), nullable=False),
        sa.Column("template", sa.String(length=48), nullable=False),
        sa.Column("lang", sa.String(length=12), nullable=False),
        sa.Column("channel", sa.String(length=24), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("context", sa.JSON(), nullable=False),
        sa.Column("secret_e", sa.LargeBinary(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dead_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=120), nullable=True),
        sa.Column("provider_ref", sa.String(length=80), nullable=True),
        sa.Column("retried_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(party_id IS NULL) <> (user_id IS NULL)", name=op.f("ck_letters_one_addressee")
        ),
        sa.CheckConstraint(_one_of(*channels), name=op.f("ck_letters_channel")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_letters")),
        sa.UniqueConstraint(
            "region_id", "dedupe_key", name=op.f("uq_letters_region_id_dedupe_key")
        ),
        sa.Index(
            op.f("ix_letters_not_before_id"),
            "not_before",
            "id",
            sqlite_where=sa.text("posted_at IS NULL AND dead_at IS NULL"),
        ),
        sa.Index(
            "ix_letters_dead",
            "region_id",
            "written_at",
            "id",
            sqlite_where=sa.text("dead_at IS NOT NULL"),
        ),
    )


def _change_channels(before: tuple[str, ...], after: tuple[str, ...]) -> None:
    with op.batch_alter_table("letters", copy_from=_letters(*before)) as batch:
        batch.drop_constraint(op.f("ck_letters_channel"), type_="check")
        batch.create_check_constraint(op.f("ck_letters_channel"), _one_of(*after))


def upgrade() -> None:
    _change_channels(("mail", "sms"), ("mail", "sms", "in_app"))
    op.add_column("letters", sa.Column("subject_id", sa.Uuid(), nullable=True))
    op.add_column("letters", sa.Column("read_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_letters_notices",
        "letters",
        ["user_id", "written_at", "id"],
        postgresql_where=NOTICES,
        sqlite_where=NOTICES,
    )
    op.create_index(
        "ix_letters_unread", "letters", ["user_id"], postgresql_where=UNREAD, sqlite_where=UNREAD
    )
    op.create_table(
        "notice_choices",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", _words("kind", *KINDS), nullable=False),
        sa.Column("way", _words("way", "in_app", "mail", "digest", "off"), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "kind", name=op.f("pk_notice_choices")),
    )
    op.add_column("users", sa.Column("email_e", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("users", "email_e")
    op.drop_table("notice_choices")
    op.drop_index("ix_letters_unread", table_name="letters")
    op.drop_index("ix_letters_notices", table_name="letters")
    op.execute("DELETE FROM letters WHERE user_id IS NOT NULL")
    op.drop_column("letters", "read_at")
    op.drop_column("letters", "subject_id")
    _change_channels(("mail", "sms", "in_app"), ("mail", "sms"))
