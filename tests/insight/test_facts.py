"""Facts of random histories: equal to what the raw rows say, as the ledger is followed and made anew."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from desk.insight import rebuilding
from desk.insight.indicators import REGISTRY, measures_of
from desk.insight.models import Fact, Followed
from desk.kernel.db import db, end_read
from desk.schedules import follow, seal
from desk.tally.models import Tally
from tests.casework.likely import Dice
from tests.casework.machine import World
from tests.insight import raw

A_WALK, WALKS = 40, 4
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


@pytest.mark.slow
def test_facts_say_what_the_rows_say_however_a_case_went(app: Flask) -> None:
    world = World(app)
    reached: set[str] = set()
    tried = 0

    @given(st.lists(st.integers(0, 2**64 - 1), min_size=A_WALK, max_size=A_WALK))
    @settings(
        max_examples=WALKS,
        phases=[Phase.generate],
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
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
        assert rebuilding.stale_facts() == []
        assert rebuilding.differences() == []
        reached.update(measure for measure, _day in said)

    walk()
    named = set(measures_of(REGISTRY))
    assert len(reached & named) >= 30, named - reached
    assert db.session.scalars(select(Followed.leaves)).all() == [0]
