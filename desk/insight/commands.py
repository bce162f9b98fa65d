"""Making the sums again."""

import sys

import click

from desk.insight import rebuilding
from desk.kernel.cli import group
from desk.kernel.db import end_read, transaction

SHOWN = 20


@group.command("rebuild-rollups")
@click.option("--check", is_flag=True, help="Only compare; ends with 1 when something differs.")
def rebuild_rollups(*, check: bool) -> None:
    """Make every sum again from the facts and say where the kept ones differed."""
    found = rebuilding.differences()
    for key, was, should in found[:SHOWN]:
        click.echo(f"{' '.join(map(str, key))}: kept {was}, facts say {should}")
    click.echo(f"{len(found)} sums differ.")
    if check:
        sys.exit(1 if found else 0)
    end_read()
    with transaction():
        rebuilding.replace()
    click.echo("The sums were made again.")
