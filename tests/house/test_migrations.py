"""The migrations and the models tell the same story, both ways, on both databases."""

import re
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import Engine, create_engine, inspect, text

from desk.access.actors import SYSTEM
from desk.access.permissions import Role
from desk.commands import alembic_config
from desk.kernel.db import Base, db, transaction
from desk.ratings.actions.standing import decide
from desk.ratings.models import Rating, StandingCause
from desk.schedules import follow, seal
from tests import make
from tests.ratings import given as people


def test_up_gives_the_models(app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = [
            entry
            for entry in compare_metadata(context, Base.metadata)
            if not str(entry).count("search_grams")
        ]
    assert differences == []


def checks(engine: Engine) -> set[tuple[str, str]]:
    """List what a database checks of its rows, whatever the rules are called there."""
    found = inspect(engine)
    return {
        (table, " ".join(sorted(re.findall(r"[^\s(),]+", str(rule["sqltext"])))))
        for table in found.get_table_names()
        for rule in found.get_check_constraints(table)
    }


def test_up_gives_the_rules_of_the_models(sqlite_template: Path) -> None:
    """A word that a model allows and the database refuses is found by nobody but its user."""
    migrated, made = create_engine(f"sqlite:///{sqlite_template}"), create_engine("sqlite://")
    Base.metadata.create_all(made)
    assert checks(migrated) == checks(made)
    migrated.dispose()
    made.dispose()


def test_down_works_with_data_in_it(app: Flask, database_url: str) -> None:
    region = make.region()
    hall = make.hall(region.id)
    make.case(region.id, hall.id)
    make.user(Role.CLERK, region.id, hall_id=hall.id)
    _set_a_rating_aside()
    seal(make.MONDAY)
    follow(make.MONDAY)
    db.session.remove()
    db.engine.dispose()
    command.downgrade(alembic_config(database_url), "base")
    engine = create_engine(database_url)
    assert inspect(engine).get_table_names() == ["alembic_version"]
    engine.dispose()
    command.upgrade(alembic_config(database_url), "head")


def _set_a_rating_aside() -> None:
    rating = people.rating(people.hall("YZ"), 1, now=make.MONDAY)
    with transaction():
        decide(
            db.session.get_one(Rating, (rating.region_id, rating.id)),
            effective=False,
            cause=StandingCause.DETECTOR,
            rule="too_fast",
            by=SYSTEM,
            now=make.MONDAY,
        )


def test_what_must_stay_is_refused_by_the_database(app: Flask) -> None:
    region = make.region()
    hall = make.hall(region.id)
    make.case(region.id, hall.id)
    db.session.remove()
    for statement in (
        "DELETE FROM ledger",
        "UPDATE ledger SET what = 'other'",
        "UPDATE ledger SET body = NULL, salt = NULL, hash = prev",
    ):
        with db.engine.connect() as connection:
            try:
                connection.execute(text(statement))
            except Exception as refusal:  # noqa: BLE001 - each driver has its own
                assert "append-only" in str(refusal)
            else:
                raise AssertionError(statement)


def test_a_body_can_be_erased_and_the_chain_still_holds(app: Flask) -> None:
    from desk.audit.queries import faults

    region = make.region()
    hall = make.hall(region.id)
    make.case(region.id, hall.id)
    with transaction():
        db.session.execute(text("UPDATE ledger SET body = NULL, salt = NULL"))
    assert faults() == []
