"""Let kiosks and entries be nobody's: the desk's own, by which it tries every way by night."""

import sqlalchemy as sa
from alembic import op

revision = "20261201_0305"
down_revision = "20261201_0045"

ENTRIES = "rating_entries"
BY = (("kiosks", "made_by"), (ENTRIES, "entered_by"))
NOBODYS = (
    "DELETE FROM rating_entries WHERE entered_by IS NULL",
    "DELETE FROM kiosk_gaps WHERE EXISTS (SELECT 1 FROM kiosks WHERE kiosks.region_id ="
    " kiosk_gaps.region_id AND kiosks.id = kiosk_gaps.kiosk_id AND kiosks.made_by IS NULL)",
    "DELETE FROM kiosks WHERE made_by IS NULL",
)


def _unguard() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP TRIGGER {ENTRIES}_no_change ON {ENTRIES}")
        return
    for verb in ("update", "delete"):
        op.execute(f"DROP TRIGGER {ENTRIES}_no_{verb}")


def _guard() -> None:
    """Guard the entries again: a table that SQLite made anew has lost its triggers."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {ENTRIES}_no_change BEFORE UPDATE OR DELETE ON {ENTRIES} "
            "FOR EACH ROW EXECUTE FUNCTION desk_append_only()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {ENTRIES}_no_{verb.lower()} BEFORE {verb} ON {ENTRIES} "
            f"BEGIN SELECT RAISE(ABORT, '{ENTRIES} is append-only'); END"
        )


def _may_be_nobody(*, allowed: bool) -> None:
    for table, column in BY:
        with op.batch_alter_table(table) as batch:
            batch.alter_column(column, existing_type=sa.Integer(), nullable=allowed)


def upgrade() -> None:
    _unguard()
    _may_be_nobody(allowed=True)
    _guard()


def downgrade() -> None:
    _unguard()
    for statement in NOBODYS:
        op.execute(statement)
    _may_be_nobody(allowed=False)
    _guard()
