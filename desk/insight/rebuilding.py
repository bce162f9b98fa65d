"""Making the sums again from the facts, and saying where the kept ones differ."""

from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select

from desk.audit.models import LedgerLine
from desk.casework.actions.counting import MEASURES
from desk.casework.models import Case
from desk.casework.workflow import Move
from desk.insight.actions.counting import draft_of, drawn, in_batches, leaf_of
from desk.insight.actions.counting import kept as kept_facts
from desk.insight.actions.following import everything
from desk.insight.facts.drafts import Draft
from desk.insight.models import Fact
from desk.kernel.db import db
from desk.organisation.models import Region
from desk.ratings.actions.counting import counted_leaves
from desk.ratings.models import EventSource, Rating, ServiceEvent
from desk.tally.actions import KEYS, Leaf, add, coarse_grains_of, grains_of
from desk.tally.models import Tally

CHUNK = 1000
Sums = Counter[tuple[object, ...]]


def leaves() -> Iterator[Leaf]:
    """Give one leaf for each fact that counts."""
    zones = {region.id: region.time_zone for region in db.session.scalars(select(Region))}
    yield from _events()
    yield from _ratings(zones)
    yield from _steps(zones)


def _events() -> Iterator[Leaf]:
    rows = db.session.scalars(
        select(ServiceEvent).where(~ServiceEvent.is_test).execution_options(yield_per=CHUNK)
    )
    for event in rows:
        measure = "case_event" if event.source is EventSource.CASE else "event"
        yield _leaf(event, measure, event.on_day, event.source.value)


def _ratings(zones: dict[int, str]) -> Iterator[Leaf]:
    rows = db.session.execute(
        select(Rating, ServiceEvent.source)
        .outerjoin(
            ServiceEvent,
            (ServiceEvent.region_id == Rating.region_id)
            & (ServiceEvent.id == Rating.service_event_id),
        )
        .where(~Rating.is_test, Rating.effective)
        .execution_options(yield_per=CHUNK)
    )
    for rating, source in rows:
        day = rating.given_at.astimezone(ZoneInfo(zones[rating.region_id])).date()
        yield from counted_leaves(rating, source, day, effective=rating.effective)


def _steps(zones: dict[int, str]) -> Iterator[Leaf]:
    moves = [move.value for move in MEASURES]
    rows = db.session.scalars(
        select(LedgerLine)
        .where(LedgerLine.what.in_(moves), LedgerLine.stream.startswith("c/"))
        .execution_options(yield_per=CHUNK)
    )
    for line in rows:
        key = (line.region_id, UUID(line.stream.partition("/")[2]))
        case = db.session.get(Case, key)
        if case is None or case.is_test:
            continue
        body: dict[str, Any] = line.body or {}
        day = line.at.astimezone(ZoneInfo(zones[line.region_id])).date()
        names = [MEASURES[Move(line.what)]]
        if "result" in body:
            names.append(f"case.result.{body['result']}")
        if body.get("in_time"):
            names.append("case.replied_in_time")
        for name in names:
            yield Leaf(
                region_id=case.region_id,
                measure=name,
                on_date=day,
                department_id=body.get("department") or 0,
                hall_id=case.hall_id,
                window_id=case.window_id or 0,
                item_id=body.get("item") or 0,
                channel=case.channel.value,
                party_kind=case.party_kind.value,
            )


def _leaf(row: Any, measure: str, on: Any, channel: str) -> Leaf:
    return Leaf(
        region_id=row.region_id,
        measure=measure,
        on_date=on,
        department_id=row.department_id,
        hall_id=row.hall_id,
        window_id=row.window_id or 0,
        item_id=row.item_id or 0,
        channel=channel,
        party_kind=row.party_kind.value,
    )


def kept() -> Sums:
    """Read the sums as they are kept."""
    columns = [getattr(Tally, name) for name in KEYS]
    rows = db.session.execute(select(*columns, Tally.n).where(Tally.n != 0))
    return Counter({tuple(row[:-1]): int(row[-1]) for row in rows})


def rebuilt() -> Sums:
    """Make the sums from the facts."""
    found: Sums = Counter()
    for leaf in leaves():
        for key in grains_of(leaf):
            found[key] += 1
    for leaf, n in _counted():
        for key in (*grains_of(leaf), *coarse_grains_of(leaf)):
            found[key] += n
    return found


def _counted() -> Iterator[tuple[Leaf, int]]:
    """Give what the facts that hold now are counted under, with their weight."""
    rows = db.session.scalars(
        select(Fact).where(Fact.known_until.is_(None)).execution_options(yield_per=CHUNK)
    )
    for fact in rows:
        yield leaf_of(fact.region_id, draft_of(fact)), fact.weight


def differences() -> list[tuple[tuple[object, ...], int, int]]:
    """List each sum that is kept otherwise than the facts say: key, kept, rebuilt."""
    was, should = kept(), rebuilt()
    return [
        (key, was[key], should[key])
        for key in sorted(was.keys() | should.keys(), key=str)
        if was[key] != should[key]
    ]


def replace() -> None:
    """Put the sums of the facts in place of those kept; the caller holds the transaction."""
    found, facts = list(leaves()), list(_counted())
    db.session.execute(delete(Tally))
    add((leaf, 1) for leaf in found)
    add(facts, alone=True)


def stale_facts() -> list[tuple[UUID, Draft, int, int]]:
    """List each fact that is kept otherwise than the rows say: whose, what, how often kept, said.

    Whatever the follower has not come to yet is among them.
    """
    found: list[tuple[UUID, Draft, int, int]] = []
    for region_id in region_ids():
        for some in in_batches(everything(region_id)):
            said, facts = drawn(region_id, some), kept_facts(region_id, some)
            for subject in some:
                was = Counter(draft_of(fact) for fact in facts.get(subject, ()))
                should = said.get(subject, Counter[Draft]())
                found += [
                    (subject, draft, was[draft], should[draft])
                    for draft in sorted(was.keys() | should.keys())
                    if was[draft] != should[draft]
                ]
    return found


def region_ids() -> list[int]:
    """List every region."""
    return list(db.session.scalars(select(Region.id).order_by(Region.id)))
