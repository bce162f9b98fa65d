"""Letters that did not arrive, from the command line."""

import click
from flask_babel import gettext as _
from flask_babel import ngettext

from desk.kernel.cli import at_terminal, group
from desk.notify.labels import CHANNEL, LETTER, TROUBLE
from desk.notify.models import Letter
from desk.notify.queries import dead_count, oldest_dead, waiting_count
from desk.notify.troubles import read


@group.command("letters")
@click.option("--dead", is_flag=True, help="List the letters nobody tries again by themselves.")
def letters(*, dead: bool) -> None:
    """Tell how many letters wait, and how many did not arrive; addresses are never shown."""
    with at_terminal():
        click.echo(_count(waiting_count(), dead_count()))
        for letter in oldest_dead() if dead else ():
            click.echo(_line(letter))


def _count(waiting: int, dead: int) -> str:
    waits = ngettext("%(num)s letter waits to be sent", "%(num)s letters wait to be sent", waiting)
    stuck = ngettext("%(num)s letter did not arrive", "%(num)s letters did not arrive", dead)
    return f"{waits} · {stuck}"


def _line(letter: Letter) -> str:
    trouble, detail = read(letter.last_error or "")
    line: str = _(
        "%(number)s, %(letter)s, %(way)s, since %(day)s: %(why)s %(detail)s",
        number=letter.context.get("number"),
        letter=LETTER[letter.template],
        way=CHANNEL[letter.channel],
        day=f"{letter.dead_at:%Y-%m-%d %H:%M}",
        why=TROUBLE[trouble],
        detail=f"({detail})" if detail else "",
    )
    return line.rstrip()
