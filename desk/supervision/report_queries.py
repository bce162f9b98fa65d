"""Reports: whose they are to see, their list, and those a second person decides on."""

from collections.abc import Sequence
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, func, or_, select

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.approvals.models import Approval
from desk.kernel.db import db, is_writing
from desk.kernel.errors import NotFound
from desk.kernel.paging import Cursor, Page, after, page_of
from desk.supervision.models import Report, ReportOrder
from desk.supervision.reports.words import ReportState

PAGE = 20


def reports(actor: Actor, cursor: Cursor | None, *, size: int = PAGE) -> Page[Report]:
    """List the reports somebody asked for, the newest first."""
    statement = after(
        select(Report).where(Report.asked_by == (actor.user_id or 0)),
        cursor,
        Report.asked_at,
        Report.id,
        newest_first=True,
    ).limit(size + 1)
    rows = db.session.scalars(statement).all()
    return page_of(rows, cursor, size, lambda one: (one.asked_at, one.id))


def to_decide(actor: Actor) -> Sequence[Report]:
    """List the reports a colleague asked for that wait for a second person, the oldest first."""
    return db.session.scalars(
        select(Report).where(_others(actor)).order_by(Report.asked_at, Report.id).limit(PAGE)
    ).all()


def count_to_decide(actor: Actor) -> int:
    """Count the reports that wait for this person's word."""
    if not actor.may(Permission.REPORTS_MAKE):
        return 0
    return db.session.scalar(select(func.count()).select_from(Report).where(_others(actor))) or 0


def _others(actor: Actor) -> ColumnElement[bool]:
    """Say which reports of others wait for this person's word."""
    return and_(
        Report.state == ReportState.ASKED,
        Report.asked_by != (actor.user_id or 0),
        Report.region_id.in_(sorted(actor.regions_for(Permission.REPORTS_MAKE))),
    )


def report_of(actor: Actor, key: UUID) -> tuple[Report, Approval | None]:
    """Find a report that is one's own or waits for one's word, locked when a transaction is open.

    Raises NotFound in the same words for one that is absent and one out of reach.
    """
    mine = Report.asked_by == (actor.user_id or 0)
    statement = select(Report).where(Report.id == key, or_(mine, _others(actor)))
    if is_writing():
        statement = statement.with_for_update(of=Report).execution_options(populate_existing=True)
    found = db.session.scalar(statement)
    if found is None:
        raise NotFound(_l("There is no such report, or it is not yours to see."))
    approval = (
        db.session.get(Approval, (found.region_id, found.approval_id))
        if found.approval_id
        else None
    )
    return found, approval


def orders_of(actor: Actor) -> Sequence[ReportOrder]:
    """List somebody's standing orders."""
    return db.session.scalars(
        select(ReportOrder)
        .where(ReportOrder.user_id == (actor.user_id or 0))
        .order_by(ReportOrder.kind, ReportOrder.rhythm)
    ).all()
