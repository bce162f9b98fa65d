"""Letters that did not arrive, from the command line."""

import click
from sqlalchemy import select

from desk.kernel.cli import group
from desk.kernel.db import db
from desk.notify.models import Letter
from desk.notify.queries import waiting_count


@group.command("letters")
def letters() -> None:
    """Tell how many letters wait, and list those that nobody tries again by themselves."""
    click.echo(f"{waiting_count()} letters wait to be sent.")
    dead = select(Letter).where(Letter.dead_at.isnot(None)).order_by(Letter.dead_at).limit(100)
    for letter in db.session.scalars(dead):
        click.echo(
            f"dead since {letter.dead_at:%Y-%m-%d %H:%M} {letter.channel.value} "
            f"{letter.template} {letter.context.get('number')}: {letter.last_error}"
        )
