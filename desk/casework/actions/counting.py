"""Counting cases in the transaction that moves them."""

from collections.abc import Sequence
from datetime import datetime

from desk.casework.models import Case, CaseClock
from desk.casework.place import Place
from desk.casework.words import PROMISES
from desk.casework.workflow import Move
from desk.tally.actions import Leaf, add

MEASURES = {
    Move.SUBMIT: "case.filed",
    Move.ACCEPT: "case.accepted",
    Move.APPROVE_REPLY: "case.replied",
    Move.SOLVE_ON_SPOT: "case.replied",
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
    Move.MERGE: "case.merged",
    Move.UNMERGE: "case.unmerged",
}


def count_move(
    case: Case, name: Move, clocks: Sequence[CaseClock], place: Place, *, now: datetime
) -> dict[str, object]:
    """Count a step on the day it was taken and return what it was counted as.

    The answer goes into the ledger's line, so that the sums can be made again from it. Test cases
    count nowhere.
    """
    measures, counted = measures_of(case, name, clocks)
    if not case.is_test:
        add([(leaf_of(case, measure, place, now), 1) for measure in measures])
    return counted


def measures_of(
    case: Case, name: Move, clocks: Sequence[CaseClock]
) -> tuple[list[str], dict[str, object]]:
    """Say under which measures a step counts, and what of it the ledger must remember."""
    measure = MEASURES.get(name)
    if measure is None:
        return [], {}
    if measure == "case.closed" and case.result is not None:
        return [measure, f"case.result.{case.result.value}"], {"result": case.result.value}
    if measure == "case.replied":
        in_time = replied_in_time(clocks)
        extra = ["case.replied_in_time"] if in_time else []
        return [measure, *extra], {"in_time": in_time}
    return [measure], {}


def replied_in_time(clocks: Sequence[CaseClock]) -> bool:
    """Tell whether the promise that ran last was kept."""
    promises = [c for c in clocks if c.step in PROMISES and c.met is not None]
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
