"""Checking the ledger from the command line."""

import sys

import click

from desk.audit.queries import faults
from desk.kernel.cli import group


@group.command("verify-ledger")
def verify_ledger() -> None:
    """Recompute every chain of the ledger; ends with 1 when one does not hold."""
    found = faults()
    for fault in found:
        click.echo(f"region {fault.region_id} stream {fault.stream} line {fault.seq}: {fault.what}")
    click.echo("The ledger holds." if not found else f"{len(found)} faults.")
    sys.exit(1 if found else 0)
