"""Keep what was decided on whether a rating counts; rows are only ever added."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_2140i"
down_revision = "20261125_1745u"

T = "rating_standings"
WORDS = ("detector", "review", "appeal", "verdict", "test")

LAST_WORD = """(
    SELECT s.effective FROM rating_standings s
    WHERE s.region_id = NEW.region_id AND s.rating_id = NEW.id
    ORDER BY s.seq DESC LIMIT 1)"""
"""What the cache in `ratings.effective` has to repeat when it changes."""

SQLITE_UP = (
    f"CREATE TRIGGER {T}_no_delete BEFORE DELETE ON {T} "
    f"BEGIN SELECT RAISE(ABORT, '{T} is append-only'); END",
    f"CREATE TRIGGER {T}_no_update BEFORE UPDATE ON {T} "
    f"BEGIN SELECT RAISE(ABORT, '{T} is append-only'); END",
    f"""CREATE TRIGGER ratings_effective BEFORE UPDATE OF effective ON ratings
    WHEN NEW.effective IS NOT OLD.effective AND NEW.effective IS NOT {LAST_WORD}
    BEGIN SELECT RAISE(ABORT, 'ratings are never edited: what counts is decided beside them'); END""",
)
SQLITE_DOWN = (
    "DROP TRIGGER ratings_effective",
    f"DROP TRIGGER {T}_no_update",
    f"DROP TRIGGER {T}_no_delete",
)
POSTGRES_UP = (
    f"CREATE TRIGGER {T}_no_change BEFORE UPDATE OR DELETE ON {T} "
    "FOR EACH ROW EXECUTE FUNCTION desk_append_only()",
    f"CREATE TRIGGER {T}_no_truncate BEFORE TRUNCATE ON {T} "
    "FOR EACH STATEMENT EXECUTE FUNCTION desk_append_only()",
    f"""CREATE FUNCTION desk_ratings_effective() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.effective IS DISTINCT FROM {LAST_WORD} THEN
        RAISE EXCEPTION 'ratings are never edited: what counts is decided beside them';
      END IF;
      RETURN NEW;
    END $$""",
    "CREATE TRIGGER ratings_effective BEFORE UPDATE OF effective ON ratings FOR EACH ROW "
    "WHEN (NEW.effective IS DISTINCT FROM OLD.effective) "
    "EXECUTE FUNCTION desk_ratings_effective()",
)
POSTGRES_DOWN = (
    "DROP TRIGGER ratings_effective ON ratings",
    "DROP FUNCTION desk_ratings_effective()",
)


def upgrade() -> None:
    op.create_table(
        T,
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rating_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("effective", sa.Boolean(), nullable=False),
        sa.Column(
            "cause",
            sa.Enum(*WORDS, name="cause", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("rule", sa.String(length=24), nullable=True),
        sa.Column("approval_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("seq >= 1", name=op.f(f"ck_{T}_seq")),
        sa.CheckConstraint(
            "cause <> 'detector' OR rule IS NOT NULL", name=op.f(f"ck_{T}_detector_has_rule")
        ),
        sa.CheckConstraint(
            "cause NOT IN ('review', 'appeal') OR approval_id IS NOT NULL",
            name=op.f(f"ck_{T}_decided_by_two"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "rating_id"], ["ratings.region_id", "ratings.id"], name=f"fk_{T}_rating"
        ),
        sa.PrimaryKeyConstraint("region_id", "rating_id", "seq", name=op.f(f"pk_{T}")),
    )
    op.create_index(f"ix_{T}_cause", T, ["region_id", "cause", "at", "rating_id"])
    op.create_index(f"ix_{T}_at", T, ["region_id", "at", "rating_id"])
    _run({"sqlite": SQLITE_UP, "postgresql": POSTGRES_UP})


def downgrade() -> None:
    _run({"sqlite": SQLITE_DOWN, "postgresql": POSTGRES_DOWN})
    op.drop_table(T)


def _run(statements: dict[str, tuple[str, ...]]) -> None:
    for statement in statements[op.get_bind().dialect.name]:
        op.execute(statement)
