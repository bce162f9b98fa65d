"""Writing down for somebody what they said on paper or by telephone, and what shows it."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _l

from desk.access.actors import Actor
from desk.approvals.events import ApprovalDecided
from desk.approvals.words import ApprovalKind, ApprovalState
from desk.audit.actions import record
from desk.files.actions import write_down
from desk.files.incoming import Arrived
from desk.kernel.db import db
from desk.kernel.errors import Conflict, Invalid
from desk.ratings.actions.bad_ratings import open_case
from desk.ratings.actions.keeping import RatingData, Way, becomes_a_case, keep
from desk.ratings.models import Rating, RatingChannel, RatingEntry, ServiceEvent
from desk.ratings.occasions import is_rated

BY_STAFF = frozenset({RatingChannel.PAPER, RatingChannel.PHONE})
RULE = "staff_entered"


def enter(
    event: ServiceEvent,
    data: RatingData,
    channel: RatingChannel,
    scans: Sequence[Arrived],
    *,
    by: Actor,
    now: datetime,
) -> Rating:
    """Keep what somebody said of an occasion, held until two supervisors have seen the scan.

    Raises Conflict for an occasion that was rated, and for whoever served it: a rating of paper
    stands in the way of the one by the link. Raises Invalid for a channel by which people rate
    themselves, and without exactly one scan. A bad one opens its case when it is released.
    """
    if channel not in BY_STAFF:
        raise Invalid(_l("Choose how they said it."), field="channel")
    if len(scans) != 1:
        raise Invalid(
            _l("Add one file: the scan of the sheet they filled in, or the recording."),
            field="files",
        )
    if event.clerk_id is not None and event.clerk_id in {by.user_id, *by.stands_for}:
        raise Conflict(
            _l("You served this, or whom you stand in for did. A colleague writes it down.")
        )
    if is_rated(event):
        raise Conflict(_l("This occasion has been rated already. Each can be rated once."))
    rating = keep(event, data, Way(channel=channel, held=RULE), now=now)
    (file,) = write_down(scans, event.region_id, by=by, now=now)
    db.session.add(
        RatingEntry(
            region_id=rating.region_id,
            rating_id=rating.id,
            file_id=file.id,
            entered_by=by.user_id,
            entered_at=now,
        )
    )
    db.session.flush()
    record(
        f"r/w{event.window_id or 0}/{event.on_day.isoformat()}",
        "rating_entered",
        region_id=rating.region_id,
        by=by,
        now=now,
        body={"rating": rating.id.hex, "file": file.id.hex, "sha256": file.received_sha256.hex()},
    )
    return rating


def open_when_released(news: ApprovalDecided) -> None:
    """Open the case of a bad rating that opened none while it was held, once two let it count."""
    approval = news.approval
    released = approval.state is ApprovalState.GRANTED and approval.payload.get("effective")
    if approval.kind is not ApprovalKind.RATING_REVIEW or not released:
        return
    rating = db.session.get_one(Rating, (approval.region_id, approval.subject_id))
    if rating.case_id is not None or rating.service_event_id is None:
        return
    event = db.session.get_one(ServiceEvent, (rating.region_id, rating.service_event_id))
    if becomes_a_case(rating, event, news.at):
        rating.case_id = open_case(event, rating, now=news.at)
        db.session.flush()
