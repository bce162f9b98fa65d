"""Taking the ledger out of the house, for somebody else to check."""

from pathlib import Path

import click
from flask import current_app

from desk.audit.exporting import export
from desk.audit.seals import public_key
from desk.kernel.cli import group


@group.command("export-ledger")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export_ledger(file: Path) -> None:
    """Write key, seals and lines as NDJSON; `scripts/verify_export.py` checks it anywhere."""
    with file.open("w", encoding="utf-8") as out:
        out.writelines(f"{line}\n" for line in export(_public()))
    click.echo(f"Written to {file}. The public key is {_public().hex()}.")


def _public() -> bytes:
    return public_key(current_app.extensions["settings"].seal_seed())
