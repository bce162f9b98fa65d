"""Publications: what everybody may read, what staff may see, and whom a text must not name."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, false, func, or_, select

from desk.access.actors import Actor, Seat
from desk.access.permissions import Permission
from desk.approvals.models import Approval, ApprovalVote
from desk.approvals.words import ApprovalState
from desk.casework.models import Case
from desk.casework.queries.scope import not_named
from desk.improvement.models import Undertaking
from desk.kernel.db import db, is_writing
from desk.kernel.errors import NotFound
from desk.kernel.paging import Cursor, Page, after, page_of
from desk.publishing.models import LIVE, Publication, PublicationConsent
from desk.publishing.words import PublicationKind, Standing

PAGE = 20
OFFERED = 3
NO_SUCH = _l("There is no such publication, or it is not yours to see.")


def published(
    region_ids: Collection[int],
    cursor: Cursor | None,
    *,
    kind: PublicationKind | None = None,
    item_id: int | None = None,
    size: int = PAGE,
) -> Page[Publication]:
    """List what everybody may read, the newest first."""
    statement = select(Publication).where(Publication.region_id.in_(region_ids), LIVE)
    if kind is not None:
        statement = statement.where(Publication.kind == kind)
    if item_id is not None:
        statement = statement.where(Publication.item_id == item_id)
    statement = after(
        statement,
        cursor,
        cast("SQLColumnExpression[datetime]", Publication.published_at),
        Publication.id,
        newest_first=True,
    ).limit(size + 1)
    rows = db.session.scalars(statement).all()
    return page_of(rows, cursor, size, lambda row: (row.published_at or row.written_at, row.id))


def published_one(region_ids: Collection[int], key: UUID) -> Publication:
    """Find something everybody may read; raises NotFound for what never was or is gone."""
    found = db.session.scalar(
        select(Publication).where(
            Publication.region_id.in_(region_ids), Publication.id == key, LIVE
        )
    )
    if found is None:
        raise NotFound(_l("This is no longer published, or never was."))
    return found


def published_about(
    region_ids: Collection[int], item_id: int | None, limit: int = OFFERED
) -> Sequence[Publication]:
    """List the newest publications on an item; none where no item is meant."""
    if item_id is None:
        return []
    return published(region_ids, None, item_id=item_id, size=limit).rows


def count_between(
    region_ids: Collection[int], first: date, last: date
) -> dict[PublicationKind, int]:
    """Count what was published of cases that ended in the months from `first` to `last`."""
    rows = db.session.execute(
        select(Publication.kind, func.count())
        .where(
            Publication.region_id.in_(region_ids),
            LIVE,
            Publication.ended_on.between(first, last),
        )
        .group_by(Publication.kind)
    )
    return {row[0]: row[1] for row in rows}


@dataclass(frozen=True, slots=True)
class PublicationRow:
    """What the list of staff shows; `number` is the case's where there is one."""

    id: UUID
    kind: PublicationKind
    title: str
    number: str | None
    written_at: datetime
    due_at: datetime
    standing: Standing
    mine_to_read: bool


def standing_of(publication: Publication, approval: ApprovalState) -> Standing:
    """Say how far a publication is."""
    if publication.removed_at is not None:
        return Standing.REMOVED
    if publication.published_at is not None:
        return Standing.PUBLISHED
    return Standing.WAITING if approval is ApprovalState.PENDING else Standing.REFUSED


def _within(
    actor: Actor, permission: Permission = Permission.PUBLICATION_SEE
) -> ColumnElement[bool]:
    """Give the condition for the publications of one's places whose case does not name one."""
    seats = actor.seats_for(permission)
    return and_(or_(false(), *(_seat(seat) for seat in seats)), not_named(actor))


def _seat(seat: Seat) -> ColumnElement[bool]:
    here = Publication.region_id.in_(sorted(seat.region_ids))
    if seat.hall_id:
        return and_(here, or_(Case.id.is_(None), Case.hall_id == seat.hall_id))
    return here


def _seen(
    actor: Actor, permission: Permission = Permission.PUBLICATION_SEE
) -> Select[*tuple[Any, ...]]:
    return (
        select(Publication, Approval, Case)
        .join(
            Approval,
            and_(
                Approval.region_id == Publication.region_id,
                Approval.id == Publication.approval_id,
            ),
        )
        .outerjoin(
            Case,
            and_(Case.region_id == Publication.region_id, Case.id == Publication.case_id),
        )
        .where(_within(actor, permission))
    )


def publications(
    actor: Actor, standing: Standing | None, cursor: Cursor | None, *, size: int = PAGE
) -> Page[PublicationRow]:
    """List the publications somebody may see, the newest first."""
    conditions: dict[Standing, ColumnElement[bool]] = {
        Standing.REMOVED: Publication.removed_at.is_not(None),
        Standing.PUBLISHED: and_(
            Publication.removed_at.is_(None), Publication.published_at.is_not(None)
        ),
        Standing.WAITING: and_(
            Publication.removed_at.is_(None), Approval.state == ApprovalState.PENDING
        ),
        Standing.REFUSED: and_(
            Publication.removed_at.is_(None),
            Publication.published_at.is_(None),
            Approval.state != ApprovalState.PENDING,
        ),
    }
    statement = _seen(actor)
    if standing is not None:
        statement = statement.where(conditions[standing])
    statement = after(
        statement, cursor, Publication.written_at, Publication.id, newest_first=True
    ).limit(size + 1)
    found = db.session.execute(statement).all()
    read = _read_by(actor, [approval.id for _one, approval, _case in found])
    rows = [_row(row, actor, read) for row in found]
    return page_of(rows, cursor, size, lambda row: (row.written_at, row.id))


def _row(row: Any, actor: Actor, read: frozenset[UUID]) -> PublicationRow:
    one, approval, case = row
    standing = standing_of(one, approval.state)
    others = one.written_by != actor.user_id and approval.id not in read
    return PublicationRow(
        id=one.id,
        kind=one.kind,
        title=one.title,
        number=case.number if case else None,
        written_at=one.written_at,
        due_at=approval.due_at,
        standing=standing,
        mine_to_read=standing is Standing.WAITING
        and others
        and actor.may(Permission.PUBLICATION_DECIDE),
    )


def _read_by(actor: Actor, approval_ids: Sequence[UUID]) -> frozenset[UUID]:
    if not approval_ids:
        return frozenset()
    return frozenset(
        db.session.scalars(
            select(ApprovalVote.approval_id).where(
                ApprovalVote.approval_id.in_(approval_ids),
                ApprovalVote.user_id == (actor.user_id or 0),
            )
        )
    )


def publication_of(
    actor: Actor, key: UUID, permission: Permission = Permission.PUBLICATION_SEE
) -> tuple[Publication, Approval, Case | None]:
    """Find a publication of the places where somebody may do this; locked in a transaction.

    Raises NotFound in the same words for one that is absent and one out of reach.
    """
    statement = _seen(actor, permission).where(Publication.id == key)
    if is_writing():
        statement = statement.with_for_update(of=Publication).execution_options(
            populate_existing=True
        )
    row = db.session.execute(statement).first()
    if row is None:
        raise NotFound(NO_SUCH)
    one, approval, case = row
    return one, approval, case


def undertaking_done(actor: Actor, key: UUID) -> Undertaking:
    """Find an improvement item that is done, in the regions somebody may write publications for."""
    regions = actor.regions_for(Permission.PUBLICATION_WRITE)
    found = db.session.scalar(
        select(Undertaking).where(
            Undertaking.region_id.in_(sorted(regions)),
            Undertaking.id == key,
            Undertaking.done_at.is_not(None),
        )
    )
    if found is None:
        raise NotFound(_l("There is no improvement item of this kind that is done."))
    return found


def consent_of(region_id: int, case_id: UUID) -> PublicationConsent | None:
    """Find the leave a complainant gave and has not taken back."""
    return db.session.scalar(
        select(PublicationConsent)
        .where(
            PublicationConsent.region_id == region_id,
            PublicationConsent.case_id == case_id,
            PublicationConsent.withdrawn_at.is_(None),
        )
        .order_by(PublicationConsent.given_at.desc())
        .limit(1)
    )


def live_of(region_id: int, case_id: UUID) -> Sequence[Publication]:
    """List the publications of a case that are published or being read."""
    return db.session.scalars(
        select(Publication)
        .join(
            Approval,
            and_(
                Approval.region_id == Publication.region_id,
                Approval.id == Publication.approval_id,
            ),
        )
        .where(
            Publication.region_id == region_id,
            Publication.case_id == case_id,
            Publication.removed_at.is_(None),
            or_(Publication.published_at.is_not(None), Approval.state == ApprovalState.PENDING),
        )
    ).all()
