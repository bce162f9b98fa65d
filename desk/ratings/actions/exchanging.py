"""Telling ratings upwards, and keeping what the other side says. The caller holds transactions."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, or_, select

from desk.access.actors import SYSTEM
from desk.audit.actions import record
from desk.audit.models import Visibility
from desk.catalogue.models import Item, ItemVersion
from desk.kernel.db import db
from desk.kernel.vault import hashes
from desk.organisation.models import Department, Region
from desk.ratings.models import EventSource, Rating, RatingExchange, ServiceEvent

CHUNK = 1_000
LONGEST_REASON = 200


def untold(region: Region, target: str, after: UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """List a chunk of the ratings this side has not told, was refused, or told otherwise.

    Ratings without a service, tests, and those of the desk's own replies stay here.
    """
    told = RatingExchange
    return db.session.execute(
        select(Rating, ServiceEvent, Department.code, Item.code, ItemVersion.name_zh)
        .join(
            ServiceEvent,
            and_(
                ServiceEvent.region_id == Rating.region_id,
                ServiceEvent.id == Rating.service_event_id,
            ),
        )
        .join(Department, Department.id == Rating.department_id)
        .outerjoin(Item, Item.id == Rating.item_id)
        .outerjoin(ItemVersion, ItemVersion.id == ServiceEvent.item_version_id)
        .outerjoin(
            told,
            and_(
                told.region_id == Rating.region_id,
                told.target == target,
                told.rating_id == Rating.id,
            ),
        )
        .where(
            Rating.region_id == region.id,
            Rating.id > after,
            ~Rating.is_test,
            ServiceEvent.source != EventSource.CASE,
            or_(
                told.rating_id.is_(None),
                told.refused.isnot(None),
                told.effective != Rating.effective,
            ),
        )
        .order_by(Rating.id)
        .limit(CHUNK)
    ).all()


def record_of(row: Row[*tuple[Any, ...]], region: Region, target: str) -> dict[str, Any]:
    """Write a rating as the record of the exchange, in our words; nobody's name is in it.

    The clerk is a mark that is the same for the same person towards this target, and for no other.
    """
    rating, event, department, item, service = row
    clerk = rating.clerk_id
    return {
        "record_id": rating.id.hex,
        "area_code": region.code,
        "department": department,
        "item": item,
        "handling_item": item,
        "project_no": event.project_no,
        "service_no": event.service_no,
        "stage": event.stage,
        "clerk": hashes().index("clerk", f"{target}|{clerk}").hex() if clerk else None,
        "applicant_kind": event.party_kind.value,
        "accepted_on": event.on_day.isoformat(),
        "service_name": service,
        "service_at": event.occurred_at.isoformat(),
        "channel": rating.channel.value,
        "level": rating.level,
        "tags": list(rating.tags),
        "words": rating.comment,
        "rated_at": rating.given_at.isoformat(),
        "round": rating.round,
        "is_default": rating.round == 0,
        "effective": rating.effective,
    }


def mark_told(
    region_id: int, target: str, told: Mapping[UUID, bool], lines: bytes, *, now: datetime
) -> None:
    """Keep that ratings were told as they stood (id -> effective), and the hash of the lines."""
    known = {row.rating_id: row for row in _exchanges(region_id, target, list(told))}
    for key, effective in told.items():
        row = known.get(key)
        if row is None:
            db.session.add(
                RatingExchange(
                    region_id=region_id,
                    target=target,
                    rating_id=key,
                    effective=effective,
                    sent_at=now,
                    times=1,
                )
            )
        else:
            row.effective, row.sent_at, row.times = effective, now, row.times + 1
            row.answered_at = row.refused = None
    db.session.flush()
    _line(
        "ratings_told_upwards", region_id, target, len(told), now,
        sha256=hashlib.sha256(lines).hexdigest(),
    )  # fmt: skip


def take_answers(
    region_id: int, target: str, answers: Mapping[UUID, str | None], *, now: datetime
) -> int:
    """Keep what was answered of each record (None: taken); give how many were known."""
    found = 0
    for row in _exchanges(region_id, target, list(answers)):
        reason = answers[row.rating_id]
        row.answered_at = now
        row.refused = reason[:LONGEST_REASON] if reason else None
        found += 1
    db.session.flush()
    if found:
        _line("ratings_answered", region_id, target, found, now)
    return found


def _exchanges(region_id: int, target: str, keys: Sequence[UUID]) -> Iterator[RatingExchange]:
    return iter(
        db.session.scalars(
            select(RatingExchange)
            .where(
                RatingExchange.region_id == region_id,
                RatingExchange.target == target,
                RatingExchange.rating_id.in_(keys),
            )
            .with_for_update()
        ).all()
    )


def _line(what: str, region_id: int, target: str, n: int, now: datetime, **more: str) -> None:
    record(
        f"r/upwards/{now:%Y-%m-%d}",
        what,
        region_id=region_id,
        by=SYSTEM,
        now=now,
        visibility=Visibility.SUPERVISORS,
        body={"target": target, "n": n, **more},
    )
