"""Let people choose how they are told that too many ratings are called malicious."""

import re

import sqlalchemy as sa
from alembic import op

revision = "20261130_2230"
down_revision = "20261130_2215f"

NEW = "rating_alarm"
CHECK = "CONSTRAINT ck_notice_choices_kind CHECK ("


def _kinds_now() -> list[str]:
    """Read which kinds the rule allows, so that it does not matter what else was added before."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        rule = connection.execute(
            sa.text(
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
                " WHERE conname = 'ck_notice_choices_kind'"
            )
        ).scalar_one()
    else:
        sql, start, end = _definition()
        rule = sql[start:end]
    return re.findall(r"'(\w+)'", rule)


def _definition() -> tuple[str, int, int]:
    """Give the definition SQLite keeps of the table, and where the rule in it begins and ends."""
    sql: str = (
        op.get_bind()
        .execute(
            sa.text("SELECT sql FROM sqlite_master WHERE type='table' AND name='notice_choices'")
        )
        .scalar_one()
    )
    start = sql.index("(", sql.index(CHECK))
    return sql, start, sql.index("))", start) + 2


def _allow(kinds: list[str]) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    rule = f"kind IN ({listed})"
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_notice_choices_kind"), "notice_choices", type_="check")
        op.create_check_constraint(op.f("ck_notice_choices_kind"), "notice_choices", rule)
        return
    sql, start, end = _definition()
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.execute(
        sa.text(
            "UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = 'notice_choices'"
        ),
        {"sql": f"{sql[:start]}({rule}){sql[end:]}"},
    )
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")


def upgrade() -> None:
    _allow([*_kinds_now(), NEW])


def downgrade() -> None:
    ways = sa.table("notice_choices", sa.column("kind", sa.String))
    op.execute(sa.delete(ways).where(ways.c.kind == NEW))
    _allow([kind for kind in _kinds_now() if kind != NEW])
