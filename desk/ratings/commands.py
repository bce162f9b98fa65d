"""Loading what the hall's own systems know, from the command line."""

import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click
from flask_babel import gettext as _
from sqlalchemy import select

from desk.kernel.cli import at_terminal, group, report_faults
from desk.kernel.clock import utc_now
from desk.kernel.csv_file import ENCODINGS, Fault
from desk.kernel.db import db, end_read, transaction
from desk.organisation.queries import home_region
from desk.ratings import exchange
from desk.ratings.actions.links import new_link
from desk.ratings.chunks import chunk_faults
from desk.ratings.fates import Fate, Outcome
from desk.ratings.files import told_in
from desk.ratings.importing import Load, Mark, load_file
from desk.ratings.loading import Teller, load_events
from desk.ratings.loading_ratings import load_ratings
from desk.ratings.models import EventSource, RatingChannel, ServiceEvent

EVENTS_NEED = ("project_no", "service_no", "hall", "occurred_at")
RATINGS_NEED = ("project_no", "service_no", "level", "given_at")
A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUT = click.Path(dir_okay=False, path_type=Path)

Option = Callable[..., Any]
OPTIONS: tuple[Option, ...] = (
    click.argument("file", type=A_FILE),
    click.option("--system", help="Whose lines these are; else each names its source_system."),
    click.option("--encoding", type=click.Choice(ENCODINGS), default="utf-8", show_default=True),
    click.option("--report", type=OUT, help="Write every bad line here, with its reason."),
)


def _of_a_file(command: Option) -> Option:
    for option in reversed(OPTIONS):
        command = option(command)
    return command


@group.command("import-events")
@_of_a_file
@click.option("--links", type=OUT, help="Write a link for each new occasion.")
def import_events(
    file: Path, system: str | None, encoding: str, report: Path | None, links: Path | None
) -> None:
    """Take service events from FILE, CSV or NDJSON; bad lines are named, good ones kept.

    May be stopped and run again: it goes on where it was, and what is known already stays alone.
    """
    from desk.ratings.told import EventTold  # noqa: PLC0415 - loads pydantic

    with at_terminal():
        counts = _load(
            file, EventTold, load_events, system=system, encoding=encoding, report=report,
            then=_link_writer(links) if links else lambda _: None,
        )  # fmt: skip
        click.echo(
            _(
                "%(new)s new, %(known)s known, %(bad)s bad.",
                new=counts[Outcome.CREATED],
                known=counts[Outcome.KNOWN],
                bad=counts[Outcome.REJECTED],
            )
        )


@group.command("import-ratings")
@_of_a_file
def import_ratings(file: Path, system: str | None, encoding: str, report: Path | None) -> None:
    """Take ratings given elsewhere from FILE, CSV or NDJSON, each to the service it is of.

    Defaults (is_default) are kept and counted in nothing. May be stopped and run again.
    """
    from desk.ratings.told import RatingTold  # noqa: PLC0415 - loads pydantic

    with at_terminal():
        counts = _load(
            file, RatingTold, load_ratings, needed=RATINGS_NEED,
            system=system, encoding=encoding, report=report,
        )  # fmt: skip
        click.echo(
            _(
                "%(new)s new, %(known)s known, %(waiting)s waiting for their service, %(bad)s bad.",
                new=counts[Outcome.CREATED],
                known=counts[Outcome.KNOWN],
                waiting=counts[Outcome.WAITING],
                bad=counts[Outcome.REJECTED],
            )
        )


def _load(
    file: Path,
    kind: type,
    load: Load,
    *,
    needed: tuple[str, ...] = EVENTS_NEED,
    system: str | None,
    encoding: str,
    report: Path | None,
    then: Callable[[Sequence[Fate]], None] = lambda _: None,
) -> Any:
    region = home_region()
    teller = Teller(region, system, EventSource.IMPORT, "import")
    mark = Mark.of(file)
    if mark.line:
        click.echo(_("Going on behind line %(line)s.", line=mark.line))
    lines = told_in(file, kind, needed, encoding=encoding, behind=mark.line)
    opened = report.open("a" if mark.line else "w", encoding="utf-8") if report else nullcontext()
    with opened as out:
        return load_file(
            lines, mark, load, teller, clock=utc_now, report=out, say=click.echo, then=then
        )


def _link_writer(path: Path) -> Callable[[Sequence[Fate]], None]:
    """Write links as chunks come; only whoever runs this may read the file."""
    path.touch(mode=0o600, exist_ok=True)
    path.chmod(0o600)

    def write(fates: Sequence[Fate]) -> None:
        made = [fate.id for fate in fates if fate.outcome is Outcome.CREATED]
        region_id = home_region().id
        with transaction():
            fresh = db.session.scalars(
                select(ServiceEvent.id).where(
                    ServiceEvent.region_id == region_id,
                    ServiceEvent.id.in_(made),
                    ~ServiceEvent.historic,
                )
            ).all()
            now = utc_now()
            links = [(key, new_link(region_id, key, RatingChannel.LINK, now=now)) for key in fresh]
        with path.open("a", encoding="utf-8") as file:
            file.writelines(f"{key},/rate/{token}\n" for key, token in links)

    return write


TARGET = click.option("--target", required=True, help="The other side, by a name of your own.")
TABLE = click.option("--table", help="Its words: a file list,ours,theirs, or `example`.")


@group.command("export-ratings")
@click.argument("out", type=OUT)
@TARGET
@TABLE
def export_ratings(out: Path, target: str, table: str | None) -> None:
    """Add every rating that TARGET was not told yet to OUT, one JSON object a line.

    Once more after answers came (acknowledge-ratings) tells what was refused, and what counts
    otherwise by now. May be stopped and run again; a record told twice has the same record_id.
    """
    with at_terminal():
        told, held = exchange.export_ratings(
            home_region(), target, exchange.word_table(table), out, clock=utc_now
        )
        for reason, n in held.most_common():
            click.echo(_("%(n)s held back: %(reason)s", n=n, reason=reason))
        click.echo(_("%(told)s told, %(held)s held back.", told=told, held=held.total()))


@group.command("acknowledge-ratings")
@click.argument("file", type=A_FILE)
@TARGET
def acknowledge_ratings(file: Path, target: str) -> None:
    """Read what TARGET answered of each record: {"record_id", "result": "ok" or a reason}."""
    with at_terminal():
        region_id = home_region().id
        end_read()
        known, unknown, bad = exchange.acknowledge(region_id, target, file, clock=utc_now)
        report_faults([Fault(line, wrong.sentence()) for line, wrong in bad], None)
        click.echo(
            _(
                "%(known)s answers kept, %(unknown)s of records never told, %(bad)s bad.",
                known=known,
                unknown=unknown,
                bad=len(bad),
            )
        )


@group.command("import-records")
@click.argument("file", type=A_FILE)
@click.option("--system", required=True, help="The name these are kept under.")
@click.option("--hall", required=True, help="Code of the hall they belong to.")
@TABLE
@click.option("--report", type=OUT, help="Write every bad line here, with its reason.")
def import_records(
    file: Path, system: str, hall: str, table: str | None, report: Path | None
) -> None:
    """Take services with their ratings from FILE, records of the exchange, one a line."""
    with at_terminal():
        region = home_region()
        teller = Teller(region, system, EventSource.IMPORT, "import")
        end_read()
        services, ratings, bad = exchange.import_records(
            file, teller, exchange.word_table(table), hall, clock=utc_now
        )
        report_faults([Fault(line, wrong.sentence()) for line, wrong in bad], report)
        for sentence, counts in (
            (_("Services: %(new)s new, %(known)s known, %(bad)s bad."), services),
            (_("Ratings: %(new)s new, %(known)s known, %(bad)s bad."), ratings),
        ):
            numbers = {
                "new": counts[Outcome.CREATED],
                "known": counts[Outcome.KNOWN],
                "bad": counts[Outcome.REJECTED],
            }
            click.echo(sentence % numbers)


@group.command("verify-told")
def verify_told() -> None:
    """Hold what systems told against the ledger's lines of it; ends with 1 where it is not so."""
    with at_terminal():
        found = 0
        for fault in chunk_faults():
            found += 1
            click.echo(f"{fault.region_id}\t{fault.what}\t{fault.batch}\t{fault.fault}")
        click.echo(_("%(n)s chunks are not what they were.", n=found))
    if found:
        sys.exit(1)
