"""Looking at a sampled case: who may, what was found, and what follows from it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.audit.actions import record
from desk.casework.actions.move import check_version, move
from desk.casework.actions.quiet_hours import check_hour
from desk.casework.actions.revealing import Shown, shown_of
from desk.casework.models import Case, RevealGrant
from desk.casework.place import place_of
from desk.casework.queries.scope import sees_identity, standing_in
from desk.casework.situation import StepData
from desk.casework.words import ContactKind, Status
from desk.casework.workflow import Move
from desk.kernel.db import db
from desk.kernel.errors import Conflict, Invalid, NotAllowed
from desk.supervision.actions.issuing import prove_false_closure
from desk.supervision.audits import campaign_of, handled_by, task_of
from desk.supervision.drawing import CampaignKind
from desk.supervision.models import Finding, Manner, SampleTask

SHORTEST_NOTE = 10
FINDINGS: dict[CampaignKind, tuple[Finding, ...]] = {
    CampaignKind.AUDIT: (Finding.UPHELD, Finding.PART, Finding.OVERTURNED),
    CampaignKind.WITHDRAWN: (Finding.UPHELD, Finding.OVERTURNED),
    CampaignKind.DIVERSION: (Finding.UPHELD, Finding.OVERTURNED),
    CampaignKind.LOOK_BACK: (Finding.HELD, Finding.PART, Finding.REBOUND),
}
"""What can be found in each kind of sample; the last of each takes the case up again."""
TAKES_UP = frozenset({Finding.OVERTURNED, Finding.REBOUND})
AGAIN: dict[Status, Move] = {
    Status.CLOSED: Move.REOPEN,
    Status.WITHDRAWN: Move.RESTORE,
    Status.DIVERTED: Move.OVERTURN,
}


@dataclass(frozen=True, slots=True)
class Found:
    """What somebody found and how; `told` is what both sides read where the case goes on."""

    finding: Finding
    manner: Manner
    note: str
    told: str = ""


def record_finding(
    key: UUID, found: Found, *, version: int, by: Actor, now: datetime
) -> SampleTask:
    """Write down what was found; a closing that was false costs a red card, and the case goes on.

    Through the one table: a closing is opened again, a withdrawal restored, a refusal to accept
    set right. Raises NotAllowed for whoever handled the case, Conflict when it was done already,
    the case was changed since `version` or can no longer be taken up, Invalid for what is missing.
    """
    task, case = task_of(by, key)
    _check_person(task, case, by)
    check_version(case, version)
    kind = campaign_of(task).kind
    _check_found(found, kind)
    task.finding, task.manner, task.note = found.finding, found.manner, found.note.strip()
    task.done_at, task.done_by = now, by.user_id
    db.session.flush()
    _record(case, task, kind, by=by, now=now)
    if found.finding in TAKES_UP:
        if kind is CampaignKind.AUDIT:
            _red_card(case, by=by, now=now)
        _take_up(case, found.told.strip(), by=by, now=now)
    return task


def show_number(key: UUID, *, by: Actor, now: datetime) -> None:
    """Let whoever looks at a sampled case see name and number until the day ends; recorded.

    Raises as `record_finding`, and Conflict at a time when nobody is called or where nobody can be.
    """
    task, case = task_of(by, key)
    _check_person(task, case, by)
    place = place_of(case.region_id, case.hall_id, now)
    check_hour(place, now)
    if not sees_identity(case, by):
        raise NotAllowed(_l("You may not see who this is. The window can call for you."))
    shown_of(case)
    grant = (case.region_id, case.id, by.user_id or 0, place.day(now))
    if db.session.get(RevealGrant, grant) is not None:
        return
    db.session.add(
        RevealGrant(
            region_id=grant[0], case_id=grant[1], user_id=grant[2], on_day=grant[3], granted_at=now
        )
    )
    record(
        case.stream,
        "reveal",
        region_id=case.region_id,
        by=by,
        now=now,
        body={
            "category": "call",
            "task": ContactKind.LOOK_BACK.value,
            "version": case.version,
            **standing_in(by, case),
        },
    )


def shown_today(case: Case, by: Actor, *, now: datetime) -> Shown | None:
    """Give name and number where this person was let see them today."""
    place = place_of(case.region_id, case.hall_id, now)
    key = (case.region_id, case.id, by.user_id or 0, place.day(now))
    return shown_of(case) if db.session.get(RevealGrant, key) is not None else None


def _check_person(task: SampleTask, case: Case, by: Actor) -> None:
    by.require(Permission.QUALITY_AUDIT)
    if task.done_at is not None:
        raise Conflict(_l("Somebody has looked at this case. What they found stands."))
    if handled_by(case, by):
        raise NotAllowed(_l("You had a part in this case. Somebody else must look at it."))


def _check_found(found: Found, kind: CampaignKind) -> None:
    if found.finding not in FINDINGS[kind]:
        raise Invalid(_l("Choose what you found."), field="finding")
    if len(found.note.strip()) < SHORTEST_NOTE:
        raise Invalid(_l("Write what you found and how, in at least 10 characters."), field="note")
    if found.finding in TAKES_UP and not found.told.strip():
        raise Invalid(_l("Write what the complainant and the department are told."), field="told")


def _red_card(case: Case, *, by: Actor, now: datetime) -> None:
    """Issue the red card; a round that has one already, or where no answer was due, gets none."""
    try:
        prove_false_closure(case, by=by, now=now)
    except Conflict:
        return


def _take_up(case: Case, told: str, *, by: Actor, now: datetime) -> None:
    again = AGAIN.get(case.status)
    if again is None:
        return
    move(case.number, again, StepData(version=case.version, text=told), by=by, now=now)


def _record(case: Case, task: SampleTask, kind: CampaignKind, *, by: Actor, now: datetime) -> None:
    record(
        case.stream,
        "audit",
        region_id=case.region_id,
        by=by,
        now=now,
        body={
            "version": case.version,
            "task": task.id.hex,
            "campaign": task.campaign_id.hex,
            "kind": kind.value,
            "finding": task.finding.value if task.finding else None,
            "manner": task.manner.value if task.manner else None,
            **standing_in(by, case),
        },
    )
