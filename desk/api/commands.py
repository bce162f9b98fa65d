"""Letting systems in from the command line."""

import click
from flask_babel import gettext as _

from desk.access.actors import SYSTEM
from desk.access.scopes import ApiScope
from desk.api import actions, queries
from desk.kernel.cli import at_terminal, group
from desk.kernel.clock import utc_now
from desk.kernel.db import transaction
from desk.organisation.models import Region
from desk.organisation.queries import home_region, region_by_code

A_REGION = click.option("--region", help="Code of the region; the home region unless named.")


@group.group("api-client")
def api_client() -> None:
    """Let other systems tell and ask, each with a token of its own."""


@api_client.command("create")
@click.argument("system")
@click.option("--name", help="What the token is called in lists; the system unless told.")
@click.option(
    "--scope", "scopes", multiple=True, required=True, type=click.Choice([str(s) for s in ApiScope])
)
@click.option("--granted-by", required=True, help="Who lets it in.")
@click.option("--confirmed-by", required=True, help="Who else confirms it.")
@A_REGION
def create(
    system: str,
    name: str | None,
    scopes: tuple[str, ...],
    granted_by: str,
    confirmed_by: str,
    region: str | None,
) -> None:
    """Let SYSTEM in and print its token, once."""
    with at_terminal():
        with transaction():
            client, token = actions.create_client(
                _region(region),
                system,
                name or system,
                [ApiScope(scope) for scope in scopes],
                granted_by=granted_by,
                confirmed_by=confirmed_by,
                by=SYSTEM,
                now=utc_now(),
            )
            number = client.id
        click.echo(_("Client %(number)s may come in with this token:", number=number))
        click.echo(token)
        click.echo(_("It is shown this once. Keep it where the other system keeps its secrets."))


@api_client.command("list")
@A_REGION
def list_clients(region: str | None) -> None:
    """List the clients of a region: number, system, name, what for, since when, shut out when."""
    with at_terminal():
        for client in queries.clients_of(_region(region).id):
            until = f"{client.disabled_at:%Y-%m-%d}" if client.disabled_at else "–"
            words = (client.id, client.system, client.name, " ".join(client.scopes))
            click.echo("\t".join(str(w) for w in (*words, f"{client.made_at:%Y-%m-%d}", until)))


@api_client.command("disable")
@click.argument("number", type=int)
@A_REGION
def disable(number: int, region: str | None) -> None:
    """Shut a client out at once."""
    with at_terminal():
        with transaction():
            actions.disable_client(_region(region).id, number, by=SYSTEM, now=utc_now())
        click.echo(_("Client %(number)s is shut out.", number=number))


def _region(code: str | None) -> Region:
    return home_region() if code is None else region_by_code(code)
