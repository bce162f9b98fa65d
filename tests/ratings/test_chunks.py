"""What was told can be held against the ledger, and what somebody changed since is found."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from desk.kernel.db import db, transaction
from desk.ratings.chunks import chunk_faults
from tests.api.systems import RATINGS, let_in, tell, town


def faults() -> list[tuple[str, str]]:
    db.session.remove()
    return [(fault.what, fault.fault) for fault in chunk_faults()]


def test_rows_added_changed_or_taken_away_behind_the_desks_back_are_found(
    app: Flask, client: FlaskClient
) -> None:
    place = town()
    token = let_in(place)
    for first in (0, 30, 60):
        tell(client, [place.event(n) for n in range(first, first + 30)], token)
    tell(client, [place.rating(n, 3 + n % 3) for n in range(60)], token, RATINGS)
    assert faults() == []
    assert app.test_cli_runner().invoke(args=["desk", "verify-told"]).exit_code == 0
    with transaction():
        db.session.execute(
            text("UPDATE service_events SET is_test = (1 = 1) WHERE project_no = 'P1'")
        )
        db.session.execute(text("DELETE FROM service_events WHERE project_no IN ('P60', 'P61')"))
    changed = "rows are not what was told"
    assert faults() == [("events_told", changed)] * 2
    with transaction():
        everything_of_one = (
            "project_no LIKE 'P6_' OR project_no LIKE 'P7_' OR project_no LIKE 'P8_'"
        )
        db.session.execute(text(f"DELETE FROM service_events WHERE {everything_of_one}"))
    assert faults() == [("events_told", changed), ("events_told", "its rows are gone")]
    done = app.test_cli_runner().invoke(args=["desk", "verify-told"])
    assert (done.exit_code, "2 chunks" in done.output) == (1, True)
