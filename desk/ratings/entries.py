"""Questions about ratings that staff wrote down: of which occasion, and the scan that shows it."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, func, or_, select

from desk.access.actors import Actor
from desk.files.models import StoredFile
from desk.kernel.db import db
from desk.kernel.errors import Conflict, Invalid, NotFound
from desk.ratings.flagged import held_one
from desk.ratings.models import EventSource, Rating, RatingEntry, RatingPhoto, ServiceEvent
from desk.ratings.watched import rating_of

WITHIN = timedelta(days=30)
"""How old a service may be that somebody rates on paper, as long as a link lives."""


def occasion_by_number(windows: Collection[int], number: str, *, now: datetime) -> ServiceEvent:
    """Find the newest unrated occasion of some windows by its number.

    Raises Invalid when there is none: a rating on paper without its occasion could be anybody's.
    """
    wanted = func.upper(number)
    event = db.session.scalars(
        select(ServiceEvent)
        .where(
            ServiceEvent.window_id.in_(windows),
            ServiceEvent.source != EventSource.CASE,
            ServiceEvent.occurred_at > now - WITHIN,
            or_(
                func.upper(ServiceEvent.project_no) == wanted,
                func.upper(ServiceEvent.service_no) == wanted,
            ),
            ~exists().where(
                Rating.region_id == ServiceEvent.region_id,
                Rating.service_event_id == ServiceEvent.id,
                Rating.round == 1,
            ),
        )
        .order_by(ServiceEvent.occurred_at.desc(), ServiceEvent.id.desc())
        .limit(1)
    ).first()
    if event is None:
        raise Invalid(
            _l(
                "No unrated service of the last 30 days has this number at your windows. Write it "
                "as it stands on the sheet, or write the service down first under “Ask for a "
                "rating”."
            ),
            field="number",
        )
    return event


def entry_of(rating: Rating) -> RatingEntry | None:
    """Find out who wrote a rating down for somebody, if anybody did."""
    return db.session.get(RatingEntry, (rating.region_id, rating.id))


def scan_of(actor: Actor, key: UUID) -> StoredFile:
    """Find the scan of a held rating for somebody who may decide on it.

    Raises NotFound out of reach or without one, Conflict while it is being looked into.
    """
    rating, _event = held_one(actor, key)
    return _opened(rating, entry_of(rating))


def photo_of(rating: Rating) -> RatingPhoto | None:
    """Find the photo somebody added to their rating, if they did."""
    return db.session.get(RatingPhoto, (rating.region_id, rating.id))


def photo_to_open(actor: Actor, key: UUID) -> StoredFile:
    """Find the photo of a rating for a supervisor who may see it: never the rated, nor their unit.

    Raises NotFound out of reach or without one, Conflict while it is being looked into.
    """
    rating = rating_of(actor, key).rating
    return _opened(rating, photo_of(rating))


def _opened(rating: Rating, link: RatingEntry | RatingPhoto | None) -> StoredFile:
    file = db.session.get(StoredFile, (rating.region_id, link.file_id)) if link else None
    if file is None or file.disposed_at is not None:
        raise NotFound(_l("There is no such file, or it is not yours to see."))
    if not file.can_be_opened:
        raise Conflict(_l("This file is still being checked, or was found unsafe. Try again soon."))
    return file
