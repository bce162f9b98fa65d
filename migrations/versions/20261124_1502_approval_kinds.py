"""Let requests be about publication, export, roles, cards, ratings and disposal as well."""

import sqlalchemy as sa
from alembic import op

revision = "20261124_1502s"
down_revision = "20261124_1301"

BEFORE = ("return", "divert", "extension", "pause")
AFTER = (
    *BEFORE,
    "publication",
    "export",
    "grant",
    "card_appeal",
    "rating_appeal",
    "disposal",
)


def _allow(kinds: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    rule = f"kind IN ({listed})"
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_approvals_kind"), "approvals", type_="check")
        op.create_check_constraint(op.f("ck_approvals_kind"), "approvals", rule)
        return
    _rewrite_definition(rule)


def _rewrite_definition(rule: str) -> None:
    """Change the rule where SQLite keeps it: the rows stay as they are, and so do all references.

    This is the way its manual gives for a change that needs no other bytes on disk.
    """
    connection = op.get_bind()
    row = connection.execute(
        sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'approvals'")
    ).one()
    before = row.sql.index("CONSTRAINT ck_approvals_kind CHECK (")
    start = row.sql.index("(", before)
    end = row.sql.index("))", start) + 2
    changed = f"{row.sql[:start]}({rule}){row.sql[end:]}"
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.execute(
        sa.text("UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = 'approvals'"),
        {"sql": changed},
    )
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")


def upgrade() -> None:
    _allow(AFTER)


def downgrade() -> None:
    approvals = sa.table(
        "approvals", sa.column("region_id"), sa.column("id"), sa.column("kind", sa.String)
    )
    votes = sa.table("approval_votes", sa.column("region_id"), sa.column("approval_id"))
    newer = approvals.c.kind.in_(AFTER[len(BEFORE) :])
    of_newer = sa.exists().where(
        approvals.c.region_id == votes.c.region_id, approvals.c.id == votes.c.approval_id, newer
    )
    op.execute(sa.delete(votes).where(of_newer))
    op.execute(sa.delete(approvals).where(newer))
    _allow(BEFORE)
