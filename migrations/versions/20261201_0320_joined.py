"""Join ratings given at a window to occasions told later; keep an address's mark, and photos."""

import sqlalchemy as sa
from alembic import op

revision = "20261201_0320"
down_revision = "20261201_0305"

PHOTOS = "rating_photos"
MARKS = ("address_h", "ticket_h")
KEPT = (
    "region_id", "id", "round", "level", "tags", "comment", "channel", "is_test", "given_at",
    "received_at", "hall_id", "window_id", "kiosk_id", "kiosk_seq",
)  # fmt: skip
"""What of a rating never changes."""
WITH_ITS_OCCASION = (
    "identity_mode", "scored", "visible_on", "department_id", "clerk_id", "item_id", "party_kind",
)  # fmt: skip
"""What a rating without an occasion takes from the one it is joined to, once."""
FROM_NOTHING = ("service_event_id", "case_id")
TO_NOTHING = ("rater_h", "device_h")
JOINS = "(OLD.service_event_id IS NULL AND NEW.service_event_id IS NOT NULL)"


def _sqlite_guard(joined: tuple[str, ...], to_nothing: tuple[str, ...]) -> str:
    kept = (*KEPT, *(name for name in WITH_ITS_OCCASION if name not in joined))
    rules = [
        *(f"NEW.{name} IS OLD.{name}" for name in kept),
        *(f"(NEW.{name} IS OLD.{name} OR {JOINS})" for name in joined),
        *(f"(NEW.{name} IS OLD.{name} OR OLD.{name} IS NULL)" for name in FROM_NOTHING),
        *(f"(NEW.{name} IS OLD.{name} OR NEW.{name} IS NULL)" for name in to_nothing),
    ]
    return (
        f"CREATE TRIGGER ratings_no_update BEFORE UPDATE ON ratings WHEN NOT ({' AND '.join(rules)})"
        " BEGIN SELECT RAISE(ABORT, 'ratings are never edited'); END"
    )


def _postgres_guard(joined: tuple[str, ...], to_nothing: tuple[str, ...]) -> str:
    names = ("effective", *FROM_NOTHING, *to_nothing, *joined)
    free = "".join(f" - '{name}'" for name in names)
    rules = [
        f"to_jsonb(NEW){free} = to_jsonb(OLD){free}",
        *(f"(NEW.{name} IS NOT DISTINCT FROM OLD.{name} OR {JOINS})" for name in joined),
        *(f"(OLD.{name} IS NULL OR NEW.{name} = OLD.{name})" for name in FROM_NOTHING),
        *(f"(NEW.{name} IS NULL OR NEW.{name} = OLD.{name})" for name in to_nothing),
    ]
    return (
        "CREATE OR REPLACE FUNCTION desk_ratings_update() RETURNS trigger LANGUAGE plpgsql AS $$"
        f" BEGIN IF {' AND '.join(rules)} THEN RETURN NEW; END IF;"
        " RAISE EXCEPTION 'ratings are never edited'; END $$"
    )


def _guard(joined: tuple[str, ...], to_nothing: tuple[str, ...]) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_postgres_guard(joined, to_nothing))
    else:
        op.execute(_sqlite_guard(joined, to_nothing))


def _unguard() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER ratings_no_update")


def upgrade() -> None:
    _unguard()
    for name in MARKS:
        op.add_column("ratings", sa.Column(name, sa.LargeBinary(16), nullable=True))
    _guard(WITH_ITS_OCCASION, (*TO_NOTHING, *MARKS))
    op.create_table(
        PHOTOS,
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rating_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["region_id", "rating_id"],
            ["ratings.region_id", "ratings.id"],
            name=f"fk_{PHOTOS}_rating",
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "file_id"], ["files.region_id", "files.id"], name=f"fk_{PHOTOS}_file"
        ),
        sa.PrimaryKeyConstraint("region_id", "rating_id", name=op.f(f"pk_{PHOTOS}")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {PHOTOS}_no_change BEFORE UPDATE OR DELETE ON {PHOTOS} "
            "FOR EACH ROW EXECUTE FUNCTION desk_append_only()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {PHOTOS}_no_{verb.lower()} BEFORE {verb} ON {PHOTOS} "
            f"BEGIN SELECT RAISE(ABORT, '{PHOTOS} is append-only'); END"
        )


def downgrade() -> None:
    op.drop_table(PHOTOS)
    _unguard()
    for name in reversed(MARKS):
        op.drop_column("ratings", name)
    _guard((), TO_NOTHING)
