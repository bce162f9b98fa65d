"""Checking from the command line that what the cases say is what the ledger says."""

import sys

import click
from flask import current_app

from desk.audit.queries import faults
from desk.audit.sealing import seal_faults
from desk.audit.seals import public_key
from desk.casework.queries.replay import status_faults
from desk.kernel.cli import group


@group.command("verify-ledger")
def verify_ledger() -> None:
    """Recompute every chain and seal, and replay every status; ends with 1 when one is wrong."""
    public = public_key(current_app.extensions["settings"].seal_seed())
    found = [*faults(), *seal_faults(public), *status_faults()]
    for fault in found:
        click.echo(f"region {fault.region_id} stream {fault.stream} line {fault.seq}: {fault.what}")
    click.echo("The ledger holds." if not found else f"{len(found)} faults.")
    sys.exit(1 if found else 0)
