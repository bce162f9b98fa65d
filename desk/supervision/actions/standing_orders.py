"""Standing orders: a report of every day or month that is over, told of without its content."""

from datetime import date, datetime, timedelta

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.accounts.queries import people
from desk.audit.actions import record
from desk.kernel.db import db
from desk.kernel.errors import Conflict, Invalid
from desk.organisation.queries import home_day, home_region
from desk.supervision.actions.reporting import Order, ask_report
from desk.supervision.models import Report, ReportOrder
from desk.supervision.reports.words import ReportKind, Rhythm
from desk.worktime.periods import Month

OFFERED = (
    (ReportKind.REGISTER, Rhythm.DAY),
    (ReportKind.REGISTER, Rhythm.MONTH),
    (ReportKind.BULLETIN, Rhythm.MONTH),
)


def order_reports(
    kind: ReportKind, rhythm: Rhythm, *, wanted: bool, lang: str, by: Actor, now: datetime
) -> None:
    """Begin or end a standing order; again changes nothing. Raises Invalid for one not offered."""
    by.require(Permission.REPORTS_MAKE)
    if (kind, rhythm) not in OFFERED:
        raise Invalid(_l("Choose one from the list."))
    key = (by.user_id or 0, kind, rhythm)
    kept = db.session.get(ReportOrder, key)
    if (kept is not None) == wanted:
        return
    if kept is not None:
        db.session.delete(kept)
    else:
        db.session.add(
            ReportOrder(user_id=key[0], kind=kind, rhythm=rhythm, lang=lang, ordered_at=now)
        )
    db.session.flush()
    record(
        f"u/{by.user_id}",
        "order_reports" if wanted else "end_order_of_reports",
        region_id=home_region().id,
        by=by,
        now=now,
        body={"kind": kind.value, "rhythm": rhythm.value},
    )


def period_of(rhythm: Rhythm, today: date) -> tuple[date, date]:
    """Give the days a standing order is for on a day: the day before, or the month before."""
    if rhythm is Rhythm.DAY:
        return today - timedelta(days=1), today - timedelta(days=1)
    month = Month(today.replace(day=1)).before()
    return month.first, month.last


def due_orders(now: datetime) -> list[tuple[int, ReportKind, Rhythm]]:
    """List the standing orders whose report of the last period nobody has asked for yet."""
    today = home_day(now)
    found = []
    for order in db.session.scalars(select(ReportOrder).order_by(ReportOrder.user_id)).all():
        first, last = period_of(order.rhythm, today)
        made = select(Report.id).where(
            Report.asked_by == order.user_id,
            Report.kind == order.kind,
            Report.standing,
            Report.first_on == first,
            Report.last_on == last,
        )
        if db.session.scalar(made) is None:
            found.append((order.user_id, order.kind, order.rhythm))
    return found


def carry_out(key: tuple[int, ReportKind, Rhythm], *, now: datetime) -> None:
    """Ask for the report of a standing order; the order of who left, or may no longer, ends."""
    order = db.session.get(ReportOrder, key)
    if order is None:
        return
    today = home_day(now)
    found = people([order.user_id], today)
    if not found or not found[0][1].may(Permission.REPORTS_MAKE):
        db.session.delete(order)
        return
    first, last = period_of(order.rhythm, today)
    with force_locale(order.lang):
        purpose = _("Standing order")
    try:
        ask_report(
            Order(order.kind, first, last, purpose, order.lang, standing=True),
            by=found[0][1],
            now=now,
        )
    except Conflict:
        return
