"""What the board adds up: the sums of a month and a year, as far as everybody may see them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from sqlalchemy import func, select

from desk.board import book
from desk.board.book import Counted, Told
from desk.board.suppression import LEAST
from desk.improvement.models import Undertaking
from desk.improvement.words import UndertakingKind
from desk.insight.indicators import (
    ALL_LEVELS,
    BY_KEY,
    IN_TIME,
    RATED,
    SOLVED,
    Figure,
    Indicator,
    Unit,
    figures,
    measures_of,
)
from desk.kernel.db import db
from desk.organisation.codes import codes_ever
from desk.organisation.models import Department
from desk.tally.queries import sums
from desk.worktime.periods import Month

MONTHS = 12
NO_DEPARTMENT = 0
REASON = "reason."
COUNTS = ("case.filed", "case.accepted", "case.replied", "case.closed", "case.withdrawn", "event")
CORRECTED = tuple(BY_KEY[key] for key in ("E7", "E8", "E9", "E10") if key in BY_KEY)
MEASURED = tuple(BY_KEY[key] for key in ("W12", "W12b", "W12c", "K8", "W16") if key in BY_KEY)
SHOWN: Sequence[Indicator] = (IN_TIME, SOLVED, RATED, *CORRECTED, *MEASURED)
Sums = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class UnitRow:
    """What is told of one department."""

    id: int
    code: str
    name: str
    answered: Told
    solved: Told
    rated: Told


@dataclass(frozen=True, slots=True)
class Board:
    """A month as everybody may see it. Departments and reasons only once it is over."""

    month: Month
    until: date
    is_over: bool
    counts: Mapping[str, int | None]
    answered: Told
    solved: Told
    rated: Told
    levels: Mapping[str, int | None]
    figures: Mapping[str, Figure]
    units: Sequence[UnitRow]
    reasons: Mapping[str, int | None]
    improvements: int


def board_of(
    region_ids: Collection[int], month: Month, lang: str, *, until: date, zone: str
) -> Board:
    """Add up a month to the day `until`; what would show somebody small is left out."""
    last, is_over = min(month.last, until), month.last <= until
    totals = _totals(region_ids, month.first, last)
    tables = _tables(region_ids, month.first, last) if is_over else {}
    found = figures(SHOWN, totals)
    levels = {int(name[-1]): totals.get(name, 0) for name in ALL_LEVELS}
    reasons = _reasons(region_ids, month.first, last) if is_over else {}
    return Board(
        month=month,
        until=last,
        is_over=is_over,
        counts={name: _count(totals.get(name, 0)) for name in COUNTS},
        answered=_whole(tables, "answered", found["W11"]),
        solved=_whole(tables, "solved", found["W7"]),
        rated=tables["rated"][0] if tables else book.share(_rated(totals)),
        levels=book.levels(levels),
        figures={key: one for key, one in found.items() if _is_shown(one)},
        units=_units(tables, lang),
        reasons=reasons,
        improvements=improvements_done(region_ids, *month.bounds(zone, until=last)),
    )


def _count(n: int) -> int | None:
    return n if n == 0 or n >= LEAST else None


def _is_shown(one: Figure) -> bool:
    """Tell whether a figure may be published: ten at least, and nothing small on either side."""
    if one.value is None or one.den < book.SHOWN_FROM:
        return False
    rest = one.den - one.num
    is_share = one.indicator.unit is Unit.SHARE
    return not (is_share and (0 < one.num < LEAST or 0 < rest < LEAST))


def _totals(region_ids: Collection[int], first: date, last: date) -> dict[str, int]:
    wanted = [*measures_of(SHOWN), *COUNTS, *ALL_LEVELS]
    found = sums(region_ids, dict.fromkeys(wanted), grain="d", first=first, last=last)
    return {str(key[0]): n for key, n in found.items()}


def _counted(indicator: Indicator, totals: Sums) -> Counted:
    den = _added(indicator.denominator, totals)
    return Counted(int(den), den - _added(indicator.numerator, totals))


def _added(weights: Mapping[str, Fraction], totals: Sums) -> Fraction:
    return sum((w * totals.get(name, 0) for name, w in weights.items()), Fraction(0))


def _rated(totals: Sums) -> Counted:
    counts = {int(name[-1]): totals.get(name, 0) for name in ALL_LEVELS}
    return Counted(sum(counts.values()), counts[1] + counts[2])


Tables = Mapping[str, tuple[Told, dict[int, Told]]]


def _tables(region_ids: Collection[int], first: date, last: date) -> Tables:
    """Add up a month by department; whatever has none yet is the window's own."""
    wanted = [*IN_TIME.measures, *SOLVED.measures, *ALL_LEVELS]
    found = sums(
        region_ids,
        dict.fromkeys(wanted),
        grain="d",
        first=first,
        last=last,
        by=("department_id",),
    )
    units: dict[int, dict[str, int]] = {}
    for (measure, department), n in found.items():
        units.setdefault(int(str(department)), {})[str(measure)] = n
    return {
        "answered": book.table({u: _counted(IN_TIME, t) for u, t in units.items()}),
        "solved": book.table({u: _counted(SOLVED, t) for u, t in units.items()}),
        "rated": book.table({u: _rated(t) for u, t in units.items()}),
    }


def _whole(tables: Tables, name: str, one: Figure) -> Told:
    if tables:
        return tables[name][0]
    return book.share(Counted(int(one.den), one.den - one.num))


def _units(tables: Tables, lang: str) -> list[UnitRow]:
    if not tables:
        return []
    ids = {unit for _whole_row, rows in tables.values() for unit in rows}
    found = [
        UnitRow(
            key,
            code,
            name,
            *(tables[table][1].get(key, book.NOTHING) for table in ("answered", "solved", "rated")),
        )
        for key, (code, name) in _departments(ids, lang).items()
    ]
    found = [row for row in found if any(t.n for t in (row.answered, row.solved, row.rated))]
    return sorted(found, key=lambda row: (-(row.answered.n or 0), -(row.rated.n or 0), row.code))


def _departments(ids: Iterable[int], lang: str) -> dict[int, tuple[str, str]]:
    name = Department.name_en if lang == "en" else Department.name_zh
    rows = db.session.execute(
        select(Department.id, Department.code, name).where(Department.id.in_(sorted(set(ids))))
    )
    return {key: (code, words) for key, code, words in rows}


def _reasons(region_ids: Collection[int], first: date, last: date) -> dict[str, int | None]:
    names = [REASON + entry.code for entry in codes_ever("reasons", last)]
    found = sums(region_ids, names, grain="d", first=first, last=last)
    counts = {name.removeprefix(REASON): found.get((name,), 0) for name in names}
    return book.reasons(counts) if any(counts.values()) else {}


def improvements_done(region_ids: Collection[int], since: datetime, until: datetime) -> int:
    """Count the improvement items that were done from one instant to before another."""
    statement = select(func.count()).where(
        Undertaking.region_id.in_(region_ids),
        Undertaking.kind == UndertakingKind.IMPROVEMENT,
        Undertaking.done_at >= since,
        Undertaking.done_at < until,
    )
    return db.session.scalar(statement) or 0


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One month in a row of months."""

    month: Month
    filed: int | None
    answered: Told
    solved: Told
    rated: Told


def months_of(region_ids: Collection[int], first: Month, last: Month) -> list[MonthRow]:
    """Add up whole months, the first one first."""
    wanted = [*IN_TIME.measures, *SOLVED.measures, *ALL_LEVELS, "case.filed"]
    found = sums(
        region_ids,
        dict.fromkeys(wanted),
        grain="m",
        first=first.first,
        last=last.first,
        by=("on_date",),
    )
    by_month: dict[date, dict[str, int]] = {}
    for (measure, on), n in found.items():
        day = on if isinstance(on, date) else date.fromisoformat(str(on))
        by_month.setdefault(day, {})[str(measure)] = n
    rows, month = [], first
    while month.first <= last.first:
        totals = by_month.get(month.first, {})
        rows.append(
            MonthRow(
                month,
                _count(totals.get("case.filed", 0)),
                book.share(_counted(IN_TIME, totals)),
                book.share(_counted(SOLVED, totals)),
                book.share(_rated(totals)),
            )
        )
        month = month.after()
    return rows


@dataclass(frozen=True, slots=True)
class YearRow:
    """What a department answered and how often it was rated in the closed months of a year."""

    code: str
    name: str
    answered: int | None
    rated: int | None


def year_of(region_ids: Collection[int], months: Sequence[Month], lang: str) -> list[YearRow]:
    """Add the closed months of a year up by department, where that gives no month away."""
    if not months:
        return []
    wanted = [*IN_TIME.denominator, *ALL_LEVELS]
    found = sums(
        region_ids,
        dict.fromkeys(wanted),
        grain="m",
        first=months[0].first,
        last=months[-1].first,
        by=("on_date", "department_id"),
    )
    answered: dict[str, dict[int, int]] = {month.text: {} for month in months}
    rated: dict[str, dict[int, int]] = {month.text: {} for month in months}
    for (measure, on, department), n in found.items():
        table = answered if measure in IN_TIME.denominator else rated
        unit, cell = int(str(department)), table[str(on)[:7]]
        cell[unit] = cell.get(unit, 0) + n
    totals = book.year(list(answered.values())), book.year(list(rated.values()))
    ids = {unit for total in totals for unit in total}
    rows = [
        YearRow(code, name, totals[0].get(key), totals[1].get(key))
        for key, (code, name) in _departments(ids, lang).items()
    ]
    rows = [row for row in rows if row.answered or row.rated]
    return sorted(rows, key=lambda row: (-(row.answered or 0), -(row.rated or 0), row.code))
