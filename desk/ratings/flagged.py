"""Ratings that detectors hold and nobody has decided on, for those who may decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.approvals.models import Approval
from desk.approvals.words import ApprovalKind, ApprovalState
from desk.casework.models import CaseNamed
from desk.kernel.db import db, is_writing
from desk.kernel.errors import NotFound
from desk.kernel.paging import Cursor, Page, after, page_of
from desk.ratings.detectors.seen import Rule
from desk.ratings.models import Rating, RatingStanding, ServiceEvent, StandingCause

PAGE = 50
RULES = tuple(rule for rule in Rule if rule not in {Rule.KIOSK_GAP, Rule.UNSENT})
"""What may hold a rating; the others are about places."""


@dataclass(frozen=True, slots=True)
class Held:
    """A rating that is held: the newest reason, and what one person proposes, if anybody does."""

    rating: Rating
    rule: str
    n: int | None
    since: datetime
    proposal: Approval | None


def within(actor: Actor, permission: Permission) -> ColumnElement[bool]:
    """Give the condition for ratings somebody may decide on: of their regions, not of their own.

    Whoever is rated, sits in the rated department, or is named in the case it became finds it
    nowhere; nor does whoever stands in for such a one.
    """
    me = [actor.user_id or 0, *actor.stands_for]
    units = sorted({seat.department_id for seat in actor.seats if seat.department_id})
    named = exists().where(
        CaseNamed.region_id == Rating.region_id,
        CaseNamed.case_id == Rating.case_id,
        CaseNamed.user_id.in_(me),
    )
    return and_(
        Rating.region_id.in_(sorted(actor.regions_for(permission))),
        or_(Rating.clerk_id.is_(None), Rating.clerk_id.notin_(me)),
        Rating.department_id.notin_(units),
        ~named,
    )


def held_by(actor: Actor, *, rule: Rule | None = None) -> Select[*tuple[Any, ...]]:
    """Select the ratings held for a rule, or for any, that somebody may decide on."""
    later = aliased(RatingStanding)
    statement = (
        select(Rating, RatingStanding, Approval)
        .join(
            RatingStanding,
            and_(
                RatingStanding.region_id == Rating.region_id, RatingStanding.rating_id == Rating.id
            ),
        )
        .outerjoin(
            Approval,
            and_(
                Approval.region_id == Rating.region_id,
                Approval.subject_id == Rating.id,
                Approval.kind == ApprovalKind.RATING_REVIEW,
                Approval.state == ApprovalState.PENDING,
            ),
        )
        .where(
            within(actor, Permission.RATINGS_SEE),
            RatingStanding.cause == StandingCause.DETECTOR,
            ~exists().where(
                later.region_id == RatingStanding.region_id,
                later.rating_id == RatingStanding.rating_id,
                later.seq > RatingStanding.seq,
            ),
        )
    )
    return statement.where(RatingStanding.rule == rule.value) if rule else statement


def page_of_held(actor: Actor, cursor: Cursor | None, *, rule: Rule | None = None) -> Page[Held]:
    """Give a page of what is held, the newest first; what waits for a second person is marked."""
    statement = after(
        held_by(actor, rule=rule), cursor, RatingStanding.at, Rating.id, newest_first=True
    ).limit(PAGE + 1)
    rows = [_held(row) for row in db.session.execute(statement)]
    return page_of(rows, cursor, PAGE, lambda held: (held.since, held.rating.id))


def waiting_for_second(actor: Actor) -> Sequence[Held]:
    """List up to 50 held ratings that somebody else has proposed to decide, the oldest first."""
    statement = (
        held_by(actor)
        .where(Approval.id.is_not(None), Approval.asked_by != (actor.user_id or 0))
        .order_by(Approval.asked_at, Approval.id)
        .limit(PAGE)
    )
    return [_held(row) for row in db.session.execute(statement)]


def counts_by_rule(actor: Actor) -> dict[str, int]:
    """Count what is held for each rule."""
    held = held_by(actor).with_only_columns(RatingStanding.rule, func.count())
    rows = db.session.execute(held.group_by(RatingStanding.rule)).all()
    return {str(rule): n for rule, n in rows}


def held_one(actor: Actor, key: UUID) -> tuple[Rating, ServiceEvent | None]:
    """Find a rating somebody may decide on, held now or decided; locked in a transaction.

    Raises NotFound in the same words for one that is absent, never held, or out of reach.
    """
    was_held = exists().where(
        RatingStanding.region_id == Rating.region_id,
        RatingStanding.rating_id == Rating.id,
        RatingStanding.cause == StandingCause.DETECTOR,
    )
    statement = select(Rating).where(
        Rating.id == key, within(actor, Permission.RATINGS_SEE), was_held
    )
    if is_writing():
        statement = statement.with_for_update(of=Rating).execution_options(populate_existing=True)
    rating = db.session.scalar(statement)
    if rating is None:
        raise NotFound(_l("There is no such rating, or it is not yours to decide on."))
    event = None
    if rating.service_event_id is not None:
        event = db.session.get(ServiceEvent, (rating.region_id, rating.service_event_id))
    return rating, event


def proposal_on(rating: Rating) -> Approval | None:
    """Find what one person proposes about a rating and a second has not answered."""
    return db.session.scalar(
        select(Approval).where(
            Approval.region_id == rating.region_id,
            Approval.subject_id == rating.id,
            Approval.kind == ApprovalKind.RATING_REVIEW,
            Approval.state == ApprovalState.PENDING,
        )
    )


def _held(row: Any) -> Held:
    rating, standing, proposal = row
    return Held(rating, standing.rule, standing.n, standing.at, proposal)
