"""Kiosks and their gaps; who and what device a rating came from, and the number a kiosk gave it."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_2140c"
down_revision = "20261130_2140i"

NEW = (
    ("rater_h", sa.LargeBinary(16)),
    ("device_h", sa.LargeBinary(16)),
    ("kiosk_id", sa.Uuid()),
    ("kiosk_seq", sa.Integer()),
)
KEPT = [
    "region_id",
    "id",
    "round",
    "level",
    "tags",
    "comment",
    "channel",
    "identity_mode",
    "scored",
    "is_test",
    "given_at",
    "received_at",
    "visible_on",
    "department_id",
    "hall_id",
    "window_id",
    "clerk_id",
    "item_id",
    "party_kind",
]
"""What of a rating never changes."""
FROM_NOTHING = ("service_event_id", "case_id")
TO_NOTHING = ("rater_h", "device_h")


def _sqlite_guard(kept: list[str], to_nothing: tuple[str, ...]) -> str:
    rules = [
        *(f"NEW.{name} IS OLD.{name}" for name in kept),
        *(f"(NEW.{name} IS OLD.{name} OR OLD.{name} IS NULL)" for name in FROM_NOTHING),
        *(f"(NEW.{name} IS OLD.{name} OR NEW.{name} IS NULL)" for name in to_nothing),
    ]
    return (
        f"CREATE TRIGGER ratings_no_update BEFORE UPDATE ON ratings WHEN NOT ({' AND '.join(rules)})"
        " BEGIN SELECT RAISE(ABORT, 'ratings are never edited'); END"
    )


def _postgres_guard(to_nothing: tuple[str, ...]) -> str:
    free = "".join(f" - '{name}'" for name in ("effective", *FROM_NOTHING, *to_nothing))
    rules = [
        f"to_jsonb(NEW){free} = to_jsonb(OLD){free}",
        *(f"(OLD.{name} IS NULL OR NEW.{name} = OLD.{name})" for name in FROM_NOTHING),
        *(f"(NEW.{name} IS NULL OR NEW.{name} = OLD.{name})" for name in to_nothing),
    ]
    return (
        "CREATE OR REPLACE FUNCTION desk_ratings_update() RETURNS trigger LANGUAGE plpgsql AS $$"
        f" BEGIN IF {' AND '.join(rules)} THEN RETURN NEW; END IF;"
        " RAISE EXCEPTION 'ratings are never edited'; END $$"
    )


def _guard(kept: list[str], to_nothing: tuple[str, ...]) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_postgres_guard(to_nothing))
        return
    op.execute(_sqlite_guard(kept, to_nothing))


def _unguard() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER ratings_no_update")


def upgrade() -> None:
    _kiosks()
    _unguard()
    for name, kind in NEW:
        op.add_column("ratings", sa.Column(name, kind, nullable=True))
    op.create_index(
        "uq_ratings_kiosk", "ratings", ["region_id", "kiosk_id", "kiosk_seq"], unique=True
    )
    _guard([*KEPT, "kiosk_id", "kiosk_seq"], TO_NOTHING)


def _kiosks() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "kiosks",
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("window_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("pair_h", sa.LargeBinary(length=32), nullable=True),
        sa.Column("pair_until", moment, nullable=True),
        sa.Column("key_salt", sa.LargeBinary(length=16), nullable=True),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", moment, nullable=False),
        sa.Column("paired_at", moment, nullable=True),
        sa.Column("seen_at", moment, nullable=True),
        sa.Column("last_n", sa.BigInteger(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("revoked_at", moment, nullable=True),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.Column("asked_at", moment, nullable=True),
        sa.CheckConstraint(
            "(pair_h IS NULL) = (pair_until IS NULL)", name=op.f("ck_kiosks_pairing_ends")
        ),
        sa.CheckConstraint(
            "(key_salt IS NULL) = (paired_at IS NULL)", name=op.f("ck_kiosks_paired_has_time")
        ),
        sa.CheckConstraint(
            "(event_id IS NULL) = (asked_at IS NULL)", name=op.f("ck_kiosks_asked_has_time")
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_kiosks_region_id")),
        sa.ForeignKeyConstraint(["window_id"], ["windows.id"], name=op.f("fk_kiosks_window_id")),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_kiosks_made_by")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_kiosks")),
        sa.UniqueConstraint("code", name=op.f("uq_kiosks_code")),
    )
    op.create_index(
        op.f("ix_kiosks_region_id_window_id"), "kiosks", ["region_id", "window_id"], unique=False
    )
    op.create_table(
        "kiosk_gaps",
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kiosk_id", sa.Uuid(), nullable=False),
        sa.Column("from_at", moment, nullable=False),
        sa.Column("until_at", moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["region_id", "kiosk_id"], ["kiosks.region_id", "kiosks.id"], name="fk_kiosk_gaps_kiosk"
        ),
        sa.PrimaryKeyConstraint("region_id", "kiosk_id", "from_at", name=op.f("pk_kiosk_gaps")),
    )


def downgrade() -> None:
    _unguard()
    op.drop_index("uq_ratings_kiosk", table_name="ratings")
    for name, _kind in reversed(NEW):
        op.drop_column("ratings", name)
    _guard(KEPT, ())
    op.drop_table("kiosk_gaps")
    op.drop_table("kiosks")
