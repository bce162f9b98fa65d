"""Remember that the second place was told of a seal, and let no chain be cut short or thrown away."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_1510p"
down_revision = "20261125_1440a"

SAME = " AND ".join(
    f"NEW.{column} IS OLD.{column}"
    for column in (
        "region_id", "no", "prev", "root", "n", "leaves", "sealed_at", "hash", "signature",
    )
)  # fmt: skip
SQLITE_OLD = (
    "CREATE TRIGGER ledger_seals_no_update BEFORE UPDATE ON ledger_seals "
    "BEGIN SELECT RAISE(ABORT, 'ledger_seals is append-only'); END"
)
SQLITE = (
    f"""CREATE TRIGGER ledger_seals_no_update BEFORE UPDATE ON ledger_seals
    WHEN NOT ({SAME} AND OLD.anchored_at IS NULL)
    BEGIN SELECT RAISE(ABORT, 'ledger_seals is append-only'); END""",
    "CREATE TRIGGER ledger_streams_no_delete BEFORE DELETE ON ledger_streams "
    "BEGIN SELECT RAISE(ABORT, 'ledger_streams only grows'); END",
    """CREATE TRIGGER ledger_streams_no_shorter BEFORE UPDATE ON ledger_streams
    WHEN NEW.seq < OLD.seq OR NEW.region_id <> OLD.region_id OR NEW.stream <> OLD.stream
    BEGIN SELECT RAISE(ABORT, 'ledger_streams only grows'); END""",
)
POSTGRES_OLD = (
    "CREATE TRIGGER ledger_seals_no_change BEFORE UPDATE OR DELETE ON ledger_seals "
    "FOR EACH ROW EXECUTE FUNCTION desk_append_only()"
)
POSTGRES = (
    """CREATE FUNCTION desk_seals_update() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF OLD.anchored_at IS NULL
        AND to_jsonb(NEW) - 'anchored_at' = to_jsonb(OLD) - 'anchored_at' THEN
        RETURN NEW;
      END IF;
      RAISE EXCEPTION 'ledger_seals is append-only';
    END $$""",
    """CREATE FUNCTION desk_streams_update() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.seq < OLD.seq OR NEW.region_id <> OLD.region_id OR NEW.stream <> OLD.stream THEN
        RAISE EXCEPTION 'ledger_streams only grows';
      END IF;
      RETURN NEW;
    END $$""",
    "CREATE TRIGGER ledger_seals_no_delete BEFORE DELETE ON ledger_seals "
    "FOR EACH ROW EXECUTE FUNCTION desk_append_only()",
    "CREATE TRIGGER ledger_seals_no_update BEFORE UPDATE ON ledger_seals "
    "FOR EACH ROW EXECUTE FUNCTION desk_seals_update()",
    "CREATE TRIGGER ledger_streams_no_delete BEFORE DELETE ON ledger_streams "
    "FOR EACH ROW EXECUTE FUNCTION desk_append_only()",
    "CREATE TRIGGER ledger_streams_no_truncate BEFORE TRUNCATE ON ledger_streams "
    "FOR EACH STATEMENT EXECUTE FUNCTION desk_append_only()",
    "CREATE TRIGGER ledger_streams_no_shorter BEFORE UPDATE ON ledger_streams "
    "FOR EACH ROW EXECUTE FUNCTION desk_streams_update()",
)


def upgrade() -> None:
    op.add_column("ledger_seals", sa.Column("anchored_at", sa.DateTime(timezone=True)))
    if _is_sqlite():
        op.execute("DROP TRIGGER ledger_seals_no_update")
    else:
        op.execute("DROP TRIGGER ledger_seals_no_change ON ledger_seals")
    for statement in SQLITE if _is_sqlite() else POSTGRES:
        op.execute(statement)


def downgrade() -> None:
    if _is_sqlite():
        for name in ("seals_no_update", "streams_no_delete", "streams_no_shorter"):
            op.execute(f"DROP TRIGGER ledger_{name}")
        op.drop_column("ledger_seals", "anchored_at")
        op.execute(SQLITE_OLD)
        return
    for table, what in (
        ("seals", "no_delete"), ("seals", "no_update"), ("streams", "no_delete"),
        ("streams", "no_truncate"), ("streams", "no_shorter"),
    ):  # fmt: skip
        op.execute(f"DROP TRIGGER ledger_{table}_{what} ON ledger_{table}")
    op.execute("DROP FUNCTION desk_streams_update()")
    op.execute("DROP FUNCTION desk_seals_update()")
    op.drop_column("ledger_seals", "anchored_at")
    op.execute(POSTGRES_OLD)


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
