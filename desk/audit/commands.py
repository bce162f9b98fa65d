"""Taking the ledger out of the house for somebody else to check, and keeping ourselves from it."""

from pathlib import Path

import click
from flask import current_app
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from desk.audit.anchoring import line_of, newest_seals
from desk.audit.exporting import export
from desk.audit.grants import GUARDED, grants
from desk.audit.seals import public_key
from desk.kernel.cli import group
from desk.kernel.db import db, dialect_name, transaction


@group.command("export-ledger")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export_ledger(file: Path) -> None:
    """Write key, seals and lines as NDJSON; `scripts/verify_export.py` checks it anywhere."""
    with file.open("w", encoding="utf-8") as out:
        out.writelines(f"{line}\n" for line in export(_public()))
    click.echo(f"Written to {file}. The public key is {_public().hex()}.")


@group.command("show-seals")
def show_seals() -> None:
    """Print the newest seal of each region, a line each, to keep on paper or anywhere else."""
    for seal in newest_seals():
        click.echo(line_of(seal, _public()))


@group.command("grant-role")
@click.argument("role")
def grant_role(role: str) -> None:
    """Let a PostgreSQL role run the desk without being able to rewrite the ledger.

    Run as the owner of the tables, after each `migrate`; the desk itself then runs as ROLE.
    """
    if dialect_name() != "postgresql":
        raise click.ClickException("Only PostgreSQL knows roles.")
    with transaction():
        try:
            for statement in grants(role):
                db.session.execute(text(statement))
        except ProgrammingError as error:
            words = str(error.orig).splitlines()[0]
            raise click.ClickException(f"Nothing was granted: {words}.") from error
    click.echo(f"{role} may run the desk; guarded: {', '.join(GUARDED)}.")


def _public() -> bytes:
    return public_key(current_app.extensions["settings"].seal_seed())
