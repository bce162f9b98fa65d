"""Drawing links: 128 random bits that rate one occasion once."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from desk.kernel.crypto import token_hash
from desk.kernel.db import db
from desk.organisation.models import Region
from desk.ratings.models import RatingChannel, RatingToken

TOKEN_BYTES = 16


LINK_LIVES = timedelta(days=30)


OWN_ROUND = 1


def new_link(
    region_id: int,
    event_id: UUID,
    channel: RatingChannel,
    *,
    now: datetime,
    round_: int = OWN_ROUND,
) -> str:
    """Draw a link's token: 128 random bits behind the region's letters. Only its hash is kept."""
    region = db.session.get_one(Region, region_id)
    token = f"{region.short_code}-{secrets.token_urlsafe(TOKEN_BYTES)}"
    db.session.add(
        RatingToken(
            region_id=region_id,
            token_h=token_hash(token),
            service_event_id=event_id,
            round=round_,
            channel=channel,
            expires_at=now + LINK_LIVES,
        )
    )
    db.session.flush()
    return token
