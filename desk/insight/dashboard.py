"""Everything on the supervisor's overview, added up for one scope."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from desk.access.actors import Actor
from desk.insight.indicators import (
    BY_KEY,
    SHOWN_FROM,
    Direction,
    Figure,
    Indicator,
    Signal,
    figures,
    measures_of,
    out_of_ordinary,
    progress,
)
from desk.insight.scope import ONE_DAY, Scope, months_until
from desk.insight.summing import BEGINNING, by_unit, is_kept_away, sums_of, totals_of
from desk.organisation.codes import names_ever
from desk.worktime.calendar import WorkCalendar
from desk.worktime.periods import Month

CARDS = ("W11", "W6", "W7", "W8", "W12b", "W15", "W5b", "E5", "E9")
RATES = ("W6", "W7", "W8", "W7b", "W9")
OTHERS = ("W11b", "W12c", "W5", "W13", "W16", "W18", "E2", "E3", "E4", "E6")
UNITS = ("W11", "W6", "W7", "W7b", "W8", "W15")
PROGRESS = {"W11": 2.0, "W6": 2.0, "W7": 3.0, "W8": 3.0}
"""What the progress index is made of, with the weight of each: it lies between 80 and 120."""

TRENDS = ("W11", "W7", "W7b")
LOAD = ("submitted", "supplement", "accepted", "dispatched", "handling", "reply_review", "replied")
FLOW = ("filed", "closed")
LEVELS = tuple(f"rating.level.{n}" for n in (5, 4, 3, 2, 1))
MONTHS = 12
SOON = 3
"""Working days ahead in which something is about to be late."""

MOST_ITEMS, MOST_DEPARTMENTS, MOST_ALERTS = 10, 8, 5
WATCHED = 7
ALARM = Fraction(1, 10)
"""A gap of ten points between what units claim and what complainants say is an alarm."""


@dataclass(frozen=True, slots=True)
class Card:
    """A figure and what it was in the period before."""

    figure: Figure
    before: Figure

    @property
    def change(self) -> Fraction | None:
        now, then = self.figure.exact, self.before.exact
        return None if now is None or then is None else now - then

    @property
    def better(self) -> bool | None:
        """Whether it became better; None where it is the same or neither way is."""
        change, way = self.change, self.figure.indicator.direction
        if not change or way is Direction.NEITHER:
            return None
        return (change > 0) == (way is Direction.UP)


@dataclass(frozen=True, slots=True)
class Heat:
    """Reasons by department, with what each cell was before."""

    reasons: Sequence[tuple[str, str]]
    departments: Sequence[int]
    cells: Mapping[tuple[str, int], int]
    before: Mapping[tuple[str, int], int]

    @property
    def most(self) -> int:
        return max(self.cells.values(), default=0)

    def of_reason(self, code: str) -> int:
        return sum(n for (reason, _unit), n in self.cells.items() if reason == code)

    def of_department(self, unit: int) -> int:
        return sum(n for (_reason, other), n in self.cells.items() if other == unit)

    def shade(self, n: int) -> int:
        """Give a shade from 0 to 5."""
        return -(-5 * n // self.most) if n > 0 and self.most else 0

    def is_up(self, code: str, unit: int) -> bool:
        """Tell whether a cell grew by half or more, and by more than chance."""
        now, was = self.cells.get((code, unit), 0), self.before.get((code, unit), 0)
        return now >= 5 and 2 * now >= 3 * max(was, 1)


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item with its complaints, month by month; `signal` says it is out of the ordinary."""

    item_id: int
    months: Sequence[int]
    n: int
    signal: Signal | None


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A department with its figures; `alarm` says that its own claims outrun what people say.

    `progress` is None where fewer than ten were counted, this year or the last.
    """

    department_id: int
    figures: Mapping[str, Figure]
    progress: float | None

    @property
    def gap(self) -> Fraction | None:
        said, claimed = self.figures["W7"].exact, self.figures["W7b"].exact
        return None if said is None or claimed is None else claimed - said

    @property
    def alarm(self) -> bool:
        return is_alarm(self.gap, self.figures["W7"].den)


@dataclass(frozen=True, slots=True)
class Overview:
    """What the page shows."""

    scope: Scope
    cards: Mapping[str, Card]
    totals: Mapping[str, int]
    before: Mapping[str, int]
    late: int
    soon: int
    months: Sequence[Month]
    flow: Mapping[str, Sequence[int]]
    trends: Mapping[str, Sequence[Figure]]
    heat: Heat
    items: Sequence[ItemRow]
    units: Sequence[UnitRow]

    @property
    def load(self) -> dict[str, int]:
        return {status: self.totals.get(f"open.{status}", 0) for status in LOAD}

    @property
    def levels(self) -> dict[int, int]:
        return {int(level[-1]): self.totals.get(level, 0) for level in LEVELS}

    @property
    def alarm(self) -> bool:
        """Whether what units claim outruns what complainants say."""
        said, claimed = self.cards["W7"].figure, self.cards["W7b"].figure
        if said.exact is None or claimed.exact is None:
            return False
        return is_alarm(claimed.exact - said.exact, said.den)

    @property
    def alerts(self) -> list[ItemRow]:
        return [row for row in self.items if row.signal is not None][:MOST_ALERTS]


def is_alarm(gap: Fraction | None, n: Fraction | int) -> bool:
    return gap is not None and gap >= ALARM and n >= SHOWN_FROM


def indicators() -> list[Indicator]:
    """List the indicators on the page, each once."""
    return [BY_KEY[key] for key in dict.fromkeys((*CARDS, *RATES, *OTHERS))]


def overview(scope: Scope, calendar: WorkCalendar, *, reader: Actor, lang: str) -> Overview:
    """Add up the overview of a scope."""
    scope, shown = replace(scope, kept_away=is_kept_away(reader)), indicators()
    measures = measures_of(shown)
    totals = totals_of(
        scope, [*measures, *FLOW, *(f"open.{status}" for status in LOAD)], reader=reader
    )
    before = totals_of(scope.earlier(), [*measures, *FLOW], reader=reader)
    now, then = figures(shown, totals), figures(shown, before)
    months = months_until(Month(scope.last.replace(day=1)), MONTHS)
    by_month = added_by_month(
        scope, months, [*FLOW, *measures_of([BY_KEY[key] for key in TRENDS])], reader=reader
    )
    return Overview(
        scope,
        {key: Card(now[key], then[key]) for key in now},
        totals,
        before,
        _count(late(scope), reader),
        _count(soon(scope, calendar), reader),
        months,
        {name: [by_month[month.first][name] for month in months] for name in FLOW},
        {
            key: [figures([BY_KEY[key]], by_month[month.first])[key] for month in months]
            for key in TRENDS
        },
        _heat(scope, reader, lang),
        items_of(scope, reader),
        units_of(scope, reader),
    )


def late(scope: Scope) -> Scope:
    """Give the scope of all answers that are owed and whose day has passed, whenever it was."""
    return replace(scope, first=BEGINNING, last=scope.today)


def soon(scope: Scope, calendar: WorkCalendar) -> Scope:
    """Give the scope of all answers due from today to the third working day from now."""
    last, left = scope.today, SOON
    while left:
        last += ONE_DAY
        left -= calendar.is_workday(last)
    return replace(scope, first=scope.today, last=last, today=last + ONE_DAY)


def _count(scope: Scope, reader: Actor) -> int:
    return sums_of(scope, ["reply.owed"], reader=reader).total()


def added_by_month(
    scope: Scope, months: Sequence[Month], measures: Sequence[str], *, reader: Actor
) -> dict[date, Counter[str]]:
    """Add measures up month by month; what is owed counts in the month it was due."""
    window = replace(scope, first=months[0].first)
    found = {month.first: Counter[str]() for month in months}
    for (measure, on), n in sums_of(window, measures, by=("on_date",), reader=reader).items():
        found[on.replace(day=1)][measure] += n
    return found


def _heat(scope: Scope, reader: Actor, lang: str) -> Heat:
    names = names_ever("reasons", scope.today, lang)
    cells, before = (_reasons(one, names, reader) for one in (scope, scope.earlier()))
    units: Counter[int] = Counter()
    for (_code, unit), n in cells.items():
        units[unit] += n
    shown = [unit for unit, n in units.most_common(MOST_DEPARTMENTS) if n]
    kept = [(code, name) for code, name in names.items() if any(c == code for c, _u in cells)]
    return Heat(kept, shown, _folded(cells, shown), _folded(before, shown))


def _reasons(scope: Scope, codes: Iterable[str], reader: Actor) -> dict[tuple[str, int], int]:
    measures = [f"reason.{code}" for code in codes]
    rows = sums_of(scope, measures, by=("department_id",), reader=reader)
    return {(measure.partition(".")[2], unit): n for (measure, unit), n in rows.items() if n}


def _folded(
    cells: Mapping[tuple[str, int], int], shown: Sequence[int]
) -> dict[tuple[str, int], int]:
    """Put the departments that have no column of their own into one, -1."""
    found: Counter[tuple[str, int]] = Counter()
    for (code, unit), n in cells.items():
        found[code, unit if unit in shown else -1] += n
    return dict(found)


def items_of(scope: Scope, reader: Actor) -> list[ItemRow]:
    """List the items with the most complaints, those out of the ordinary first."""
    months = months_until(Month(scope.last.replace(day=1)), max(WATCHED, scope.months))
    window = replace(scope, first=months[0].first)
    by_item: dict[int, Counter[date]] = {}
    for (_measure, item, on), n in sums_of(
        window, ["filed"], by=("item_id", "on_date"), reader=reader
    ).items():
        if item:
            by_item.setdefault(item, Counter())[on.replace(day=1)] += n
    rows = [_item(scope, item, [by[m.first] for m in months]) for item, by in by_item.items()]
    rows.sort(key=lambda row: (row.signal is None, -row.n, row.item_id))
    return [row for row in rows if row.n][:MOST_ITEMS]


def _item(scope: Scope, item: int, counts: Sequence[int]) -> ItemRow:
    within = counts[-min(scope.months, len(counts)) :]
    return ItemRow(item, counts, sum(within), out_of_ordinary(counts[:-1], counts[-1]))


def units_of(scope: Scope, reader: Actor) -> list[UnitRow]:
    """List the departments by how much was answered, with their figures and their progress."""
    found = by_unit(scope, [BY_KEY[key] for key in UNITS], "department_id", reader=reader)
    made = progress_of(scope, found, reader)
    rows = [UnitRow(unit, values, made[unit]) for unit, values in found.items() if unit]
    return sorted(rows, key=lambda row: (-row.figures["W11"].den, row.department_id))


def progress_of(
    scope: Scope, now: Mapping[int, Mapping[str, Figure]], reader: Actor
) -> dict[int, float | None]:
    """Work out the progress index of each department against the same period of the year before."""
    parts = [BY_KEY[key] for key in PROGRESS]
    then = by_unit(scope.year_before(), parts, "department_id", reader=reader)
    return progress(
        {
            unit: {key: (_told(now, unit, key), _told(then, unit, key)) for key in PROGRESS}
            for unit in now
            if unit
        },
        PROGRESS,
    )


def _told(units: Mapping[int, Mapping[str, Figure]], unit: int, key: str) -> float | None:
    found = units.get(unit, {}).get(key)
    return None if found is None or found.den < SHOWN_FROM else found.value
