"""Loading catalogues from the command line."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from desk.access.actors import SYSTEM
from desk.catalogue.actions import Loaded, load_entries
from desk.catalogue.entry import ItemEntry, breaches_of
from desk.catalogue.reading import FIELDS, NEEDED, entry_of
from desk.kernel.cli import SHOWN, at_terminal, group, report_faults
from desk.kernel.clock import utc_now
from desk.kernel.csv_file import ENCODINGS, Fault, Row, file_digest, rows_of
from desk.kernel.db import transaction
from desk.kernel.errors import Invalid
from desk.kernel.mapping import ColumnMapping, own_columns, read_mapping
from desk.organisation.queries import home_region, region_by_code

MAPPINGS = Path(__file__).parent / "mappings"
A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class _OnlyTried(Exception):
    """Undoes what was done to see what it would do."""


@dataclass(frozen=True, slots=True)
class CatalogueFile:
    """A file, how it is encoded, and how its columns are read."""

    path: Path
    encoding: str
    mapping: ColumnMapping

    def rows(self) -> Iterator[Row]:
        return rows_of(self.path, self.mapping.required, encoding=self.encoding)


@group.command("import-items")
@click.argument("file", type=A_FILE)
@click.option("--mapping", help="A mapping file, or the name of one that comes with the desk.")
@click.option("--region", "code", help="Code of the region; the home region unless told.")
@click.option("--encoding", type=click.Choice(ENCODINGS), default="utf-8", show_default=True)
@click.option(
    "--valid-from", type=click.DateTime(["%Y-%m-%d"]), help="First day; today unless told."
)
@click.option("--skip-bad", is_flag=True, help="Load the good rows although others are bad.")
@click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")
@click.option(
    "--report", type=click.Path(dir_okay=False, path_type=Path), help="Write all faults here."
)
def import_items(
    file: Path,
    mapping: str | None,
    code: str | None,
    encoding: str,
    valid_from: datetime | None,
    report: Path | None,
    *,
    skip_bad: bool,
    dry_run: bool,
) -> None:
    """Load the catalogue in FILE, a CSV with named columns.

    Nothing is changed when a row is bad, unless --skip-bad is given.
    """
    with at_terminal():
        source = CatalogueFile(file, encoding, _mapping(mapping))
        faults, remarks, good = _examine(source)
        report_faults(faults, report)
        for rule, n in sorted(remarks.items()):
            click.echo(_("remark: %(rule)s: %(n)s items", rule=rule, n=n))
        bad = sum(fault.stops for fault in faults)
        if not good or (bad and not skip_bad):
            raise click.ClickException(
                _("%(bad)s bad rows, %(good)s good ones. Nothing was changed.", bad=bad, good=good)
            )
        loaded = _load(source, code, valid_from.date() if valid_from else None, dry_run=dry_run)
        _say(loaded, bad, dry_run=dry_run)


def _mapping(named: str | None) -> ColumnMapping:
    if named is None:
        return own_columns(FIELDS, NEEDED)
    own = MAPPINGS / f"{named}.toml"
    path = own if named.isidentifier() and own.is_file() else Path(named)
    return read_mapping(path, FIELDS, NEEDED)


def _examine(source: CatalogueFile) -> tuple[list[Fault], Counter[str], int]:
    """Read the whole file once without writing: what is wrong, what is remarked, what is good."""
    faults: list[Fault] = []
    remarks: Counter[str] = Counter()
    good = 0
    for row, entry, reason in _entries(source):
        if not good and not faults:
            _say_unused(source.mapping.unused(row.cells))
        if entry is None:
            faults.append(Fault(row.line, reason))
            continue
        good += 1
        for breach in breaches_of(entry):
            sentence = _("item %(code)s: %(what)s", code=entry.code, what=breach.sentence)
            faults.append(Fault(row.line, sentence, stops=False))
            remarks[breach.rule] += 1
    return sorted(faults, key=lambda fault: not fault.stops), remarks, good


def _say_unused(columns: list[str]) -> None:
    if columns:
        click.echo(_("Columns not read: %(names)s", names=", ".join(columns)))


def _entries(source: CatalogueFile) -> Iterator[tuple[Row, ItemEntry | None, object]]:
    """Read every row into an entry, or give the reason why it cannot be one."""
    lines: dict[str, int] = {}
    for row in source.rows():
        try:
            entry = _entry(row, source.mapping, lines)
        except Invalid as error:
            yield row, None, error.message
        else:
            yield row, entry, None


def _entry(row: Row, mapping: ColumnMapping, lines: dict[str, int]) -> ItemEntry:
    if row.fault is not None:
        raise Invalid(row.fault)
    entry = entry_of(row.cells, mapping)
    first = lines.setdefault(entry.code, row.line)
    if first != row.line:
        raise Invalid(
            _l("The code %(code)s stands already on line %(line)s.", code=entry.code, line=first)
        )
    for breach in breaches_of(entry):
        if breach.stops:
            raise Invalid(_l("item %(code)s: %(what)s", code=entry.code, what=breach.sentence))
    return entry


def _load(
    source: CatalogueFile, code: str | None, valid_from: date | None, *, dry_run: bool
) -> Loaded:
    now = utc_now()
    loaded = Loaded()
    try:
        with transaction():
            region = region_by_code(code) if code else home_region()
            loaded = load_entries(
                region,
                (entry for _row, entry, _reason in _entries(source) if entry is not None),
                valid_from=valid_from or now.astimezone(ZoneInfo(region.time_zone)).date(),
                source=file_digest(source.path),
                by=SYSTEM,
                now=now,
            )
            if dry_run:
                raise _OnlyTried
    except _OnlyTried:
        pass
    return loaded


def _say(loaded: Loaded, bad: int, *, dry_run: bool) -> None:
    if loaded.departments:
        click.echo(
            _(
                "%(n)s departments added: %(names)s",
                n=len(loaded.departments),
                names="、".join(loaded.departments[:SHOWN]),
            )
        )
    click.echo(
        _(
            "%(new)s new, %(changed)s changed, %(unchanged)s as before, %(bad)s left out.",
            new=loaded.new,
            changed=loaded.changed,
            unchanged=loaded.unchanged,
            bad=bad,
        )
    )
    if dry_run:
        click.echo(_("Only tried: nothing was changed."))
