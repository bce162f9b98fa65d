"""The numbers of the bulletin and of a letter to a department."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, select

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.casework.ladder import CARDS, Level
from desk.casework.models import Case
from desk.casework.queries.scope import within
from desk.kernel.db import db
from desk.supervision.models import Campaign, Finding, SampleTask
from desk.supervision.queries import CardRow, Wanted, counts, red_cards
from desk.tally.queries import sums
from desk.worktime.periods import Month

MEASURES = (
    "case.filed", "case.accepted", "case.replied", "case.replied_in_time", "case.closed",
    "case.withdrawn", "case.result.solved", "case.result.part", "case.result.unsolved",
    "case.result.unconfirmed",
)  # fmt: skip
LEVELS = tuple(f"rating.level.{n}" for n in (5, 4, 3, 2, 1))
MONTHS_SHOWN = 6
REASONS_SHOWN = 8


@dataclass(frozen=True, slots=True)
class UnitNumbers:
    """What a department did in a month; `late` is replied after the promised date."""

    department_id: int
    replied: int
    late: int
    cards: Mapping[Level, int]


@dataclass(frozen=True, slots=True)
class Numbers:
    """A month in numbers, each a sum of the region; who reads them may see the cases behind."""

    month: Month
    totals: Mapping[str, int]
    filed_by_month: Sequence[tuple[Month, int]]
    reasons: Sequence[tuple[str, int]]
    units: Sequence[UnitNumbers]
    red: Sequence[CardRow]
    findings: Counter[Finding]

    @property
    def confirmed(self) -> float | None:
        """Give the share of those who answered who say it is solved, partly for half."""
        solved, part, unsolved = (
            self.totals.get(f"case.result.{word}", 0) for word in ("solved", "part", "unsolved")
        )
        n = solved + part + unsolved
        return (solved + part / 2) / n if n else None

    @property
    def in_time(self) -> float | None:
        """Give the share of replies that kept the promised date."""
        replied = self.totals.get("case.replied", 0)
        return self.totals.get("case.replied_in_time", 0) / replied if replied else None

    @property
    def good(self) -> float | None:
        """Give the share of ratings from 3 up."""
        levels = {n: self.totals.get(f"rating.level.{n}", 0) for n in range(1, 6)}
        n = sum(levels.values())
        return sum(levels[level] for level in (3, 4, 5)) / n if n else None


def numbers_of(actor: Actor, month: Month, *, since: datetime, until: datetime) -> Numbers:
    """Add up a month for the regions in which somebody makes reports."""
    regions = actor.regions_for(Permission.REPORTS_MAKE)
    found = sums(regions, [*MEASURES, *LEVELS], grain="d", first=month.first, last=month.last)
    cards = counts(actor, Wanted(since=since, until=until))
    return Numbers(
        month=month,
        totals={str(key[0]): n for key, n in found.items()},
        filed_by_month=_filed(regions, month),
        reasons=_reasons(actor, since, until),
        units=_units(regions, month, cards),
        red=red_cards(actor, Wanted(since=since, until=until)),
        findings=_findings(actor, since, until),
    )


def _filed(regions: frozenset[int], month: Month) -> list[tuple[Month, int]]:
    months = [month]
    while len(months) < MONTHS_SHOWN:
        months.insert(0, months[0].before())
    found = sums(
        regions, ["case.filed"], grain="d", first=months[0].first, last=month.last, by=("on_date",)
    )
    by_month: Counter[date] = Counter()
    for (_measure, on), n in found.items():
        assert isinstance(on, date)  # noqa: S101 - what the dimension holds
        by_month[on.replace(day=1)] += n
    return [(one, by_month[one.first]) for one in months]


def _reasons(actor: Actor, since: datetime, until: datetime) -> list[tuple[str, int]]:
    rows = db.session.execute(
        select(Case.reason, func.count())
        .where(
            within(actor, Permission.REPORTS_MAKE),
            ~Case.is_test,
            Case.filed_at >= since,
            Case.filed_at < until,
        )
        .group_by(Case.reason)
        .order_by(func.count().desc(), Case.reason)
        .limit(REASONS_SHOWN)
    )
    return [(reason, n) for reason, n in rows]


def _units(
    regions: frozenset[int], month: Month, cards: Mapping[tuple[int, int], Mapping[Level, int]]
) -> list[UnitNumbers]:
    found = sums(
        regions,
        ["case.replied", "case.replied_in_time"],
        grain="d",
        first=month.first,
        last=month.last,
        by=("department_id",),
    )
    keys = {int(str(key[1])) for key in found} | {department for department, _hall in cards}
    rows = []
    for key in sorted(keys - {0}):
        replied = found.get(("case.replied", key), 0)
        late = replied - found.get(("case.replied_in_time", key), 0)
        levels = cards.get((key, 0), {})
        rows.append(UnitNumbers(key, replied, late, {v: levels.get(v, 0) for v in CARDS}))
    worst = (Level.RED, Level.YELLOW, Level.BLUE)
    return sorted(rows, key=lambda row: ([-row.cards[v] for v in worst], -row.late))


def _findings(actor: Actor, since: datetime, until: datetime) -> Counter[Finding]:
    rows = db.session.execute(
        select(SampleTask.finding, func.count())
        .join(Case, and_(Case.region_id == SampleTask.region_id, Case.id == SampleTask.case_id))
        .join(
            Campaign,
            and_(Campaign.region_id == SampleTask.region_id, Campaign.id == SampleTask.campaign_id),
        )
        .where(
            within(actor, Permission.QUALITY_SEE),
            SampleTask.done_at >= since,
            SampleTask.done_at < until,
        )
        .group_by(SampleTask.finding)
    )
    return Counter({finding: n for finding, n in rows if finding is not None})
