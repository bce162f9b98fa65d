"""The photo somebody adds to their rating: looked into as any other file, for supervisors only."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _l

from desk.access.actors import complainant_of
from desk.files.actions import write_down
from desk.files.incoming import Arrived
from desk.kernel.db import db
from desk.kernel.errors import Invalid
from desk.ratings.models import Rating, RatingPhoto


def add_photo(rating: Rating, photos: Sequence[Arrived], *, now: datetime) -> None:
    """Keep the photo of a rating that was just given, if there is one.

    Raises Invalid for more than one.
    """
    if len(photos) > 1:
        raise Invalid(_l("Add one photo at most."), field="files")
    by = complainant_of(rating.region_id)
    for file in write_down(photos, rating.region_id, by=by, now=now):
        db.session.add(
            RatingPhoto(region_id=rating.region_id, rating_id=rating.id, file_id=file.id)
        )
    db.session.flush()
