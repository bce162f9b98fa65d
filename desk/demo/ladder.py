"""The ladder of the demo's cases: what each clock reached, and whom it was charged to then."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from desk.casework.actions import clocks
from desk.casework.holding import Told
from desk.casework.ladder import CARDS
from desk.casework.models import Case, CaseClock
from desk.casework.place import Place
from desk.casework.words import Status
from desk.kernel.ids import uuid7
from desk.supervision.actions.issuing import charged

Write = Callable[[str, dict[str, Any], datetime], None]
"""Puts a line into the chain of the case: what, with which body, and when."""


def climb(
    case: Case,
    running: Sequence[CaseClock],
    place: Place,
    lines: Sequence[dict[str, Any]],
    write: Write,
    *,
    now: datetime,
) -> list[dict[str, Any]]:
    """Give the rows of the cards a case got until now, each at the instant it fell due.

    The desk would have told of each at once, so none is left to be told of.
    """
    reached = [
        one for clock in running if clock.stopped_at is None
        for one in clocks.climb(case, clock, place, now=now)
    ]  # fmt: skip
    rows: list[dict[str, Any]] = []
    for clock, rung in sorted(((r.clock, r.rung) for r in reached), key=lambda pair: pair[1].at):
        unit = charged(case, clock, rung, [_told(line) for line in lines])
        row: dict[str, Any] = {
            "region_id": case.region_id,
            "id": uuid7(rung.at),
            "case_id": case.id,
            "step": clock.step,
            "n": clock.n,
            "level": rung.level,
            "cause": rung.cause,
            "department_id": unit.department_id,
            "hall_id": unit.hall_id,
            "fell_due_at": rung.at,
            "issued_at": rung.at,
            "told_at": rung.at,
        }
        rows.append(row)
        if rung.level in CARDS:
            body = {
                "version": 1,
                "card": row["id"].hex,
                "step": clock.step.value,
                "n": clock.n,
                "department": unit.department_id,
                "hall": unit.hall_id,
                "fell_due_at": rung.at.isoformat(),
            }
            write(f"card_{rung.level.value}", body, rung.at)
    return rows


def _told(line: dict[str, Any]) -> Told:
    status = line["to_status"]
    return Told(line["at"], line["what"], Status(status) if status else None, line["body"])
