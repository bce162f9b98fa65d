"""Adding up measures: from the sums, and from facts where sums cannot say it."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from desk.access.actors import Actor, ActorKind
from desk.casework.models import CaseNamed
from desk.insight import rated
from desk.insight.indicators import Figure, Indicator, figures, measures_of
from desk.insight.models import Fact
from desk.insight.offered import ITEMS, sums_of_items
from desk.insight.scope import Scope
from desk.kernel.db import db
from desk.organisation.codes import codes_ever
from desk.tally import queries as tallies

PLACES = ("first", "second", "third")
"""Of the tags chosen most often."""

MONTHLY = frozenset("mti")
OWED, NOW, TAGS = ".owed", "open.", "rating.tag."
NO_FACTS = ("rating.", "case_rating.", "event", "case_event", "case.")
"""Counted in their own transaction: of these there are only sums."""

BEGINNING = date(2000, 1, 1)
Key = tuple[Any, ...]
Sums = Counter[Key]

COLUMNS: Mapping[str, Any] = {
    "department_id": Fact.department_id,
    "item_id": Fact.item_id,
    "on_date": Fact.on_date,
}


def sums_of(
    scope: Scope, measures: Iterable[str], *, by: tuple[str, ...] = (), reader: Actor
) -> Sums:
    """Add up measures: {(measure, *what is named in `by`): n}.

    What is owed counts once its day has passed; what is open now counts whatever its day. Cases
    that name the reader are in no number they see. By `on_date`, months are named by their first
    day where `scope` is of whole months, else days.
    """
    found: Sums = Counter()
    kept_away = is_kept_away(reader) if scope.kept_away is None else scope.kept_away
    for kind, some in _kinds(measures).items():
        days = _days(scope, kind)
        if days[0] > days[1]:
            continue
        grain = _grain(scope, kind, by)
        if grain is None:
            if kind is Kind.SUM:
                found.update(rated.counted(scope, some, by))
            else:
                found.update(facts_summed(scope, some, days, by, not_about(reader)))
            continue
        where: dict[str, int | str] = dict(scope.narrowed)
        if scope.item_id is not None:
            where["item_id"] = scope.item_id
        first, last = days
        found.update(
            tallies.sums(
                scope.region_ids, some, grain=grain, first=first, last=last, by=by, where=where
            )
        )
        if kind is Kind.SUM:
            found.subtract(rated.news(scope, some, by))
        elif kept_away:
            found.subtract(facts_summed(scope, some, days, by, ~not_about(reader), grain=grain))
    return found


class Kind(StrEnum):
    """How a measure is added up."""

    SUM = "sum"
    """Counted by many at once; there are no facts of it but the rows themselves."""
    FACT = "fact"
    OWED = "owed"
    OPEN = "open"


def kind_of(measure: str) -> Kind:
    """Tell how a measure is added up."""
    if measure.endswith(OWED):
        return Kind.OWED
    if measure.startswith(NOW):
        return Kind.OPEN
    return Kind.SUM if measure.startswith(NO_FACTS) else Kind.FACT


def _kinds(measures: Iterable[str]) -> dict[Kind, list[str]]:
    found: dict[Kind, list[str]] = {}
    for measure in dict.fromkeys(measures):
        found.setdefault(kind_of(measure), []).append(measure)
    return found


def _days(scope: Scope, kind: Kind) -> tuple[date, date]:
    if kind is Kind.OWED:
        return scope.first, scope.late_until
    if kind is Kind.OPEN:
        return BEGINNING, scope.today
    return scope.first, scope.last


def days_of(scope: Scope, measure: str) -> tuple[date, date]:
    """Give the days over which one measure is added up; the first may lie after the last."""
    return _days(scope, kind_of(measure))


def _grain(scope: Scope, kind: Kind, by: tuple[str, ...]) -> str | None:
    """Choose the coarsest sums that can say it; None where only facts, or rows, can."""
    if scope.known_at is not None and kind is not Kind.SUM:
        return None
    whole = kind is Kind.OPEN or (scope.is_whole and kind is not Kind.OWED)
    fine = kind is Kind.SUM or scope.channel is not None or scope.party_kind is not None
    if scope.item_id is not None or "item_id" in by:
        fine = fine or scope.department_id is not None or "department_id" in by
        return ("m" if fine else "i") if whole else None
    if fine:
        return "d"
    return "t" if whole else "u"


def facts_summed(
    scope: Scope,
    measures: Sequence[str],
    days: tuple[date, date],
    by: tuple[str, ...],
    condition: ColumnElement[bool],
    *,
    grain: str = "d",
) -> Sums:
    """Add up facts themselves: for one item on some days, or as they were known once."""
    columns = [Fact.measure, *(COLUMNS[name] for name in by)]
    rows = db.session.execute(
        select(*columns, func.sum(Fact.weight))
        .where(facts_within(scope, measures, days), condition)
        .group_by(*columns)
    )
    found: Sums = Counter()
    for *key, n in rows:
        found[tuple(_month(part) if grain in MONTHLY else part for part in key)] += int(n)
    return found


def _month(part: Any) -> Any:
    return part.replace(day=1) if isinstance(part, date) else part


def facts_within(
    scope: Scope, measures: Collection[str], days: tuple[date, date]
) -> ColumnElement[bool]:
    """Give the condition for the facts of a scope, as they hold now or were known."""
    narrowed: Mapping[str, Any] = {
        "department_id": Fact.department_id,
        "channel": Fact.channel,
        "party_kind": Fact.party_kind,
    }
    conditions = [
        Fact.region_id.in_(scope.region_ids),
        Fact.measure.in_(measures),
        Fact.on_date.between(*days),
        *(narrowed[name] == value for name, value in scope.narrowed.items()),
    ]
    if scope.item_id is not None:
        conditions.append(Fact.item_id == scope.item_id)
    if scope.known_at is None:
        conditions.append(Fact.known_until.is_(None))
    else:
        known = scope.known_at
        conditions += [
            Fact.known_from <= known,
            or_(Fact.known_until.is_(None), Fact.known_until > known),
        ]
    return and_(*conditions)


def is_kept_away(reader: Actor) -> bool:
    """Tell whether any case keeps this person away."""
    if reader.kind is ActorKind.SYSTEM:
        return False
    people = (reader.user_id or 0, *reader.stands_for)
    return (
        db.session.scalar(select(CaseNamed.case_id).where(CaseNamed.user_id.in_(people)).limit(1))
        is not None
    )


def not_about(reader: Actor) -> ColumnElement[bool]:
    """Give the condition that a fact is of no case that keeps this person away."""
    return ~exists().where(
        CaseNamed.user_id.in_((reader.user_id or 0, *reader.stands_for)),
        CaseNamed.region_id == Fact.region_id,
        CaseNamed.case_id == Fact.subject_id,
    )


def figures_of(
    scope: Scope, indicators: Sequence[Indicator], *, reader: Actor
) -> dict[str, Figure]:
    """Work figures out for a scope."""
    return figures(indicators, totals_of(scope, measures_of(indicators), reader=reader))


def totals_of(scope: Scope, measures: Sequence[str], *, reader: Actor) -> Counter[str]:
    """Add measures up in one go, those of the catalogue and of tags too."""
    counted = [m for m in measures if not m.startswith((ITEMS, TAGS))]
    wants_tags = any(measure.startswith(TAGS) for measure in measures)
    if wants_tags:
        counted += tag_measures(scope.today)
    found = Counter({str(key[0]): n for key, n in sums_of(scope, counted, reader=reader).items()})
    if wants_tags:
        found.update(_tag_sums(found))
    if any(measure.startswith(ITEMS) for measure in measures):
        found.update(sums_of_items(scope))
    return found


def by_unit(
    scope: Scope, indicators: Sequence[Indicator], column: str, *, reader: Actor
) -> dict[int, dict[str, Figure]]:
    """Work figures out for each department or item that has any."""
    measures = [m for m in measures_of(indicators) if not m.startswith((ITEMS, TAGS))]
    sums: dict[int, Counter[str]] = {}
    for (measure, unit), n in sums_of(scope, measures, by=(column,), reader=reader).items():
        sums.setdefault(int(unit), Counter())[str(measure)] += n
    return {unit: figures(indicators, totals) for unit, totals in sums.items()}


def tag_measures(today: date) -> list[str]:
    """Name the measure of each tag a bad rating may carry."""
    return [f"{TAGS}{entry.code}" for entry in codes_ever("rating_tags", today)]


def top_tags(found: Mapping[str, int]) -> list[tuple[str, int]]:
    """List the measures of tags that were chosen, the most frequent first, equals by their code."""
    tags = ((name, n) for name, n in found.items() if name.startswith(TAGS) and n)
    chosen = [(name, n) for name, n in tags if name.removeprefix(TAGS) not in {*PLACES, "all"}]
    return sorted(chosen, key=lambda one: (-one[1], one[0]))


def _tag_sums(found: Mapping[str, int]) -> dict[str, int]:
    tags = [n for _name, n in top_tags(found)]
    places = dict(zip(PLACES, [*tags, 0, 0, 0], strict=False))
    return {**{f"{TAGS}{place}": n for place, n in places.items()}, f"{TAGS}all": sum(tags)}
