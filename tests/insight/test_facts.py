"""Facts of random histories: equal to what the raw rows say, as the ledger is followed and made anew."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

import pytest
from flask import Flask
from sqlalchemy import func, select

from desk.access.actors import SYSTEM
from desk.insight import rebuilding
from desk.insight.indicators import BY_KEY, REGISTRY, measures_of
from desk.insight.listing import facts_behind
from desk.insight.models import Fact, Followed
from desk.insight.scope import Scope
from desk.insight.summing import figures_of, sums_of
from desk.kernel.db import db, end_read
from desk.schedules import follow, seal
from desk.tally.models import Tally
from tests.casework.likely import Dice
from tests.casework.machine import World
from tests.insight import histories, raw

A_WALK, WALKS, SEED = 40, 4, 2
"""How long the histories are, how many, and the number they follow from.

Not drawn by hypothesis: what that draws depends on which modules happen to be loaded, even where
nothing is left to chance, so that one test alone walked other ways than the whole suite.
"""
MOST = 50
"""How many measures have to come up, of which the written histories and chance give some each."""
OLD = ("case.", "event", "case_event", "rating.", "case_rating.")

By = Mapping[tuple[str, date], int]


def kept() -> By:
    """Sum the facts that hold now, by measure and day."""
    end_read()
    rows = db.session.execute(
        select(Fact.measure, Fact.on_date, func.sum(Fact.weight))
        .where(Fact.known_until.is_(None))
        .group_by(Fact.measure, Fact.on_date)
    )
    return Counter({(measure, day): int(n) for measure, day, n in rows})


def known_at(at: datetime) -> By:
    """Sum the facts as they were known at an instant."""
    end_read()
    rows = db.session.execute(
        select(Fact.measure, Fact.on_date, func.sum(Fact.weight))
        .where(Fact.known_from <= at, (Fact.known_until.is_(None)) | (Fact.known_until > at))
        .group_by(Fact.measure, Fact.on_date)
    )
    return Counter({(measure, day): int(n) for measure, day, n in rows})


def summed() -> By:
    """Read the sums by day that were made of facts."""
    end_read()
    rows = db.session.execute(
        select(Tally.measure, Tally.on_date, func.sum(Tally.n))
        .where(Tally.grain == "d")
        .group_by(Tally.measure, Tally.on_date)
    )
    return Counter(
        {(measure, day): int(n) for measure, day, n in rows if n and not measure.startswith(OLD)}
    )


def scope_of(world: World, first: date | None = None) -> Scope:
    today = world.table.local_day(world.now)
    return Scope((world.region,), first or date(2026, 11, 1), today, today)


def as_figures(world: World, said: By) -> None:
    """Each figure is what its definition, written out by hand, makes of the raw rows."""
    for first in (None, world.table.local_day(world.now) - timedelta(days=9)):
        scope = scope_of(world, first)
        raws = raw.totals(said, scope.first, scope.last, scope.today)
        indicators = [BY_KEY[key] for key in raw.VALUES]
        found = figures_of(scope, indicators, reader=SYSTEM)
        for key, value in raw.VALUES.items():
            assert found[key].exact == value(raws), (key, first)


def as_lists(world: World, said: By) -> None:
    """The list behind each number has exactly as many rows, however it is narrowed."""
    whole = scope_of(world)
    measures = sorted({measure for measure, _day in said})
    narrowed = [
        whole,
        replace(whole, department_id=world.flow.department.id),
        replace(whole, item_id=world.flow.item.id),
        replace(whole, channel="web", party_kind="business"),
        replace(whole, first=whole.last - timedelta(days=5), item_id=world.flow.item.id),
        replace(whole, known_at=world.now),
    ]
    for scope in narrowed:
        sums = sums_of(scope, measures, reader=SYSTEM)
        for measure in measures:
            rows, following = facts_behind(scope, measure, reader=SYSTEM, size=7)
            found = list(rows)
            while following is not None:
                rows, following = facts_behind(
                    scope, measure, reader=SYSTEM, after=following, size=7
                )
                found += rows
            assert len({(row.subject_id, row.n) for row in found}) == len(found)
            assert sum(row.weight for row in found) == sums[(measure,)], (scope, measure)


@pytest.mark.slow
def test_facts_say_what_the_rows_say_however_a_case_went(app: Flask) -> None:
    world = World(app)
    histories.play(world)
    reached: set[str] = set()
    tried = 0

    def walk(numbers: list[int]) -> None:
        nonlocal tried
        world.begin(Dice(numbers[0], tried))
        half = Counter[tuple[str, date]]()
        for n, number in enumerate(numbers):
            tried += 1
            world.anything(Dice(number, tried))
            if n == A_WALK // 2:
                seal(world.now)
                follow(world.now)
                half, half_at = Counter(kept()), world.now
                world.now += timedelta(minutes=1)
        end_read()
        seal(world.now)
        follow(world.now)
        said = raw.counted()
        assert {k: n for k, n in kept().items() if n} == {k: n for k, n in said.items() if n}
        assert summed() == kept()
        assert known_at(half_at) == half
        as_figures(world, said)
        as_lists(world, said)
        assert rebuilding.stale_facts() == []
        assert rebuilding.differences() == []
        reached.update(measure for measure, _day in said)

    for walked in range(WALKS):
        chance = Random(f"{SEED}/{walked}")
        walk([chance.getrandbits(64) for _n in range(A_WALK)])
    named = set(measures_of(REGISTRY))
    assert len(reached & named) >= MOST, named - reached
    assert db.session.scalars(select(Followed.leaves)).all() == [0]
