"""What the public pages show of a case and of this desk."""

import hmac
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from desk.access.actors import Actor
from desk.audit.models import LedgerLine, Visibility
from desk.audit.queries import lines_of
from desk.casework.actions.move import stream_of
from desk.casework.explaining import promise_lines
from desk.casework.models import Case, CaseClock, CaseMessage, Reply
from desk.casework.numbers import normalise_access_code
from desk.casework.queries.access import access_hash
from desk.casework.queries.attached import Attachments, attached_to
from desk.casework.queries.context import Context, context_of
from desk.casework.queries.joined import Course, Followed, course_of, followed, is_to_be_asked
from desk.casework.words import Review, Step
from desk.casework.workflow import Offer, offers
from desk.kernel.db import db
from desk.organisation.models import Hall, Window
from desk.tally.queries import sums
from desk.worktime.deadline import working_days_between
from desk.worktime.explain import Line

CODE_LIKE = re.compile(r"(?=((?:[0-9A-Za-z][\s\-_.·\u2010-\u2015]{0,2}){16}))", re.ASCII)


@dataclass(frozen=True, slots=True)
class Tracked:
    """A case as its complainant sees it."""

    case: Case
    context: Context
    lines: Sequence[LedgerLine]
    messages: Sequence[CaseMessage]
    replies: Sequence[Reply]
    course: Course
    offers: Sequence[Offer]
    explanation: Sequence[Line]
    days_left: int | None
    followed: Followed | None
    files: Attachments
    may_confirm_joined: bool


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
    parent = context.around.parent
    follows = followed(parent) if parent else None
    course = follows.course if follows else course_of(case)
    days = None
    if course.promised_on is not None and course.open and course.replied_at is None:
        days = working_days_between(
            context.situation.today, course.promised_on, context.place.timetable.calendar
        )
    return Tracked(
        case,
        context,
        lines_of(case.region_id, stream_of(case), visibility=[Visibility.PUBLIC]),
        messages,
        replies,
        course,
        offers(context.situation, context.permissions),
        promise_lines(context.clocks, context.place.timetable),
        days,
        follows,
        attached_to(case, actor, knows=False),
        parent is not None and is_to_be_asked(case, parent),
    )


def window_by_qr(region_id: int, qr_code: str, today: date) -> Window | None:
    """Find the window of this region whose poster carries this code."""
    return db.session.scalar(
        select(Window)
        .join(Hall, Hall.id == Window.hall_id)
        .where(
            Hall.region_id == region_id,
            Window.qr_code == qr_code,
            (Window.active_to.is_(None)) | (Window.active_to >= today),
        )
    )


def window_of(window_id: int) -> Window | None:
    """Find a window by its id."""
    return db.session.get(Window, window_id)


def hall_of_window(window_id: int | None) -> int | None:
    """Tell in which hall a window is; None for no window."""
    window = window_of(window_id) if window_id is not None else None
    return window.hall_id if window else None


def holds_code(case: Case, text: str) -> bool:
    """Tell whether somebody has written the access code of this case into a text."""
    runs = CODE_LIKE.finditer(unicodedata.normalize("NFKC", text))
    codes = {normalise_access_code(run.group(1)) for run in runs} - {None}
    return any(
        hmac.compare_digest(access_hash(case.number, str(code)), bytes(case.access_h))
        for code in codes
    )


MONTH_FIGURES = ("case.filed", "case.replied", "case.replied_in_time")


def month_before(region_id: int, today: date) -> tuple[date, dict[str, int]]:
    """Count what the desk did in the last whole month: its first day, and {measure: n}."""
    last = today.replace(day=1) - timedelta(days=1)
    first = last.replace(day=1)
    found = sums([region_id], MONTH_FIGURES, grain="d", first=first, last=last)
    return first, {measure: found.get((measure,), 0) for measure in MONTH_FIGURES}


def accept_due(region_id: int, number: str) -> datetime | None:
    """Tell by when a case that was just filed will be accepted or not."""
    return db.session.scalar(
        select(CaseClock.due_at)
        .join(Case, (Case.region_id == CaseClock.region_id) & (Case.id == CaseClock.case_id))
        .where(Case.region_id == region_id, Case.number == number, CaseClock.step == Step.ACCEPT)
        .order_by(CaseClock.n.desc())
        .limit(1)
    )
