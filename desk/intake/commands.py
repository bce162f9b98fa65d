"""Loading messages that were sent elsewhere, from the command line."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from desk.intake.actions import Fate, open_messages
from desk.intake.earlier import FIELDS, NEEDED, EarlierMessage, of_row
from desk.kernel.cli import at_terminal, group, report_faults
from desk.kernel.clock import utc_now
from desk.kernel.csv_file import ENCODINGS, Fault, rows_of
from desk.kernel.db import end_read, transaction
from desk.kernel.errors import Invalid, NotFound
from desk.kernel.mapping import ColumnMapping, own_columns, read_mapping
from desk.organisation.queries import hall_by_code, halls_of, home_region

MAPPINGS = Path(__file__).parent / "mappings"
CHUNK = 100
A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@dataclass(frozen=True, slots=True)
class Destination:
    """Where the messages go."""

    region_id: int
    hall_id: int
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class MessageFile:
    """A file of messages, how it is encoded, and how its columns are read."""

    path: Path
    encoding: str
    mapping: ColumnMapping
    zone: ZoneInfo

    def messages(self) -> Iterator[tuple[int, EarlierMessage | None, object]]:
        """Read every row into a message, or give the reason why it cannot be one."""
        now = utc_now()
        for row in rows_of(self.path, self.mapping.required, encoding=self.encoding):
            try:
                if row.fault is not None:
                    raise Invalid(row.fault)
                yield row.line, of_row(row.cells, self.mapping, self.zone, now=now), None
            except Invalid as error:
                yield row.line, None, error.message


@group.command("import-cases")
@click.argument("file", type=A_FILE)
@click.option("--mapping", help="A mapping file, or the name of one that comes with the desk.")
@click.option(
    "--hall", "hall_code", help="Code of the hall; the first of the home region if not told."
)
@click.option("--encoding", type=click.Choice(ENCODINGS), default="utf-8", show_default=True)
@click.option("--skip-bad", is_flag=True, help="Load the good rows although others are bad.")
@click.option(
    "--report", type=click.Path(dir_okay=False, path_type=Path), help="Write every row's fate here."
)
def import_cases(
    file: Path,
    mapping: str | None,
    hall_code: str | None,
    encoding: str,
    report: Path | None,
    *,
    skip_bad: bool,
) -> None:
    """Open a case for every message in FILE (title, text, created_at; reply, replied_at, …).

    May be stopped and run again: a message that is there already is left alone.
    """
    with at_terminal():
        place = _destination(hall_code)
        source = MessageFile(file, encoding, _mapping(mapping), place.zone)
        bad = [Fault(line, why) for line, message, why in source.messages() if message is None]
        report_faults(bad, report)
        if bad and not skip_bad:
            raise click.ClickException(_("%(n)s bad rows. Nothing was changed.", n=len(bad)))
        fates: dict[int, Fate] = {}
        for chunk in _chunks(source):
            fates |= _open_chunk(chunk, place)
        opened = sum(fate.opened for fate in fates.values())
        if report is not None:
            _write(report, bad, fates)
        click.echo(
            _(
                "%(opened)s cases opened, %(known)s there already, %(bad)s left out.",
                opened=opened,
                known=len(fates) - opened,
                bad=len(bad),
            )
        )


def _destination(hall_code: str | None) -> Destination:
    region = home_region()
    zone = ZoneInfo(region.time_zone)
    if hall_code is not None:
        hall = hall_by_code(region.id, hall_code)
    else:
        halls = halls_of(region.id, utc_now().astimezone(zone).date())
        if not halls:
            raise NotFound(_l("There is no such hall."))
        hall = halls[0]
    place = Destination(region.id, hall.id, zone)
    end_read()
    return place


def _mapping(named: str | None) -> ColumnMapping:
    if named is None:
        return own_columns(FIELDS, NEEDED)
    own = MAPPINGS / f"{named}.toml"
    path = own if named.isidentifier() and own.is_file() else Path(named)
    return read_mapping(path, FIELDS, NEEDED)


def _chunks(source: MessageFile) -> Iterator[Sequence[tuple[int, EarlierMessage]]]:
    good = ((line, message) for line, message, _why in source.messages() if message is not None)
    while chunk := list(islice(good, CHUNK)):
        yield chunk


def _open_chunk(chunk: Sequence[tuple[int, EarlierMessage]], place: Destination) -> dict[int, Fate]:
    """Open the cases of a chunk that are not there yet: all of them or, if stopped, none."""
    with transaction():
        fates = open_messages(
            [message for _line, message in chunk],
            region_id=place.region_id,
            hall_id=place.hall_id,
            now=utc_now(),
        )
    return dict(zip((line for line, _message in chunk), fates, strict=True))


def _write(report: Path, bad: Sequence[Fault], fates: Mapping[int, Fate]) -> None:
    """Write what became of every row, in the order of the file."""
    lines = {fault.line: str(fault.reason) for fault in bad}
    for line, fate in fates.items():
        said = _("opened as %(number)s") if fate.opened else _("there already as %(number)s")
        if fate.answer_differs:
            said = _("there already as %(number)s; the answer in the file is another one")
        lines[line] = said % {"number": fate.number}
    report.write_text(
        "".join(
            f"{_('line %(line)s: %(reason)s', line=line, reason=lines[line])}\n"
            for line in sorted(lines)
        ),
        encoding="utf-8",
    )
