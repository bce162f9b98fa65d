"""Writing down ratings that were given elsewhere, as their systems tell of them."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, cast
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import Table, update

from desk.access.actors import SYSTEM
from desk.audit.actions import record
from desk.audit.models import Visibility
from desk.kernel.bulk import insert_new
from desk.kernel.db import db
from desk.kernel.errors import Invalid
from desk.kernel.ids import uuid7
from desk.ratings.actions.events import CHAINS
from desk.ratings.models import EarlyRating, Rating
from desk.ratings.references import EventFacts
from desk.ratings.scoring import measure_of, measures_of
from desk.tally.actions import Leaf, add

RATINGS = cast("Table", Rating.__table__)
EARLY = cast("Table", EarlyRating.__table__)
BEFORE_IT = timedelta(minutes=5)
"""How much earlier than its occasion a rating may be by another clock."""


class RatingRow(NamedTuple):
    """A row as it is written; the names are those of the columns."""

    id: UUID
    service_event_id: UUID | None
    source_system: str
    project_no: str
    service_no: str
    round: int
    level: int
    tags: list[str]
    comment: str | None
    channel: str
    identity_mode: str
    scored: bool
    is_test: bool
    given_at: datetime
    received_at: datetime
    visible_on: date
    department_id: int
    hall_id: int
    window_id: int | None
    clerk_id: int | None
    item_id: int | None
    party_kind: str


class EarlyRow(NamedTuple):
    """A row of a rating whose occasion is not known yet."""

    id: UUID
    source_system: str
    project_no: str
    service_no: str
    round: int
    level: int
    tags: list[str]
    comment: str | None
    channel: str
    identity_mode: str
    given_at: datetime
    received_at: datetime
    department_id: int
    hall_id: int


COLUMNS = ("region_id", "effective", "batch_key", *RatingRow._fields)
EARLY_COLUMNS = ("region_id", *EarlyRow._fields)


class TellingDay(NamedTuple):
    """What holds for every rating told at an instant: tags by level, when staff may see it."""

    tags: dict[int, frozenset[str]]
    visible_on: date
    staff_phones: frozenset[str]


def rating_row(
    told: dict[str, Any],
    event: EventFacts,
    given_at: datetime,
    day: TellingDay,
    *,
    received_at: datetime,
    now: datetime,
) -> RatingRow:
    """Join a rating to its occasion; raises Invalid for one given before it, or for odd tags.

    A default is round 0 and never scored; neither is one that a phone of staff stands behind.
    """
    if given_at < event.occurred_at - BEFORE_IT:
        raise Invalid(_l("This lies before the service itself."), field="given_at")
    check_tags(told, day)
    by_staff = event.applicant_h is not None and event.applicant_h.hex() in day.staff_phones
    round_ = round_of(told)
    return RatingRow(
        uuid7(now),
        event.id,
        *event[:3],
        round_,
        told["level"],
        told.get("tags", []),
        told.get("comment") or None,
        told.get("channel", "api"),
        told.get("identity", "confidential"),
        round_ == 1 and not by_staff,
        event.is_test,
        given_at,
        received_at,
        day.visible_on,
        event.department_id,
        event.hall_id,
        event.window_id,
        event.clerk_id,
        event.item_id,
        event.party_kind.value,
    )


def round_of(told: dict[str, Any]) -> int:
    """Tell a default (0) from what somebody said (1)."""
    return 0 if told.get("is_default") else 1


def check_tags(told: dict[str, Any], day: TellingDay) -> None:
    """Raise Invalid for words that do not go with the level."""
    if not set(told.get("tags", ())) <= day.tags.get(told["level"], frozenset()):
        raise Invalid(_l("Choose only words of the level you chose."), field="tags")


def write_ratings(
    region_id: int,
    rows: Sequence[RatingRow],
    days: Sequence[date],
    *,
    chain: str,
    now: datetime,
) -> set[UUID]:
    """Write a chunk of ratings that open no case and give the ids of the new ones.

    `days` are those they were given on there. The sums and one line with the hash of the new rows
    come last; an occasion that was rated already is left alone.
    """
    batch = uuid7(now)
    made = insert_new(
        RATINGS,
        COLUMNS,
        [(region_id, True, batch, *row) for row in rows],
        order=("service_event_id", "round", "id"),
    )
    new = [(row, day) for row, day in zip(rows, days, strict=True) if row.id in made]
    if not new:
        return made
    add(_leaves(region_id, new))
    record(
        f"r/{chain}/{now:%Y-%m-%d}/{batch.int % CHAINS:x}",
        "ratings_told",
        region_id=region_id,
        by=SYSTEM,
        now=now,
        visibility=Visibility.SUPERVISORS,
        body={"batch": batch.hex, "n": len(new), "sha256": digest_of(row for row, _day in new)},
    )
    return made


def write_early(region_id: int, rows: Sequence[EarlyRow]) -> set[UUID]:
    """Keep ratings whose occasion is not known yet, and give the ids of the new ones."""
    return insert_new(
        EARLY,
        EARLY_COLUMNS,
        [(region_id, *row) for row in rows],
        order=("source_system", "project_no", "service_no", "round", "id"),
    )


def settle(region_id: int, early_id: UUID, rating_id: UUID | None, *, now: datetime) -> None:
    """Say what a rating that came early became; None when its occasion had been rated already."""
    db.session.execute(
        update(EarlyRating)
        .where(EarlyRating.region_id == region_id, EarlyRating.id == early_id)
        .values(settled_at=now, rating_id=rating_id)
        .execution_options(synchronize_session=False)
    )


def digest_of(rows: Iterable[Any]) -> str:
    """Hash ratings in the order of their ids, as the line of their chunk keeps it."""
    digest = hashlib.sha256()
    for row in sorted(rows, key=lambda row: row.id):
        event = row.service_event_id.hex if row.service_event_id else ""
        digest.update(
            f"{row.id.hex}\x1f{event}\x1f{row.source_system}\x1f{row.project_no}\x1f"
            f"{row.service_no}\x1f{row.round}\x1f{row.level}\x1f{' '.join(row.tags)}\x1f"
            f"{row.channel}\x1f{row.scored:d}\x1f{row.given_at.timestamp():.6f}\n".encode()
        )
    return digest.hexdigest()


def _leaves(region_id: int, rows: Iterable[tuple[RatingRow, date]]) -> list[tuple[Leaf, int]]:
    """Group ratings that count by what they are counted under."""
    found: Counter[tuple[Any, ...]] = Counter()
    for row, day in rows:
        standing = measure_of(
            row.level,
            round_=row.round,
            scored=row.scored,
            effective=True,
            is_test=row.is_test,
            of_case=False,
        )
        for measure in measures_of(row.level, row.tags, standing=standing):
            found[
                measure, day, row.department_id, row.hall_id, row.window_id or 0, row.item_id or 0,
                row.channel, row.party_kind,
            ] += 1  # fmt: skip
    return [(Leaf(region_id, *key), n) for key, n in found.items()]
