"""Connections to the database: asked whether they live after a rest, replaced when they do not."""

import pytest
from sqlalchemy import text

from desk.kernel import db as kernel
from desk.kernel.db import db, end_read, reads_alone, transaction

only_on_a_server = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture(autouse=True)
def no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every connection count as rested."""
    monkeypatch.setattr(kernel, "IDLE_SECONDS", 0.0)


def one() -> int:
    found: int = db.session.execute(text("SELECT 1")).scalar_one()
    return found


@pytest.mark.usefixtures("app")
def test_a_rested_connection_serves_reads_and_transactions_in_turn() -> None:
    reads_alone()
    for _ in range(2):
        assert one() == 1
        end_read()
        with transaction():
            assert one() == 1


@only_on_a_server
@pytest.mark.usefixtures("app")
def test_a_connection_that_died_at_rest_is_replaced() -> None:
    mine = db.session.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with db.engine.connect() as other:
        end_read()
        other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": mine})
    for _ in range(3):
        assert one() == 1
        end_read()


@only_on_a_server
@pytest.mark.usefixtures("app")
def test_reads_alone_leave_no_transaction_open() -> None:
    reads_alone()
    assert one() == 1
    open_since = "SELECT xact_start IS NOT NULL FROM pg_stat_activity WHERE pid = :pid"
    pid = db.session.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with db.engine.connect() as other:
        assert other.execute(text(open_since), {"pid": pid}).scalar_one() is False
