"""Every command of every room, and the few that belong to the house itself."""

from pathlib import Path

import click
from alembic import command as alembic
from alembic.config import Config
from flask import current_app

from desk.accounts import commands as accounts
from desk.audit import commands as audit
from desk.casework import commands as casework
from desk.catalogue import commands as catalogue
from desk.demo import commands as demo
from desk.insight import commands as insight
from desk.intake import commands as intake
from desk.jobs import commands as jobs
from desk.kernel.cli import group
from desk.notify import commands as notify
from desk.organisation import commands as organisation
from desk.ratings import commands as ratings

ROOT = Path(__file__).resolve().parents[1]
ROOMS = (
    accounts,
    audit,
    casework,
    catalogue,
    demo,
    insight,
    intake,
    jobs,
    notify,
    organisation,
    ratings,
)


def register() -> None:
    """Hang the house's own commands beside those of the rooms, which hang themselves."""
    group.add_command(migrate)


def alembic_config(url: str) -> Config:
    """Point the migrations at a database."""
    config = Config(toml_file=ROOT / "pyproject.toml")
    config.attributes["url"] = url
    return config


@click.command("migrate")
@click.argument("revision", default="head")
def migrate(revision: str) -> None:
    """Bring the database to a revision; `head` unless told otherwise."""
    alembic.upgrade(alembic_config(current_app.config["SQLALCHEMY_DATABASE_URI"]), revision)
    click.echo(f"The database is at {revision}.")
