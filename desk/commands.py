"""Every command of every room, and the few that belong to the house itself."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import current_app

from desk.accounts import commands as accounts
from desk.api import commands as api
from desk.audit import commands as audit
from desk.casework import commands as casework
from desk.catalogue import commands as catalogue
from desk.demo import commands as demo
from desk.doctor import findings
from desk.files import commands as files
from desk.insight import commands as insight
from desk.intake import commands as intake
from desk.jobs import commands as jobs
from desk.kernel.cli import at_terminal, group
from desk.kernel.clock import utc_now
from desk.kernel.schema import is_current
from desk.notify import commands as notify
from desk.organisation import commands as organisation
from desk.ratings import commands as ratings
from desk.supervision import commands as supervision

if TYPE_CHECKING:
    from alembic.config import Config

ROOT = Path(__file__).resolve().parents[1]
ROOMS = (
    accounts,
    api,
    audit,
    casework,
    catalogue,
    demo,
    files,
    insight,
    intake,
    jobs,
    notify,
    organisation,
    ratings,
    supervision,
)


def register() -> None:
    """Hang the house's own commands beside those of the rooms, which hang themselves."""
    group.add_command(migrate)
    group.add_command(doctor)
    group.add_command(prepare)


def alembic_config(url: str) -> "Config":
    """Point the migrations at a database."""
    from alembic.config import Config  # noqa: PLC0415 - a quarter of the time a start takes

    config = Config(toml_file=ROOT / "pyproject.toml")
    config.attributes["url"] = url
    return config


@click.command("migrate")
@click.argument("revision", default="head")
def migrate(revision: str) -> None:
    """Bring the database to a revision; `head` unless told otherwise."""
    from alembic import command as alembic  # noqa: PLC0415 - a quarter of the time a start takes

    alembic.upgrade(alembic_config(current_app.config["SQLALCHEMY_DATABASE_URI"]), revision)
    click.echo(f"The database is at {revision}.")


@click.command("doctor")
def doctor() -> None:
    """Look at everything the desk leans on, and say what is not well; ends with 1 then."""
    ill = False
    with at_terminal():
        for found in findings(utc_now()):
            ill = ill or not found.well
            click.echo(f"{'ok  ' if found.well else '!   '}{found.what}: {found.words}")
    if ill:
        sys.exit(1)


@click.command("prepare")
@click.pass_context
def prepare(context: click.Context) -> None:
    """Do what a start needs first: bring the database to head, and load the demo once."""
    if not is_current():
        context.invoke(migrate)
    if current_app.extensions["settings"].demo:
        context.invoke(demo.demo, once=True)
