"""Checking the cases against the ledger, and publishing a calendar, from the command line."""

import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import click
from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext

from desk.access.actors import SYSTEM
from desk.audit.anchoring import anchor_faults
from desk.audit.seals import public_key
from desk.audit.verifying import faults as ledger_faults
from desk.audit.verifying import waiting_faults
from desk.casework.actions.correcting import publish_calendar
from desk.casework.queries.dates import Plan, plan, with_calendar
from desk.casework.queries.replay import replay_faults
from desk.kernel.cli import at_terminal, group, report_faults
from desk.kernel.clock import utc_now
from desk.kernel.csv_file import ENCODINGS
from desk.kernel.db import end_read, transaction
from desk.kernel.second_place import FilePlace, PlaceAway, open_place
from desk.organisation.actions.calendar import days_in
from desk.organisation.actions.places import ROOT_CODE
from desk.organisation.queries import region_by_code
from desk.settings import Settings


@group.command("verify-ledger")
@click.option(
    "--anchors",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What the second place was told, a line each; read there by itself where it is a file.",
)
def verify_ledger(anchors: Path | None) -> None:
    """Recompute every chain and seal, and replay every status; ends with 1 when one is wrong."""
    settings: Settings = current_app.extensions["settings"]
    found = chain(
        ledger_faults(public_key(settings.seal_seed())),
        waiting_faults(utc_now()),
        anchor_faults(_told(anchors, settings.anchor_url)),
        replay_faults(),
    )
    n = 0
    for n, fault in enumerate(found, start=1):  # noqa: B007 - the last number is the count
        click.echo(f"region {fault.region_id} stream {fault.stream} line {fault.seq}: {fault.what}")
    click.echo(f"{n} faults." if n else "The ledger holds.")
    sys.exit(1 if n else 0)


def _told(anchors: Path | None, address: str | None) -> Iterator[str]:
    """Read what the second place holds: from a file somebody brought, or from the place itself."""
    place = FilePlace(anchors) if anchors else open_place(address) if address else None
    try:
        yield from (place.kept() if place else None) or ()
    except PlaceAway as error:
        raise click.ClickException(f"The second place cannot be read: {error}.") from error


@group.command("import-calendar")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--region", "code", help="Code of the region it holds for; the nation unless told.")
@click.option("--encoding", type=click.Choice(ENCODINGS), default="utf-8", show_default=True)
@click.option("--dry-run", is_flag=True, help="Say which open cases would move; change nothing.")
@click.option(
    "--report", type=click.Path(dir_okay=False, path_type=Path), help="Write all faults here."
)
def import_calendar(
    file: Path, code: str | None, encoding: str, report: Path | None, *, dry_run: bool
) -> None:
    """Publish the working days of the years in FILE (columns `date` and `kind`).

    Each year is replaced as a whole; days not named follow the weekday. The dates of open cases
    are put right by the worker, each with its explanation and, where a promise moves, a letter.
    """
    with at_terminal():
        years, faults = days_in(file, encoding=encoding)
        report_faults(faults, report)
        if faults:
            raise click.ClickException(_("Nothing was changed."))
        now = utc_now()
        region = region_by_code(code or ROOT_CODE)
        _say(plan(with_calendar(region, years, now), region))
        if dry_run:
            click.echo(_("Nothing was changed."))
            return
        end_read()
        with transaction():
            region = region_by_code(code or ROOT_CODE)
            done = publish_calendar(region, years, source=file.name[:80], by=SYSTEM, now=now)
        for year, changed in done.items():
            click.echo(_("%(year)s: %(changed)s days changed.", year=year, changed=changed))


def _say(found: Plan) -> None:
    """Say what becomes of the dates of open cases, and of which."""
    for new in found.shown:
        was, due_at = (
            new.was.isoformat(timespec="minutes"),
            new.due_at.isoformat(timespec="minutes"),
        )
        click.echo(f"{new.number} {new.step.value}: {was} -> {due_at}")
    click.echo(
        ngettext(
            "%(num)s date is no longer provisional.",
            "%(num)s dates are no longer provisional.",
            found.settled,
        )
    )
    click.echo(
        _(
            "Dates that move: %(later)s later, %(earlier)s earlier; %(promises)s of them promises.",
            later=found.later,
            earlier=found.earlier,
            promises=found.promises,
        )
    )
