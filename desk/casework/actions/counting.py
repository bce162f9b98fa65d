"""Counting cases in the transaction that moves them."""

from collections.abc import Sequence
from datetime import datetime

from desk.casework.models import Case, CaseClock
from desk.casework.place import Place
from desk.casework.words import Step
from desk.casework.workflow import Move
from desk.tally.actions import Leaf, add

MEASURES = {
    Move.SUBMIT: "case.filed",
    Move.ACCEPT: "case.accepted",
    Move.APPROVE_REPLY: "case.replied",
    Move.CLOSE_SOLVED: "case.closed",
    Move.CLOSE_UNCONFIRMED: "case.closed",
    Move.LAPSE_CONFIRM: "case.closed",
    Move.CLOSE_UNSOLVED: "case.closed",
    Move.CONFIRM: "case.closed",
    Move.REDO: "case.redone",
    Move.REDO_0: "case.redone",
    Move.REOPEN: "case.reopened",
    Move.REOPEN_0: "case.reopened",
    Move.WITHDRAW: "case.withdrawn",
}


def count_move(
    case: Case, name: Move, clocks: Sequence[CaseClock], place: Place, *, now: datetime
) -> None:
    """Count a step on the day it was taken; test cases count nowhere."""
    measure = MEASURES.get(name)
    if measure is None or case.is_test:
        return
    leaves = [(leaf_of(case, measure, place, now), 1)]
    if measure == "case.closed" and case.result is not None:
        leaves.append((leaf_of(case, f"case.result.{case.result.value}", place, now), 1))
    if name is Move.APPROVE_REPLY and replied_in_time(clocks):
        leaves.append((leaf_of(case, "case.replied_in_time", place, now), 1))
    add(leaves)


def replied_in_time(clocks: Sequence[CaseClock]) -> bool:
    """Tell whether the promise that ran last was kept."""
    promises = [
        c
        for c in clocks
        if c.step in {Step.REPLY, Step.REWORK, Step.RATING_RECTIFY} and c.met is not None
    ]
    return bool(promises) and bool(max(promises, key=lambda c: (c.started_at, c.n)).met)


def leaf_of(case: Case, measure: str, place: Place, at: datetime) -> Leaf:
    """Say under what a case is counted."""
    return Leaf(
        region_id=case.region_id,
        measure=measure,
        on_date=place.day(at),
        department_id=case.department_id or 0,
        hall_id=case.hall_id,
        window_id=case.window_id or 0,
        item_id=case.item_id or 0,
        channel=case.channel.value,
        party_kind=case.party_kind.value,
    )
