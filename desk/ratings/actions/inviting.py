"""Making the closing of a complaint an occasion that can be rated."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from desk.casework.events import CaseMoved
from desk.casework.models import Case, Party
from desk.casework.place import place_of
from desk.casework.words import Kind, Status
from desk.kernel.db import db
from desk.kernel.errors import Invalid
from desk.kernel.ids import uuid7
from desk.notify.actions import write
from desk.notify.models import Channel
from desk.organisation.models import Department
from desk.ratings.actions.counting import leaf_of
from desk.ratings.actions.links import new_link
from desk.ratings.models import EventSource, RatingChannel, ServiceEvent
from desk.tally.actions import add


def invite_when_closed(news: CaseMoved) -> None:
    """Make the closing of a complaint an occasion that can be rated, and owe its link.

    The link goes to whoever left an address; others ask for one at the window.
    """
    case = news.case
    if case.status is not Status.CLOSED or case.kind is not Kind.COMPLAINT or case.is_test:
        return
    event = _event_of_case(case, news.at)
    token = new_link(case.region_id, event.id, RatingChannel.LINK, now=news.at)
    party = db.session.get(Party, (case.region_id, case.party_id)) if case.party_id else None
    if party is None:
        return
    for channel, address in ((Channel.SMS, party.phone_e), (Channel.MAIL, party.email_e)):
        if address is not None:
            write(
                "rate",
                region_id=case.region_id,
                party_id=party.id,
                channel=channel,
                lang=case.lang,
                dedupe_key=f"{event.id.hex}/rate/{channel.value}",
                context={"number": case.number, "path": "/rate"},
                now=news.at,
                secret=token,
            )


def _event_of_case(case: Case, at: datetime) -> ServiceEvent:
    place = place_of(case.region_id, case.hall_id, at)
    department_id = case.department_id or db.session.scalar(
        select(Department.id).where(Department.region_id == case.region_id).order_by(Department.id)
    )
    if department_id is None:
        raise Invalid(_l("This region has no department yet."))
    event = ServiceEvent(
        region_id=case.region_id,
        id=uuid7(at),
        source_system="desk",
        project_no=case.number,
        service_no=str(case.round + 1),
        source=EventSource.CASE,
        case_id=case.id,
        item_id=case.item_id,
        item_version_id=case.item_version_id,
        department_id=department_id,
        hall_id=case.hall_id,
        window_id=case.window_id,
        party_kind=case.party_kind,
        occurred_at=at,
        on_day=place.day(at),
        is_test=case.is_test,
    )
    db.session.add(event)
    db.session.flush()
    add([(leaf_of(event, "case_event", event.on_day, EventSource.CASE.value), 1)])
    return event
