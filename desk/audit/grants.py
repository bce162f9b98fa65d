"""What the role the desk runs as may do in PostgreSQL: read and add, but not rewrite the ledger."""

from collections.abc import Iterator

from sqlalchemy import text

from desk.kernel.db import db, dialect_name

GUARDED = {
    "ledger": "SELECT, INSERT, UPDATE (body, salt)",
    "ledger_seals": "SELECT, INSERT, UPDATE (anchored_at)",
    "ledger_streams": "SELECT, INSERT, UPDATE (seq, head, sealed_seq)",
    "ratings": (
        "SELECT, INSERT, UPDATE (effective, service_event_id, case_id, rater_h, device_h,"
        " address_h, ticket_h, identity_mode, scored, visible_on, department_id, clerk_id,"
        " item_id, party_kind)"
    ),
    "rating_photos": "SELECT, INSERT",
    "rating_standings": "SELECT, INSERT",
    "rating_entries": "SELECT, INSERT",
    "early_ratings": "SELECT, INSERT, UPDATE (settled_at, rating_id)",
    "alembic_version": "SELECT",
}
"""Tables of which the desk may not change everything, and what it may do to them."""

REWRITES = """
    SELECT pg_get_userbyid(c.relowner) = current_user
        OR has_table_privilege(c.oid, 'DELETE') OR has_table_privilege(c.oid, 'TRUNCATE')
        OR has_table_privilege(c.oid, 'TRIGGER')
    FROM pg_class c WHERE c.oid = to_regclass('ledger')
"""


def grants(role: str) -> Iterator[str]:
    """Give the statements that let a role run the desk; to be said by the owner of the tables."""
    quoted = db.engine.dialect.identifier_preparer.quote_identifier(role)
    (schema,) = db.session.execute(text("SELECT current_schema()")).scalars()
    within = db.engine.dialect.identifier_preparer.quote_identifier(schema)
    yield f"GRANT USAGE ON SCHEMA {within} TO {quoted}"
    yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {within} TO {quoted}"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {within} TO {quoted}"
    for table, allowed in GUARDED.items():
        yield f"REVOKE ALL ON {within}.{table} FROM {quoted}"
        yield f"GRANT {allowed} ON {within}.{table} TO {quoted}"


def can_rewrite() -> bool | None:
    """Tell whether the desk runs as a role that could take the ledger's guard off.

    None where the database knows no roles: there whoever has the file can write into it.
    """
    if dialect_name() != "postgresql":
        return None
    return bool(db.session.scalar(text(REWRITES)))
