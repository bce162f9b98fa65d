"""Writing down what somebody says of one occasion by its link, once."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from desk.kernel.db import db
from desk.kernel.errors import Gone
from desk.organisation.queries import home_day
from desk.ratings.actions.keeping import RatingData, Way, check, keep
from desk.ratings.models import Rating, RatingToken, ServiceEvent
from desk.ratings.occasions import is_rated

__all__ = ["RatingData", "give"]


def give(
    token: RatingToken,
    event: ServiceEvent,
    data: RatingData,
    *,
    now: datetime,
    device_h: bytes | None = None,
    address_h: bytes | None = None,
) -> Rating:
    """Write down a rating, once; the link is used up with it.

    Raises Gone when the link or the occasion was rated before, Invalid for a level or tag that
    does not exist. A bad one opens its case in the same transaction.
    """
    check(data, home_day(now))
    used = db.session.execute(
        update(RatingToken)
        .where(
            RatingToken.region_id == token.region_id,
            RatingToken.token_h == token.token_h,
            RatingToken.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RatingToken.token_h)
    ).first()
    if used is None or is_rated(event, token.round):
        raise Gone(_l("This occasion has been rated already. Each can be rated once."))
    way = Way(channel=token.channel, round=token.round, device_h=device_h, address_h=address_h)
    return keep(event, data, way, now=now)
