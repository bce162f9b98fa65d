"""Taking a whole table, or trying what it would do; one bad row and nothing is changed."""

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask_babel import lazy_gettext as _l

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.administration.imports.cells import Cells
from desk.administration.imports.limits import new_limit_in, take_limit
from desk.administration.imports.people import take_person
from desk.administration.imports.places import take_department, take_window
from desk.administration.imports.reports import Into, Outcome, Report
from desk.casework.actions.correcting import publish_calendar
from desk.casework.queries.dates import plan, with_calendar, with_limits
from desk.catalogue.actions import load_entries
from desk.catalogue.entry import ItemEntry, breaches_of
from desk.catalogue.reading import FIELDS, NEEDED, entry_of
from desk.kernel.csv_file import Row, rows_of
from desk.kernel.db import db, end_read, transaction
from desk.kernel.errors import DeskError, Invalid
from desk.kernel.mapping import own_columns
from desk.organisation import directory
from desk.organisation.actions.calendar import days_in
from desk.organisation.queries import forget_kept

MOST_ROWS = 500


class _OnlyTried(Exception):
    """Undoes what was done to see what it would do."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of table: who may send it, its columns, and what takes it."""

    permission: Permission
    needed: tuple[str, ...]
    more: tuple[str, ...]
    take: Callable[[Path, Into, Report], None]
    example: str


def run(
    kind: Kind, text: str, region_code: str, *, trial: bool, by: Actor, now: datetime
) -> Report:
    """Take a table row by row in one transaction; it stays only if every row is good.

    With `trial` nothing stays in any case. Raises Invalid for a table that cannot be read at all.
    """
    report = Report()
    with _file(text) as path:
        try:
            with transaction():
                region = directory.region_of(by, region_code)
                kind.take(path, Into(region, by, now), report)
                if trial or not report.is_good:
                    raise _OnlyTried
        except _OnlyTried:
            forget_kept()
        if trial and report.is_good:
            _foresee(kind, path, report, region_code, by, now)
    return report


def _foresee(
    kind: Kind, path: Path, report: Report, region_code: str, by: Actor, now: datetime
) -> None:
    """Say what becomes of open cases, outside the transaction: it reads many of them."""
    end_read()
    region = directory.region_of(by, region_code)
    if kind.take is take_days:
        years, _faults = days_in(path)
        report.plan = plan(with_calendar(region, years, now), region)
    elif kind is KINDS["limits"]:
        into = Into(region, by, now)
        new = [new_limit_in(Cells(row.cells), into) for row in rows_of(path, kind.needed)]
        report.plan = plan(with_limits(region, new, now), region)


@contextmanager
def _file(text: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_text(text, encoding="utf-8")
        yield path


def _each(
    needed: tuple[str, ...], take: Callable[[Cells, Into], tuple[Outcome, str]]
) -> Callable[[Path, Into, Report], None]:
    """Make what takes a table whose rows stand for themselves."""

    def taking(path: Path, into: Into, report: Report) -> None:
        for row in rows_of(path, needed, most=MOST_ROWS):
            try:
                if row.fault is not None:
                    raise Invalid(row.fault)
                with db.session.begin_nested():
                    outcome, about = take(Cells(row.cells), into)
            except DeskError as error:
                report.add(row.line, Outcome.BAD, _first(row, needed), error.message)
            else:
                report.add(row.line, outcome, about)

    return taking


def _first(row: Row, needed: tuple[str, ...]) -> str:
    return row.cells.get(needed[0], "")[:40]


def take_items(path: Path, into: Into, report: Report) -> None:
    """Load items; one that says something new is described anew from today on."""
    mapping = own_columns(FIELDS, NEEDED)
    entries: dict[int, ItemEntry] = {}
    lines: dict[str, int] = {}
    for row in rows_of(path, NEEDED, most=MOST_ROWS):
        try:
            entry = _entry(row, lines, entry_of(row.cells, mapping))
        except Invalid as error:
            report.add(row.line, Outcome.BAD, row.cells["code"][:40], error.message)
        else:
            entries[row.line] = entry
    day = into.region.local_day(into.now)
    source = hashlib.sha256(path.read_bytes()).hexdigest()
    try:
        loaded = load_entries(
            into.region, entries.values(), valid_from=day, source=source, by=into.by, now=into.now
        )
    except Invalid as error:
        report.add(0, Outcome.BAD, "", error.message)
        return
    report.added = loaded.departments
    for line, entry in entries.items():
        outcome = Outcome.NEW if entry.code in loaded.new_codes else Outcome.SAME
        outcome = Outcome.CHANGED if entry.code in loaded.changed_codes else outcome
        remark = next((breach.sentence for breach in breaches_of(entry)), None)
        report.add(line, outcome, f"{entry.code} {entry.name_zh}", remark)


def _entry(row: Row, lines: dict[str, int], entry: ItemEntry) -> ItemEntry:
    """Check what entries of a catalogue must keep among themselves."""
    if row.fault is not None:
        raise Invalid(row.fault)
    first = lines.setdefault(entry.code, row.line)
    if first != row.line:
        raise Invalid(
            _l("The code %(code)s stands already on line %(line)s.", code=entry.code, line=first)
        )
    for breach in breaches_of(entry):
        if breach.stops:
            raise Invalid(breach.sentence)
    return entry


def take_days(path: Path, into: Into, report: Report) -> None:
    """Publish the years whose days are named; days not named follow the weekday."""
    years, faults = days_in(path)
    for fault in faults:
        report.add(fault.line, Outcome.BAD, "", fault.reason)
    if faults:
        return
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    changed = publish_calendar(
        into.region, years, source=f"page:{digest}", by=into.by, now=into.now
    )
    for year, named in sorted(years.items()):
        outcome = Outcome.CHANGED if changed[year] else Outcome.SAME
        about = _l("%(year)s: days named: %(n)s, days that change: %(changed)s",
                   year=year, n=len(named), changed=changed[year])  # fmt: skip
        report.add(0, outcome, str(about))


def _kind(
    permission: Permission,
    needed: tuple[str, ...],
    more: tuple[str, ...],
    take: Callable[[Cells, Into], tuple[Outcome, str]],
    example: str,
) -> Kind:
    return Kind(permission, needed, more, _each(needed, take), example)


KINDS = {
    "departments": _kind(
        Permission.ORGANISATION_MANAGE,
        ("code", "name_zh"),
        ("name_en", "part_of", "successor", "last_day"),
        take_department,
        "code,name_zh,name_en,part_of\nD13,住房保障局,Housing bureau,\n",
    ),
    "windows": _kind(
        Permission.ORGANISATION_MANAGE,
        ("hall", "window"),
        ("zone", "department", "last_day"),
        take_window,
        "hall,window,zone,department\nH1,A07,企业开办,D13\n",
    ),
    "people": _kind(
        Permission.USERS_MANAGE,
        ("login", "name", "role", "reason"),
        ("hall", "department", "heads", "language"),
        take_person,
        "login,name,role,hall,department,reason\nzhang.san,张三,clerk,H1,,一号窗口\n",
    ),
    "items": Kind(
        Permission.CATALOGUE_MANAGE,
        NEEDED,
        tuple(name for name in FIELDS if name not in NEEDED),
        take_items,
        "code,name,department,legal,promised,visits,online\n420600-01,社会保障卡补换,D13,20,5,1,yes\n",
    ),
    "limits": _kind(
        Permission.RULES_MANAGE,
        ("step", "limit", "unit"),
        ("complexity", "party", "hall", "from"),
        take_limit,
        "step,complexity,party,limit,unit,from\nreply,general,any,4,working_day,\n",
    ),
    "calendar": Kind(
        Permission.RULES_MANAGE,
        ("date", "kind"),
        (),
        take_days,
        "date,kind\n2027-01-01,holiday\n2027-01-03,workday_makeup\n",
    ),
}
"""Every kind of table that can be imported from a page."""
