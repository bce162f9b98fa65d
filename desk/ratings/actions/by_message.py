"""Sending the link of an occasion as a text message: once, and to no number too often."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import ScalarSelect, exists, func, select

from desk.access.actors import SYSTEM, Actor
from desk.kernel.db import db
from desk.kernel.errors import Conflict
from desk.notify.actions import write
from desk.notify.models import Channel, Letter
from desk.organisation.models import Region
from desk.ratings.actions.kiosks import note_invitation
from desk.ratings.actions.links import new_link
from desk.ratings.models import EventSource, Rating, RatingChannel, ServiceEvent
from desk.ratings.occasions import is_rated
from desk.ratings.staff_ways import staff_phones

TEMPLATE = "rate_service"
LANG = "zh_Hans"
FRESH = timedelta(hours=24)
"""How long after a service somebody is still asked of the desk's own accord."""
DAY = timedelta(days=1)
MOST_A_DAY = 3
"""Messages to one number within a day, whatever it was served."""
BATCH = 100


def to_invite(*, now: datetime) -> Sequence[tuple[int, UUID]]:
    """List up to 100 occasions of the last day whose links may be sent, the newest first."""
    rows = db.session.execute(
        select(ServiceEvent.region_id, ServiceEvent.id)
        .where(
            ServiceEvent.phone_e.is_not(None),
            ServiceEvent.invited_at.is_(None),
            ServiceEvent.occurred_at > now - FRESH,
            ServiceEvent.source != EventSource.CASE,
            ~ServiceEvent.historic,
            ~ServiceEvent.is_test,
            ~exists().where(
                Rating.region_id == ServiceEvent.region_id,
                Rating.service_event_id == ServiceEvent.id,
                Rating.round == 1,
            ),
            _sent_lately(now) < MOST_A_DAY,
        )
        .order_by(ServiceEvent.occurred_at.desc(), ServiceEvent.id)
        .limit(BATCH)
    )
    return [(region_id, key) for region_id, key in rows]


def _sent_lately(now: datetime) -> ScalarSelect[int]:
    """Count the messages to the number of an occasion within a day, as part of a statement."""
    other = ServiceEvent.__table__.alias("other")
    letters = Letter.__table__
    return (
        select(func.count())
        .select_from(letters.join(other, letters.c.party_id == other.c.id))
        .where(
            letters.c.template == TEMPLATE,
            letters.c.written_at > now - DAY,
            other.c.applicant_h == ServiceEvent.applicant_h,
        )
        .correlate(ServiceEvent)
        .scalar_subquery()
    )


def send_link(region_id: int, key: UUID, *, by: Actor = SYSTEM, now: datetime) -> None:
    """Owe the message with the link of an occasion; its number is read when it is sent.

    Raises Conflict where it was rated, somebody was asked by message before, the number had three
    within a day, is one of staff's, or is none that takes messages.
    """
    event = db.session.scalars(
        select(ServiceEvent)
        .where(ServiceEvent.region_id == region_id, ServiceEvent.id == key)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if is_rated(event):
        raise Conflict(_l("This occasion has been rated already. Each can be rated once."))
    if event.phone_e is None or event.applicant_h is None:
        raise Conflict(_l("No mobile number is known for this. Give the customer a slip instead."))
    if _is_staffs(event, now):
        raise Conflict(_l("This is a number of the hall's staff. They cannot rate."))
    if _count(event, now) >= MOST_A_DAY:
        raise Conflict(_l("This number had three such messages within a day. Give a slip instead."))
    token = new_link(region_id, event.id, RatingChannel.SMS, now=now)
    write(
        TEMPLATE,
        region_id=region_id,
        party_id=event.id,
        channel=Channel.SMS,
        lang=LANG,
        dedupe_key=f"{event.id.hex}/{TEMPLATE}",
        context={"number": event.project_no, "path": "/rate"},
        now=now,
        secret=token,
    )
    note_invitation(event, "sms", by=by, now=now)


def _is_staffs(event: ServiceEvent, now: datetime) -> bool:
    region = db.session.get_one(Region, event.region_id)
    mark = event.applicant_h.hex() if event.applicant_h else ""
    return mark in staff_phones(region, region.local_day(now))


def _count(event: ServiceEvent, now: datetime) -> int:
    others = select(ServiceEvent.id).where(
        ServiceEvent.region_id == event.region_id, ServiceEvent.applicant_h == event.applicant_h
    )
    statement = select(func.count()).where(
        Letter.region_id == event.region_id,
        Letter.template == TEMPLATE,
        Letter.written_at > now - DAY,
        Letter.party_id.in_(others),
    )
    return db.session.scalar(statement) or 0
