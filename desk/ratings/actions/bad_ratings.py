"""Opening the case that a bad rating becomes."""

from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from desk.access.actors import SYSTEM, Actor
from desk.access.permissions import Permission
from desk.casework.actions.naming import keep_rated_away
from desk.casework.actions.opening import Filing, open_rectification
from desk.casework.identity import PartyData
from desk.casework.models import Case
from desk.casework.words import CaseChannel
from desk.kernel.db import db
from desk.kernel.errors import Conflict
from desk.organisation.codes import names_ever
from desk.organisation.queries import home_day
from desk.ratings.applicants import opened_phone
from desk.ratings.models import Rating, ServiceEvent
from desk.ratings.scoring import BAD

REASON_UNSAID = "R99"


def open_case(
    event: ServiceEvent | None, rating: Rating, *, now: datetime, by: Actor = SYSTEM
) -> UUID:
    """Open the case a bad rating becomes, in the hall, where the rated does not find it.

    Whoever is known of the occasion, or of the complaint that was rated, can be called about it.
    """
    return _open(event, rating, by=by, now=now).id


def can_become_case(rating: Rating) -> bool:
    """Tell whether a supervisor may open a case of it: a bad first word that opened none itself."""
    first = rating.round == 1 and rating.case_id is None and not rating.is_test
    return first and rating.level in BAD


def convert(rating: Rating, *, by: Actor, now: datetime) -> str:
    """Open the case of a bad rating that opened none by itself, and give its number.

    Of the open tier, held ones and old ones too (settled 2.18). Raises Conflict for any other.
    """
    by.require(Permission.CASE_OPEN_RECTIFICATION)
    if not can_become_case(rating):
        raise Conflict(_l("Only a bad rating without a case becomes one. Look at it again."))
    event = None
    if rating.service_event_id is not None:
        event = db.session.get(ServiceEvent, (rating.region_id, rating.service_event_id))
    case = _open(event, rating, by=by, now=now)
    rating.case_id = case.id
    db.session.flush()
    return case.number


def _open(event: ServiceEvent | None, rating: Rating, *, by: Actor, now: datetime) -> Case:
    complaint = None
    if event is not None and event.case_id is not None:
        complaint = db.session.get(Case, (event.region_id, event.case_id))
    words = names_ever("rating_tags", home_day(now), "zh_Hans")
    said = "；".join([*(words.get(tag, tag) for tag in rating.tags), *([rating.comment or ""])])
    receipt = open_rectification(
        Filing(
            region_id=rating.region_id,
            hall_id=rating.hall_id,
            channel=CaseChannel.RATING,
            party_kind=rating.party_kind,
            identity_mode=rating.identity_mode,
            reason=complaint.reason if complaint else REASON_UNSAID,
            title=f"差评 {rating.level} · {event.project_no if event else '—'}"[:200],
            story=said.strip("；") or "—",
            wish="",
            lang=complaint.lang if complaint else "zh_Hans",
            item_id=rating.item_id,
            window_id=rating.window_id,
            party=_who(event),
            known_party=complaint.party_id if complaint else None,
            is_test=rating.is_test,
        ),
        by=by,
        now=now,
    )
    rated = {rating.clerk_id, complaint.handler_id if complaint else None}
    if rated == {None}:
        rated |= _served_there(rating, event)
    keep_rated_away(receipt.case, {user_id for user_id in rated if user_id}, now=now)
    return receipt.case


def _served_there(rating: Rating, event: ServiceEvent | None) -> set[int | None]:
    """Find who is known to have served at the window on that day, where nobody says who it was."""
    if event is None or event.window_id is None:
        return set()
    return set(
        db.session.scalars(
            select(ServiceEvent.clerk_id)
            .where(
                ServiceEvent.region_id == rating.region_id,
                ServiceEvent.department_id == event.department_id,
                ServiceEvent.on_day == event.on_day,
                ServiceEvent.window_id == event.window_id,
                ServiceEvent.clerk_id.is_not(None),
            )
            .distinct()
        )
    )


def _who(event: ServiceEvent | None) -> PartyData | None:
    """Give the number of whoever was served, where the hall told it."""
    phone = opened_phone(event.id, event.phone_e) if event is not None else None
    return PartyData(phone=phone) if phone else None
