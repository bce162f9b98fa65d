"""Ratings as supervisors watch them: bad ones, not counted, second round, the desk's own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, func, select

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.approvals.models import Approval
from desk.approvals.words import ApprovalState
from desk.casework.models import Case
from desk.casework.queries.hearings import HEARD
from desk.casework.queries.scope import within as cases_within
from desk.casework.words import Kind, Verdict
from desk.kernel.db import db, is_writing
from desk.kernel.errors import NotFound
from desk.kernel.paging import Cursor, Page, after, page_of
from desk.ratings.flagged import within
from desk.ratings.models import Rating, ServiceEvent
from desk.ratings.scoring import BAD, SECOND_ROUND

PAGE = 50
COUNT_CAP = 100
ALARM_ABOVE = 0.05
ALARM_DAYS = timedelta(days=90)


class Watch(StrEnum):
    """The lists of ratings, in the order they are shown."""

    BAD = "bad"
    ASIDE = "aside"
    SECOND = "second"
    OPEN = "open"
    DESK = "desk"


@dataclass(frozen=True, slots=True)
class Watched:
    """A rating in a list, with the case it became and what it is of."""

    rating: Rating
    case: Case | None
    event: ServiceEvent | None


@dataclass(frozen=True, slots=True)
class Hearing:
    """An appeal or a finding that waits for supervisors."""

    approval: Approval
    case: Case
    rating: Rating | None


@dataclass(frozen=True, slots=True)
class Malicious:
    """How many of the bad ratings of the last 90 days were found malicious."""

    n: int
    bad: int

    @property
    def is_alarming(self) -> bool:
        """Tell whether it is more than one in twenty (product.md §4)."""
        return self.n > ALARM_ABOVE * self.bad


RULES: dict[Watch, Callable[[], ColumnElement[bool]]] = {
    Watch.BAD: lambda: and_(_first_bad(), Rating.scored, ServiceEvent.case_id.is_(None)),
    Watch.ASIDE: lambda: and_(~Rating.effective, Rating.round > 0),
    Watch.SECOND: lambda: Rating.round == SECOND_ROUND,
    Watch.OPEN: lambda: and_(~Rating.scored, Rating.round == 1),
    Watch.DESK: lambda: and_(Rating.round == 1, ServiceEvent.case_id.isnot(None)),
}


def _first_bad() -> ColumnElement[bool]:
    return and_(Rating.level.in_(sorted(BAD)), Rating.round == 1)


def watched(actor: Actor, which: Watch, cursor: Cursor | None) -> Page[Watched]:
    """Give a page of one list, the newest first; nobody finds what was said of themselves."""
    statement = after(
        _select(actor, which), cursor, Rating.given_at, Rating.id, newest_first=True
    ).limit(PAGE + 1)
    rows = [Watched(*row) for row in db.session.execute(statement)]
    return page_of(rows, cursor, PAGE, lambda one: (one.rating.given_at, one.rating.id))


def counts(actor: Actor) -> dict[Watch, int]:
    """Count each list, up to a hundred."""
    found = {}
    for which in Watch:
        some = _select(actor, which).with_only_columns(Rating.id).limit(COUNT_CAP).subquery()
        found[which] = db.session.scalar(select(func.count()).select_from(some)) or 0
    return found


def _select(actor: Actor, which: Watch) -> Select[*tuple[Any, ...]]:
    return _with_case(select(Rating, Case, ServiceEvent)).where(
        within(actor, Permission.RATINGS_SEE), ~Rating.is_test, RULES[which]()
    )


def _with_case(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return (
        statement.select_from(Rating)
        .outerjoin(Case, and_(Case.region_id == Rating.region_id, Case.id == Rating.case_id))
        .outerjoin(
            ServiceEvent,
            and_(
                ServiceEvent.region_id == Rating.region_id,
                ServiceEvent.id == Rating.service_event_id,
            ),
        )
    )


def hearings(actor: Actor) -> list[Hearing]:
    """List the appeals and findings that wait for supervisors, the first due first, up to 50."""
    rows = db.session.execute(
        select(Approval, Case, Rating)
        .join(Case, and_(Case.region_id == Approval.region_id, Case.id == Approval.subject_id))
        .outerjoin(
            Rating,
            and_(
                Rating.region_id == Case.region_id,
                Rating.case_id == Case.id,
                Rating.round < SECOND_ROUND,
            ),
        )
        .where(
            cases_within(actor, Permission.CASE_DECIDE_RATING),
            Approval.kind.in_(sorted(HEARD)),
            Approval.state == ApprovalState.PENDING,
        )
        .order_by(Approval.due_at, Approval.id)
        .limit(PAGE)
    )
    return [Hearing(*row) for row in rows]


def rating_of(actor: Actor, key: UUID) -> Watched:
    """Find one rating with its case and its occasion, locked in a transaction.

    Raises NotFound in the same words for one that is absent and for one out of reach.
    """
    statement = _with_case(select(Rating, Case, ServiceEvent)).where(
        Rating.id == key, within(actor, Permission.RATINGS_SEE)
    )
    if is_writing():
        statement = statement.with_for_update(of=Rating).execution_options(populate_existing=True)
    row = db.session.execute(statement).first()
    if row is None:
        raise NotFound(_l("There is no such rating, or it is not yours to see."))
    return Watched(*row)


def rounds_of(rating: Rating) -> list[Rating]:
    """List what else was said of the same occasion: before, or after it was put right."""
    if rating.service_event_id is None:
        return []
    return list(
        db.session.scalars(
            select(Rating)
            .where(
                Rating.region_id == rating.region_id,
                Rating.service_event_id == rating.service_event_id,
                Rating.id != rating.id,
            )
            .order_by(Rating.round)
        )
    )


def malicious_share(region_ids: frozenset[int], now: datetime) -> Malicious:
    """Count the bad ratings of 90 days, and those that two supervisors called malicious."""
    cases = and_(
        Case.region_id.in_(sorted(region_ids)),
        Case.kind == Kind.RECTIFICATION,
        Case.filed_at > now - ALARM_DAYS,
        ~Case.is_test,
    )
    bad = db.session.scalar(select(func.count()).where(cases)) or 0
    found = db.session.scalar(
        select(func.count()).where(
            cases,
            Case.verdict == Verdict.MALICIOUS,
            Case.replied_at.isnot(None) | Case.closed_at.isnot(None),
        )
    )
    return Malicious(found or 0, bad)
