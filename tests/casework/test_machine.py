"""Two thousand things tried by anybody at any time: nothing illegal, nothing lost, nothing twice."""

import os

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from desk.casework.workflow import Move
from desk.workbench.requesting import REQUESTS
from tests.casework.likely import Dice
from tests.casework.machine import World

STEPS = int(os.environ.get("DESK_MACHINE_STEPS", "1000"))
"""How many things are tried on each database; a bigger walk is `make machine`."""
A_WALK = 50
SEED = os.environ.get("DESK_MACHINE_SEED")
"""Another number walks other ways; without one every run is the same."""
NUMBERS = st.integers(0, 2**64 - 1)
MOST_OF_THE_TABLE, MOST_REQUESTS = 15, 3


@pytest.mark.slow
def test_whatever_is_tried_the_rules_hold(app: Flask) -> None:
    world = World(app)
    tried = 0

    class Walk(RuleBasedStateMachine):
        @initialize(number=NUMBERS)
        def begin(self, number: int) -> None:
            world.begin(Dice(number, tried))

        @rule(number=NUMBERS)
        def anything(self, number: int) -> None:
            nonlocal tried
            tried += 1
            world.anything(Dice(number, tried))

        def teardown(self) -> None:
            world.check_all()

    machine = seed(int(SEED))(Walk) if SEED else Walk
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=STEPS // A_WALK,
            stateful_step_count=A_WALK,
            phases=[Phase.generate],
            derandomize=SEED is None,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    reached = set(world.done) & set(Move)
    assert tried >= STEPS * 9 // 10
    assert len(reached) >= MOST_OF_THE_TABLE, set(Move) - reached
    assert len(set(world.done) & set(REQUESTS)) >= MOST_REQUESTS, world.done
