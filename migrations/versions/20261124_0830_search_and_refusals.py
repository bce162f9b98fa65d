"""The search index of each database, and what neither database lets anybody change."""

from alembic import op

revision = "20261124_0830"
down_revision = "20261124_0820"

SQLITE_UP = (
    "CREATE VIRTUAL TABLE search_grams USING fts5(grams, content='', detail='none')",
    *(
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for table in ("ledger", "ratings")
    ),
    """CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger
    WHEN NOT (NEW.body IS NULL AND NEW.salt IS NULL
      AND NEW.region_id IS OLD.region_id AND NEW.stream IS OLD.stream AND NEW.seq IS OLD.seq
      AND NEW.at IS OLD.at AND NEW.actor_kind IS OLD.actor_kind AND NEW.user_id IS OLD.user_id
      AND NEW.role IS OLD.role AND NEW.what IS OLD.what AND NEW.from_status IS OLD.from_status
      AND NEW.to_status IS OLD.to_status AND NEW.visibility IS OLD.visibility
      AND NEW.body_hash IS OLD.body_hash AND NEW.prev IS OLD.prev AND NEW.hash IS OLD.hash
      AND NEW.request_id IS OLD.request_id)
    BEGIN SELECT RAISE(ABORT, 'ledger is append-only'); END""",
    """CREATE TRIGGER ratings_no_update BEFORE UPDATE ON ratings
    WHEN NOT (NEW.region_id IS OLD.region_id AND NEW.id IS OLD.id
      AND (NEW.service_event_id IS OLD.service_event_id OR OLD.service_event_id IS NULL)
      AND NEW.round IS OLD.round AND NEW.level IS OLD.level AND NEW.tags IS OLD.tags
      AND NEW.comment IS OLD.comment AND NEW.channel IS OLD.channel
      AND NEW.identity_mode IS OLD.identity_mode AND NEW.scored IS OLD.scored
      AND NEW.is_test IS OLD.is_test
      AND NEW.given_at IS OLD.given_at AND NEW.received_at IS OLD.received_at
      AND NEW.visible_on IS OLD.visible_on AND NEW.department_id IS OLD.department_id
      AND NEW.hall_id IS OLD.hall_id AND NEW.window_id IS OLD.window_id
      AND NEW.clerk_id IS OLD.clerk_id AND NEW.item_id IS OLD.item_id
      AND NEW.party_kind IS OLD.party_kind
      AND (NEW.case_id IS OLD.case_id OR OLD.case_id IS NULL))
    BEGIN SELECT RAISE(ABORT, 'ratings are never edited'); END""",
)
SQLITE_DOWN = (
    "DROP TRIGGER ratings_no_update",
    "DROP TRIGGER ledger_no_update",
    "DROP TRIGGER ratings_no_delete",
    "DROP TRIGGER ledger_no_delete",
    "DROP TABLE search_grams",
)

POSTGRES_UP = (
    "CREATE TABLE search_grams (doc_no bigint PRIMARY KEY, grams tsvector NOT NULL)",
    "CREATE INDEX ix_search_grams ON search_grams USING gin (grams)",
    "ALTER TABLE cases SET (fillfactor = 80)",
    """CREATE FUNCTION desk_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$""",
    """CREATE FUNCTION desk_ledger_update() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.body IS NULL AND NEW.salt IS NULL
        AND to_jsonb(NEW) - 'body' - 'salt' = to_jsonb(OLD) - 'body' - 'salt' THEN
        RETURN NEW;
      END IF;
      RAISE EXCEPTION 'ledger is append-only';
    END $$""",
    """CREATE FUNCTION desk_ratings_update() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF to_jsonb(NEW) - 'effective' - 'service_event_id' - 'case_id'
          = to_jsonb(OLD) - 'effective' - 'service_event_id' - 'case_id'
        AND (OLD.service_event_id IS NULL OR NEW.service_event_id = OLD.service_event_id)
        AND (OLD.case_id IS NULL OR NEW.case_id = OLD.case_id) THEN
        RETURN NEW;
      END IF;
      RAISE EXCEPTION 'ratings are never edited';
    END $$""",
    *(
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION desk_append_only()"
        for table in ("ledger", "ratings")
    ),
    *(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION desk_append_only()"
        for table in ("ledger", "ratings")
    ),
    "CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger "
    "FOR EACH ROW EXECUTE FUNCTION desk_ledger_update()",
    "CREATE TRIGGER ratings_no_update BEFORE UPDATE ON ratings "
    "FOR EACH ROW EXECUTE FUNCTION desk_ratings_update()",
)
POSTGRES_DOWN = (
    *(
        f"DROP TRIGGER {table}_{what} ON {table}"
        for table in ("ledger", "ratings")
        for what in ("no_update", "no_truncate", "no_delete")
    ),
    "DROP FUNCTION desk_ratings_update()",
    "DROP FUNCTION desk_ledger_update()",
    "DROP FUNCTION desk_append_only()",
    "ALTER TABLE cases RESET (fillfactor)",
    "DROP TABLE search_grams",
)


def upgrade() -> None:
    _run({"sqlite": SQLITE_UP, "postgresql": POSTGRES_UP})


def downgrade() -> None:
    _run({"sqlite": SQLITE_DOWN, "postgresql": POSTGRES_DOWN})


def _run(statements: dict[str, tuple[str, ...]]) -> None:
    for statement in statements[op.get_bind().dialect.name]:
        op.execute(statement)
