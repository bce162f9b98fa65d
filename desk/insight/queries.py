"""Figures from the sums, and the list behind each of them."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, tuple_

from desk.access.actors import Actor
from desk.audit.models import LedgerLine
from desk.casework.actions.counting import MEASURES as CASE_MEASURES
from desk.casework.models import Case
from desk.casework.queries.scope import not_named
from desk.catalogue.models import ItemVersion
from desk.insight.indicators import ALL_LEVELS, INDICATORS, MEASURES, Figure, figure
from desk.kernel.db import db
from desk.organisation.models import Department
from desk.tally.queries import sums
from desk.worktime.periods import Month

PAGE = 50
CASE_LEVELS = tuple(f"case_{measure}" for measure in ALL_LEVELS)
CASE_FIGURES = ("case.filed", "case.accepted", "case.replied", "case.closed", "case.withdrawn")


@dataclass(frozen=True, slots=True)
class UnitRow:
    """What the ratings of one department or item add up to."""

    id: int
    name: str
    levels: Mapping[int, int]

    @property
    def n(self) -> int:
        return sum(self.levels.values())

    @property
    def good(self) -> int:
        return sum(n for level, n in self.levels.items() if level >= 3)

    @property
    def bad(self) -> int:
        return self.n - self.good


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """A month's sums and the figures made of them."""

    month: Month
    totals: Mapping[str, int]
    figures: Mapping[str, Figure]

    @property
    def levels(self) -> dict[int, int]:
        return {n: self.totals.get(f"rating.level.{n}", 0) for n in (5, 4, 3, 2, 1)}

    @property
    def case_levels(self) -> dict[int, int]:
        """How the desk's own handling of complaints was rated: kept apart from the hall's."""
        return {n: self.totals.get(f"case_rating.level.{n}", 0) for n in (5, 4, 3, 2, 1)}


def month_figures(
    region_ids: Collection[int], month: Month, *, until: date | None = None
) -> MonthFigures:
    """Add up a month, to the day `until` at most, and compute every indicator."""
    last = min(month.last, until) if until else month.last
    found = sums(
        region_ids,
        [*MEASURES, *CASE_FIGURES, "event", *CASE_LEVELS],
        grain="d",
        first=month.first,
        last=last,
    )
    totals = {str(key[0]): n for key, n in found.items()}
    return MonthFigures(month, totals, {i.key: figure(i, totals) for i in INDICATORS})


def by_department(
    region_ids: Collection[int], month: Month, lang: str, *, until: date | None = None
) -> list[UnitRow]:
    """Add up the ratings of a month by department, the most rated first."""
    last = min(month.last, until) if until else month.last
    found = sums(
        region_ids, ALL_LEVELS, grain="d", first=month.first, last=last, by=("department_id",)
    )
    names = department_names(lang)
    return _units(found, names)


def by_item(region_ids: Collection[int], month: Month, names: Mapping[int, str]) -> list[UnitRow]:
    """Add up the ratings of a whole month by item, the worst first."""
    found = sums(
        region_ids,
        ALL_LEVELS,
        grain="m",
        first=month.first,
        last=month.first,
        by=("item_id",),
    )
    rows = _units(found, names)
    return sorted(rows, key=lambda row: (-row.bad, -row.n, row.id))


def _units(found: Mapping[tuple[object, ...], int], names: Mapping[int, str]) -> list[UnitRow]:
    levels: dict[int, Counter[int]] = {}
    for (measure, unit), n in found.items():
        counter = levels.setdefault(int(str(unit)), Counter())
        counter[int(str(measure)[-1])] += n
    rows = [UnitRow(unit, names.get(unit, "—"), counter) for unit, counter in levels.items()]
    return sorted(rows, key=lambda row: (-row.n, row.id))


def department_names(lang: str) -> dict[int, str]:
    """Name every department by id, in a language."""
    name = Department.name_en if lang == "en" else Department.name_zh
    rows = db.session.execute(select(Department.id, name))
    return {row[0]: row[1] for row in rows}


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step behind a figure: when, which case, what it is about."""

    at: datetime
    region_id: int
    stream: str
    seq: int
    number: str
    title: str
    status: str


def steps_behind(
    actor: Actor,
    region_ids: Collection[int],
    measure: str,
    *,
    first: datetime,
    last: datetime,
    after_key: tuple[datetime, str, int] | None = None,
) -> tuple[Sequence[StepRow], tuple[datetime, str, int] | None]:
    """List the steps that a case figure counts, oldest first: exactly as many as it says.

    Only cases that name the reader are left out. Returns a page and the key after which the next
    one starts, or None.
    """
    moves = [move.value for move, its in CASE_MEASURES.items() if its == measure]
    statement = (
        select(LedgerLine)
        .where(
            LedgerLine.region_id.in_(region_ids),
            LedgerLine.what.in_(moves),
            LedgerLine.at >= first,
            LedgerLine.at < last,
        )
        .order_by(LedgerLine.at, LedgerLine.stream, LedgerLine.seq)
        .limit(PAGE + 1)
    )
    if after_key is not None:
        here = tuple_(LedgerLine.at, LedgerLine.stream, LedgerLine.seq)
        statement = statement.where(here > tuple_(*after_key))
    lines = list(db.session.scalars(statement))
    cases = _cases_of_streams({(line.region_id, line.stream) for line in lines}, actor)
    rows = [
        StepRow(
            line.at,
            line.region_id,
            line.stream,
            line.seq,
            case.number,
            case.title,
            case.status.value,
        )
        for line in lines[:PAGE]
        if (case := cases.get((line.region_id, line.stream))) is not None and not case.is_test
    ]
    more = len(lines) > PAGE
    end = lines[PAGE - 1] if more else None
    return rows, (end.at, end.stream, end.seq) if end else None


def _cases_of_streams(
    streams: Collection[tuple[int, str]], actor: Actor
) -> dict[tuple[int, str], Case]:
    keys = [(region, UUID(stream.partition("/")[2])) for region, stream in streams]
    if not keys:
        return {}
    rows = db.session.scalars(
        select(Case).where(tuple_(Case.region_id, Case.id).in_(keys), not_named(actor))
    )
    return {(case.region_id, f"c/{case.id.hex}"): case for case in rows}


def item_names(ids: Collection[int], lang: str) -> dict[int, str]:
    """Name items by id, in a language."""
    if not ids:
        return {}
    rows = db.session.execute(
        select(ItemVersion.item_id, ItemVersion.name_zh, ItemVersion.name_en).where(
            ItemVersion.item_id.in_(ids)
        )
    )
    return {row[0]: (row[2] or row[1]) if lang == "en" else row[1] for row in rows}
