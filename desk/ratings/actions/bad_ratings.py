"""Opening the case that a bad rating becomes."""

from datetime import datetime
from uuid import UUID

from desk.access.actors import SYSTEM
from desk.casework.actions.naming import keep_rated_away
from desk.casework.actions.opening import Filing, open_rectification
from desk.casework.identity import PartyData
from desk.casework.models import Case
from desk.casework.words import CaseChannel
from desk.kernel.db import db
from desk.organisation.queries import codes_of
from desk.ratings.applicants import opened_phone
from desk.ratings.models import Rating, ServiceEvent

REASON_UNSAID = "R99"


def open_case(event: ServiceEvent, rating: Rating, *, now: datetime) -> UUID:
    """Open the case a bad rating becomes, in the hall, where the rated does not find it.

    Whoever is known of the occasion, or of the complaint that was rated, can be called about it.
    """
    complaint = db.session.get(Case, (event.region_id, event.case_id)) if event.case_id else None
    words = {entry.code: entry.zh for entry in codes_of("rating_tags", now.date())}
    said = "；".join([*(words[tag] for tag in rating.tags), *([rating.comment or ""])])
    receipt = open_rectification(
        Filing(
            region_id=event.region_id,
            hall_id=event.hall_id,
            channel=CaseChannel.RATING,
            party_kind=event.party_kind,
            identity_mode=rating.identity_mode,
            reason=complaint.reason if complaint else REASON_UNSAID,
            title=f"差评 {rating.level} · {event.project_no}"[:200],
            story=said.strip("；") or "—",
            wish="",
            lang=complaint.lang if complaint else "zh_Hans",
            item_id=event.item_id,
            window_id=event.window_id,
            party=_who(event),
            known_party=complaint.party_id if complaint else None,
            is_test=event.is_test,
        ),
        by=SYSTEM,
        now=now,
    )
    rated = (event.clerk_id, complaint.handler_id if complaint else None)
    keep_rated_away(receipt.case, {user_id for user_id in rated if user_id}, now=now)
    return receipt.case.id


def _who(event: ServiceEvent) -> PartyData | None:
    """Give the number of whoever was served, where the hall told it."""
    phone = opened_phone(event.id, event.phone_e)
    return PartyData(phone=phone) if phone else None
