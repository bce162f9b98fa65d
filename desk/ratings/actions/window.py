"""Writing down a rating given by the poster of a window."""

from datetime import datetime

from desk.kernel.db import db
from desk.organisation.models import Hall, Region, Window
from desk.ratings.actions.keeping import RatingData, Way, keep
from desk.ratings.models import Rating, RatingChannel
from desk.ratings.occasions import occasion_by_phone, occasion_by_ticket, spot_of
from desk.ratings.staff_ways import phone_mark, staff_phones
from desk.ratings.tickets import ticket_mark


def give_at_window(
    window: Window,
    hall: Hall,
    data: RatingData,
    *,
    ticket: str,
    phone: str,
    device_h: bytes,
    address_h: bytes,
    now: datetime,
) -> Rating:
    """Keep a rating of the occasion somebody means by ticket or telephone number.

    Where there is none yet, or it has been rated, the rating is kept in the open tier: shown, not
    scored, and joined to its occasion should that be told within a week. So is one by a telephone
    number of staff, but for the joining. Both are looked for in either case, so that no answer
    comes sooner than another.
    """
    by_ticket = occasion_by_ticket(hall.region_id, window.id, ticket, at=now)
    by_phone = occasion_by_phone(hall.region_id, window.id, phone, at=now)
    region = db.session.get_one(Region, hall.region_id)
    theirs = phone and phone_mark(phone) not in staff_phones(region, region.local_day(now))
    event = (by_ticket if ticket else None) or (by_phone if theirs else None)
    rater_h = bytes.fromhex(phone_mark(phone)) if phone else None
    way = Way(
        channel=RatingChannel.QR,
        device_h=device_h,
        address_h=address_h,
        rater_h=rater_h,
        ticket_h=ticket_mark(ticket) if ticket else None,
    )
    return keep(event or spot_of(window, hall), data, way, now=now)
