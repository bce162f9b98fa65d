"""What the public pages show of a case and of this desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from desk.access.actors import Actor
from desk.audit.models import LedgerLine, Visibility
from desk.audit.queries import lines_of
from desk.casework.actions.move import stream_of
from desk.casework.models import Case, CaseClock, CaseMessage, Reply
from desk.casework.queries.context import Context, context_of
from desk.casework.words import Review, Step
from desk.casework.workflow import Offer, offers
from desk.kernel.db import db
from desk.organisation.models import Department, Window
from desk.worktime.deadline import working_days_between
from desk.worktime.explain import Line, explain


@dataclass(frozen=True, slots=True)
class Tracked:
    """A case as its complainant sees it."""

    case: Case
    context: Context
    lines: Sequence[LedgerLine]
    messages: Sequence[CaseMessage]
    replies: Sequence[Reply]
    department: Department | None
    offers: Sequence[Offer]
    explanation: Sequence[Line]
    days_left: int | None


def tracked(case: Case, actor: Actor, *, now: datetime) -> Tracked:
    """Load what the page of a case shows to whoever opened it by number and code."""
    context = context_of(case, actor, now=now)
    here = (CaseMessage.region_id == case.region_id, CaseMessage.case_id == case.id)
    messages = db.session.scalars(
        select(CaseMessage)
        .where(*here, CaseMessage.visibility == Visibility.PUBLIC)
        .order_by(CaseMessage.seq)
    ).all()
    replies = db.session.scalars(
        select(Reply)
        .where(
            Reply.region_id == case.region_id,
            Reply.case_id == case.id,
            Reply.review.in_([Review.APPROVED, Review.ON_SPOT]),
        )
        .order_by(Reply.n)
    ).all()
    department = (
        db.session.get(Department, case.department_id) if case.department_id is not None else None
    )
    days = None
    if case.promised_on is not None and case.open and case.replied_at is None:
        days = working_days_between(
            context.situation.today, case.promised_on, context.place.timetable.calendar
        )
    return Tracked(
        case,
        context,
        lines_of(case.region_id, stream_of(case), visibility=[Visibility.PUBLIC]),
        messages,
        replies,
        department,
        offers(context.situation, context.permissions),
        explanation_of(context),
        days,
    )


def explanation_of(context: Context) -> Sequence[Line]:
    """Explain the promised date line by line, from the clock that gave it."""
    promises = [
        c for c in context.clocks if c.step in {Step.REPLY, Step.REWORK, Step.RATING_RECTIFY}
    ]
    if not promises:
        return ()
    clock, table = promises[-1], context.place.timetable
    return explain(
        clock.started_at, clock.limit_n, clock.unit, table.calendar, table.hours, table.zone
    )


def window_by_qr(qr_code: str, today: date) -> Window | None:
    """Find the window whose poster carries this code."""
    return db.session.scalar(
        select(Window).where(
            Window.qr_code == qr_code,
            (Window.active_to.is_(None)) | (Window.active_to >= today),
        )
    )


def accept_due(region_id: int, number: str) -> datetime | None:
    """Tell by when a case that was just filed will be accepted or not."""
    return db.session.scalar(
        select(CaseClock.due_at)
        .join(Case, (Case.region_id == CaseClock.region_id) & (Case.id == CaseClock.case_id))
        .where(Case.region_id == region_id, Case.number == number, CaseClock.step == Step.ACCEPT)
        .order_by(CaseClock.n.desc())
        .limit(1)
    )
