"""Gathering what the rules look at."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, select

from desk.access.actors import Actor, ActorKind
from desk.access.permissions import Permission
from desk.approvals.models import Approval
from desk.approvals.queries import approvals_of
from desk.approvals.words import ApprovalKind, ApprovalState
from desk.casework.line import Line
from desk.casework.models import Case, CaseClock, CaseOrder, Contact, Reply
from desk.casework.place import Place, place_of
from desk.casework.queries.hearings import hearing_of, was_upheld
from desk.casework.queries.joined import Around, around_of
from desk.casework.queries.line import lent_to, next_in_line, supervises
from desk.casework.queries.scope import permissions_at
from desk.casework.queries.tasks import count_open
from desk.casework.queries.undertakings import has_open_undertaking
from desk.casework.situation import Situation
from desk.casework.words import NEED_IMPROVEMENT, ContactKind, Kind, OrderState, Status, Step
from desk.kernel.db import db
from desk.organisation.queries import limit_of

CLOCKS = (
    select(CaseClock)
    .where(CaseClock.region_id == bindparam("region_id"), CaseClock.case_id == bindparam("case_id"))
    .order_by(CaseClock.started_at, CaseClock.step, CaseClock.n)
)


@dataclass(frozen=True, slots=True)
class Context:
    """A case with the rows around it that a step needs, loaded once."""

    case: Case
    place: Place
    clocks: Sequence[CaseClock]
    reply: Reply | None
    contacts: Sequence[Contact]
    permissions: frozenset[Permission]
    situation: Situation
    approvals: Sequence[Approval]
    around: Around
    order: CaseOrder | None = None
    line: Line | None = None

    def asked(self, kind: ApprovalKind) -> Approval | None:
        """Find the request of a kind that waits for a decision."""
        return next((a for a in _pending(self.approvals) if a.kind is kind), None)


def context_of(case: Case, actor: Actor, *, now: datetime) -> Context:
    """Load what surrounds a case and say how things stand for whoever acts."""
    place = place_of(case.region_id, case.hall_id, now)
    clocks = clocks_of(case)
    reply = last_reply(case)
    contacts = db.session.scalars(
        select(Contact)
        .where(Contact.region_id == case.region_id, Contact.case_id == case.id)
        .order_by(Contact.n)
    ).all()
    permissions = permissions_at(actor, case)
    return context_from(case, actor, place, clocks, reply, contacts, permissions, now=now)


def clocks_of(case: Case) -> Sequence[CaseClock]:
    """List all clocks of a case, oldest first."""
    return db.session.scalars(CLOCKS, {"region_id": case.region_id, "case_id": case.id}).all()


def last_reply(case: Case) -> Reply | None:
    """Find the reply written last."""
    return db.session.scalar(
        select(Reply)
        .where(Reply.region_id == case.region_id, Reply.case_id == case.id)
        .order_by(Reply.n.desc())
        .limit(1)
    )


def context_from(
    case: Case,
    actor: Actor,
    place: Place,
    clocks: Sequence[CaseClock],
    reply: Reply | None,
    contacts: Sequence[Contact],
    permissions: frozenset[Permission],
    *,
    now: datetime,
    around: Around | None = None,
    open_tasks: int | None = None,
    approvals: Sequence[Approval] | None = None,
) -> Context:
    """Say how things stand for whoever acts, from rows already at hand and the requests."""
    permissions |= lent_to(actor, case, line := _line_for(actor, case, reply, place.day(now)))
    approvals = approvals_of(case.region_id, case.id) if approvals is None else approvals
    around = around or around_of(case)
    open_tasks = count_open(case) if open_tasks is None else open_tasks
    calls = [c for c in contacts if c.round == case.round and c.kind is ContactKind.FOLLOW_UP]
    failed = [c for c in calls if not c.reached]
    situation = Situation(
        kind=case.kind,
        status=case.status,
        now=now,
        today=place.day(now),
        has_department=case.department_id is not None,
        identity_mode=case.identity_mode,
        round=case.round,
        outcome=case.outcome,
        verdict=case.verdict,
        author_id=reply.author_id if reply else None,
        reviewer_id=reply.reviewer_id if reply else None,
        actor_id=actor.user_id,
        may_refuse=Permission.CASE_REVIEW_REFUSAL in permissions,
        reachable=case.party_id is not None,
        contacted=any(c.kind in {ContactKind.FIRST, ContactKind.VERIFY} for c in contacts),
        failed_calls=len(failed),
        failed_days=frozenset(place.day(c.at) for c in failed),
        reached=any(c.reached for c in calls),
        filed_on=place.day(case.filed_at),
        ended_at=case.ended_at,
        supplement_due=_running_due(clocks, Step.SUPPLEMENT),
        confirm_due=_running_due(clocks, Step.CONFIRM),
        reopen_until=_window_end(case, "reopen_window", Status.CLOSED, place),
        restore_until=_window_end(case, "restore_window", Status.WITHDRAWN, place),
        is_complainant=actor.kind is ActorKind.COMPLAINANT,
        hop=case.hop,
        final_assignment=case.final_assignment,
        asked={approval.kind: approval.asked_by for approval in _pending(approvals)},
        objection_until=_window_end(case, "objection_window", Status.DIVERTED, place),
        joined=around.joined,
        to_ask=around.to_ask,
        parent_status=around.parent.status if around.parent else None,
        open_tasks=open_tasks,
        improving=case.outcome in NEED_IMPROVEMENT and has_open_undertaking(case),
        part_until=_part_until(around.parent, place),
    )
    situation = _heard(situation, case, place, actor, approvals)
    order, rows = open_order(case), (case, place, clocks, reply, contacts)
    return Context(*rows, permissions, situation, approvals, around, order, line)


def _heard(
    situation: Situation, case: Case, place: Place, actor: Actor, approvals: Sequence[Approval]
) -> Situation:
    """Add what two supervisors decide, which only a bad rating knows."""
    if case.kind is not Kind.RECTIFICATION:
        return situation
    found = next((a for a in _pending(approvals) if a.kind is ApprovalKind.UNFOUNDED), None)
    finding = hearing_of(found, case, actor, day=situation.today) if found else None
    unit_from = place.timetable.calendar.next_workday(place.day(case.filed_at))
    upheld = was_upheld(approvals)
    return replace(situation, finding=finding, appeal_upheld=upheld, unit_from=unit_from)


def _line_for(actor: Actor, case: Case, reply: Reply | None, day: date) -> Line | None:
    """Tell a supervisor who is next in line: they may do that work where nobody is left to."""
    if not case.open or not supervises(actor, case):
        return None
    return next_in_line(case, reply, day=day)


def _part_until(parent: Case | None, place: Place) -> datetime | None:
    return _window_end(parent, "reopen_window", Status.CLOSED, place) if parent else None


def open_order(case: Case) -> CaseOrder | None:
    """Find the order a unit still has to answer at a case."""
    if case.supervised_at is None:
        return None
    return db.session.scalar(
        select(CaseOrder).where(
            CaseOrder.region_id == case.region_id,
            CaseOrder.case_id == case.id,
            CaseOrder.state == OrderState.OPEN,
        )
    )


def _pending(approvals: Sequence[Approval]) -> list[Approval]:
    return [approval for approval in approvals if approval.state is ApprovalState.PENDING]


def _running_due(clocks: Sequence[CaseClock], step: Step) -> datetime | None:
    return next((c.due_at for c in clocks if c.step is step and c.stopped_at is None), None)


def _window_end(case: Case, step: str, status: Status, place: Place) -> datetime | None:
    if case.status is not status or case.ended_at is None:
        return None
    limit = limit_of(
        step,
        region=place.region,
        hall_id=case.hall_id,
        complexity="any",
        party=case.party_kind.value,
        on=place.day(case.ended_at),
    )
    return case.ended_at + timedelta(days=limit.n)
