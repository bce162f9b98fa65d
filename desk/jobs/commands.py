"""Work that failed too often, from the command line."""

import click
from flask_babel import gettext as _

from desk.jobs.actions import MOST_TRIES
from desk.jobs.queries import parked
from desk.kernel.cli import at_terminal, group
from desk.kernel.clock import utc_now


@group.command("jobs")
def jobs() -> None:
    """List the work that failed so often that nobody tries it again."""
    with at_terminal():
        rows = parked(tries=MOST_TRIES, now=utc_now())
        if not rows:
            click.echo(_("No work is stuck."))
        for job in rows:
            click.echo(f"{job.name} {job.slot}: {job.error}")
