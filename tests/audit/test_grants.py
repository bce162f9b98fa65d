"""On PostgreSQL the desk can run as a role that cannot rewrite what was written down."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from desk.audit.grants import can_rewrite
from desk.audit.queries import faults
from desk.casework.workflow import Move
from desk.kernel.clock import utc_now
from desk.kernel.db import db, dialect_name, transaction
from desk.schedules import SCHEDULES
from tests.casework.test_life import Desk
from tests.conftest import running_app

only_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
"""SQLite knows no roles; its file belongs to whoever may open it."""

ROLE = 'desk "web'
ROLE_SQL = '"desk ""web"'
REFUSED = (
    "DELETE FROM ledger",
    "TRUNCATE ledger",
    "UPDATE ledger SET what = 'other'",
    "ALTER TABLE ledger DISABLE TRIGGER USER",
    "DROP TRIGGER ledger_no_update ON ledger",
    "CREATE OR REPLACE FUNCTION desk_append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
    "DELETE FROM ledger_seals",
    "UPDATE ledger_seals SET hash = prev",
    "DELETE FROM ledger_streams",
    "DELETE FROM ratings",
    "UPDATE ratings SET level = 5",
    "UPDATE alembic_version SET version_num = 'older'",
    "DROP TABLE ledger",
)


@pytest.fixture
def web(app: Flask, database_url: str) -> Iterator[Flask]:
    """A desk that runs as a role of its own, on tables somebody else owns."""
    with transaction():
        connection = db.session.connection()
        if not connection.exec_driver_sql(
            "SELECT 1 FROM pg_roles WHERE rolname = %s", (ROLE,)
        ).first():
            connection.exec_driver_sql(f"CREATE ROLE {ROLE_SQL} LOGIN")
    said = app.test_cli_runner().invoke(args=["desk", "grant-role", ROLE])
    assert said.exit_code == 0, said.output
    as_role = database_url.replace("//desk@", f"//{quote(ROLE)}@")
    assert as_role != database_url
    db.session.remove()
    with running_app(as_role) as running:
        yield running
    with transaction():
        db.session.connection().exec_driver_sql(f"DROP OWNED BY {ROLE_SQL}")
        db.session.connection().exec_driver_sql(f"DROP ROLE {ROLE_SQL}")


@only_postgresql
def test_the_desk_works_as_that_role(web: Flask) -> None:
    assert db.session.scalar(text("SELECT current_user")) == ROLE
    assert can_rewrite() is False
    desk = Desk(web)
    desk.go(Move.ASK_SUPPLEMENT, "clerk", text="请补身份证。")
    for schedule in SCHEDULES:
        schedule.function(utc_now())
    with transaction():
        db.session.execute(text("UPDATE ledger SET body = NULL, salt = NULL WHERE seq = 1"))
    assert faults() == []


@only_postgresql
def test_the_role_cannot_rewrite_the_ledger(web: Flask) -> None:
    Desk(web)
    for statement in REFUSED:
        with (
            pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
            transaction(),
        ):
            db.session.execute(text(statement))


def test_the_owner_of_the_tables_can_and_is_told_so(app: Flask) -> None:
    assert can_rewrite() is (True if dialect_name() == "postgresql" else None)
    said = app.test_cli_runner().invoke(args=["desk", "grant-role", "nobody-of-this-name"])
    assert said.exit_code == 1
    assert "Nothing was granted" in said.output or "Only PostgreSQL" in said.output
