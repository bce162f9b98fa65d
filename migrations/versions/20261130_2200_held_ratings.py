"""Let two people decide on ratings that detectors hold, and say what a detector counted."""

import re

import sqlalchemy as sa
from alembic import op

revision = "20261130_2200i"
down_revision = "20261130_2145e"

KIND = "rating_review"
LISTED = {
    "sqlite": "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'approvals'",
    "postgresql": "SELECT pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE conname = 'ck_approvals_kind'",
}


def _definition() -> str:
    connection = op.get_bind()
    return str(connection.execute(sa.text(LISTED[connection.dialect.name])).scalar_one())


def _kinds() -> list[str]:
    """List what requests may be about now, whichever migrations came before."""
    text = _definition()
    start = text.find("CONSTRAINT ck_approvals_kind CHECK (")
    text = text[max(start, 0) :]
    return re.findall(r"'([a-z_]+)'", text[: text.index("))") + 2 if start >= 0 else None])


def _allow(kinds: list[str]) -> None:
    rule = f"kind IN ({', '.join(repr(kind) for kind in kinds)})"
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_approvals_kind"), "approvals", type_="check")
        op.create_check_constraint(op.f("ck_approvals_kind"), "approvals", rule)
        return
    _rewrite_definition(rule)


def _rewrite_definition(rule: str) -> None:
    """Change the rule where SQLite keeps it, the way its manual gives: no row is touched."""
    connection = op.get_bind()
    text = _definition()
    before = text.index("CONSTRAINT ck_approvals_kind CHECK (")
    start = text.index("(", before)
    end = text.index("))", start) + 2
    changed = f"{text[:start]}({rule}){text[end:]}"
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.execute(
        sa.text("UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = 'approvals'"),
        {"sql": changed},
    )
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")


def upgrade() -> None:
    _allow([*_kinds(), KIND])
    op.add_column("rating_standings", sa.Column("n", sa.Integer(), nullable=True))
    op.create_index(
        op.f("ix_ratings_region_id_received_at_id"), "ratings", ["region_id", "received_at", "id"]
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_ratings_region_id_received_at_id"), table_name="ratings")
    op.drop_column("rating_standings", "n")
    of_kind = f"SELECT id FROM approvals WHERE kind = '{KIND}'"  # noqa: S608 - our own word
    op.execute(f"DELETE FROM approval_votes WHERE approval_id IN ({of_kind})")  # noqa: S608
    op.execute(f"DELETE FROM approvals WHERE kind = '{KIND}'")  # noqa: S608
    _allow([kind for kind in _kinds() if kind != KIND])
