"""Attachments from the command line."""

import sys

import click
from flask import current_app
from flask_babel import gettext as _

from desk.files.reconcile import reconcile
from desk.kernel.cli import at_terminal, group
from desk.kernel.clock import utc_now
from desk.kernel.storage.store import Store, StoreError

SHOWN = 20


@group.command("reconcile-files")
@click.option("--remove", is_flag=True, help="Remove objects older than a day that no row has.")
def reconcile_files(*, remove: bool) -> None:
    """Hold the rows of attachments and the objects in the store against each other.

    Ends with 1 when a row has lost its object.
    """
    store: Store = current_app.extensions["store"]
    with at_terminal():
        try:
            found = reconcile(store, now=utc_now(), remove=remove)
        except StoreError as error:
            raise click.ClickException(
                _("The store does not answer: %(why)s.", why=error)
            ) from error
        click.echo(_("%(n)s objects looked at.", n=found.objects))
        click.echo(_("%(n)s rows without their object.", n=len(found.missing)))
        for file_id in found.missing[:SHOWN]:
            click.echo(f"  {file_id}")
        click.echo(_("%(n)s objects without a row.", n=len(found.strays)))
        if found.held_back:
            click.echo(
                _("Nothing was removed: that many may mean that the store is another database's.")
            )
        elif remove:
            click.echo(_("%(n)s removed.", n=found.removed + found.unfinished))
        if found.missing:
            sys.exit(1)
